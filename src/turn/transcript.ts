import type { AgentError, MessageInfo, Part, Todo } from '../opencode/events.ts';
import { createText } from './text.ts';
import type { Text } from './text.ts';

/** A part of a message of the root session; `kind` is unknown while only deltas of it have come. */
export interface HeldPart {
  id: string;
  kind: Part['kind'] | 'unknown';
  isSynthetic: boolean;
  text: Text;
  /** The server has not said yet that this is the whole of it. */
  isOpen: boolean;
  /** The provider broke off in it: it counts only until the new attempt has text of its own. */
  isCut: boolean;
}

/** What one tool part says; kept for every session of the run. */
export interface HeldTool {
  messageId: string;
  tool: string;
  status: 'pending' | 'running' | 'completed' | 'error';
  title: string;
}

/** All that has been heard of a turn. Written by `apply` and `reconcile` only. */
export interface Transcript {
  readonly rootSessionId: string;
  /** The root session's last message of a former turn; empty: it has had none. */
  readonly after: string;
  /** The root session and all that came of it. */
  readonly sessions: Set<string>;
  /** By message id, children included (their usage counts). */
  readonly messages: Map<string, MessageInfo>;
  /** By message id and part id, root session only. */
  readonly parts: Map<string, Map<string, HeldPart>>;
  /** By part id, children included, in order of arrival. */
  readonly tools: Map<string, HeldTool>;
  todos: readonly Todo[];
  retry: { sessionId: string; attempt: number; message: string; nextAt: number } | undefined;
  /** The first error of the root session since it last did anything. */
  trouble: AgentError | undefined;
}

/** The parts held of a message. */
export function partsOf(transcript: Transcript, messageId: string): Map<string, HeldPart> {
  const known = transcript.parts.get(messageId);
  if (known !== undefined) return known;
  const parts = new Map<string, HeldPart>();
  transcript.parts.set(messageId, parts);
  return parts;
}

/** The part held under that id, made where it is new. */
export function holdPart(parts: Map<string, HeldPart>, id: string): HeldPart {
  const known = parts.get(id);
  if (known !== undefined) return known;
  const part: HeldPart = {
    id,
    kind: 'unknown',
    isSynthetic: false,
    text: createText(),
    isOpen: true,
    isCut: false,
  };
  parts.set(id, part);
  return part;
}

/** In order of their making: OpenCode's ids of parts ascend with time, as its own record sorts them. */
export function inOrder<T extends { id: string }>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => compare(a.id, b.id));
}

/** The root session's assistant messages in order of their making, summaries left out. */
export function rootMessages(transcript: Transcript): MessageInfo[] {
  return [...transcript.messages.values()]
    .filter((message) => message.sessionId === transcript.rootSessionId && isAnswering(message))
    .sort((a, b) => a.createdAt - b.createdAt || compare(a.id, b.id));
}

/** Whether what the message says is meant for people. */
function isAnswering(message: MessageInfo): boolean {
  return message.role === 'assistant' && message.isSummary !== true;
}

/** A tool part of any session of the run: how it stands now. */
export function holdTool(transcript: Transcript, part: Part): void {
  if (part.kind !== 'tool') return;
  const { messageId, tool, status, title } = part;
  transcript.tools.set(part.id, { messageId, tool, status, title });
}

/** What a part is; what was held for a text that proves to be none is dropped. */
export function describePart(held: HeldPart, part: Part): void {
  held.kind = part.kind;
  held.isSynthetic = part.kind === 'text' && part.isSynthetic;
  if (part.kind !== 'text') held.text.replace('');
}

/** Takes a message back, and all that hangs on it. */
export function forgetMessage(transcript: Transcript, messageId: string): void {
  transcript.messages.delete(messageId);
  transcript.parts.delete(messageId);
  for (const [id, tool] of transcript.tools)
    if (tool.messageId === messageId) transcript.tools.delete(id);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
