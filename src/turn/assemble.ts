import type { Part, RecordedMessage, ServerEvent } from '../opencode/events.ts';
import { adoptParts, dropUnrecorded, forgetUnrecorded } from './record.ts';
import {
  describePart,
  forgetMessage,
  holdPart,
  holdTool,
  partsOf,
  rootMessages,
} from './transcript.ts';
import type { Transcript } from './transcript.ts';
import type { Turn } from './turn.ts';
import { countTools, describeActivity, sumUsage, visibleTexts } from './view.ts';

/**
 * An empty transcript of the session that was prompted. Its messages up to `after` are a former turn's:
 * OpenCode tells of those too, where it compacts them.
 */
export function createTranscript(rootSessionId: string, after: string = ''): Transcript {
  return {
    rootSessionId,
    after,
    sessions: new Set([rootSessionId]),
    messages: new Map(),
    parts: new Map(),
    tools: new Map(),
    todos: [],
    retry: undefined,
    trouble: undefined,
  };
}

/**
 * Takes one event in. What is said of other sessions than the root and its children is left aside:
 * the stream carries a whole directory's.
 */
export function apply(transcript: Transcript, event: ServerEvent): void {
  if (isFormer(transcript, event)) return;
  switch (event.type) {
    case 'delta':
      return applyDelta(transcript, event);
    case 'part':
      return applyPart(transcript, event.part);
    case 'part-removed':
      transcript.parts.get(event.messageId)?.delete(event.partId);
      transcript.tools.delete(event.partId);
      return;
    case 'message':
      if (transcript.sessions.has(event.message.sessionId))
        transcript.messages.set(event.message.id, event.message);
      return;
    case 'message-removed':
      return forgetMessage(transcript, event.messageId);
    case 'session-created':
      if (event.parentId !== undefined && transcript.sessions.has(event.parentId))
        transcript.sessions.add(event.sessionId);
      return;
    case 'retry':
      return applyRetry(transcript, event);
    case 'session-error':
      if (event.sessionId === transcript.rootSessionId) transcript.trouble ??= event.error;
      return;
    case 'todos':
      if (event.sessionId === transcript.rootSessionId) transcript.todos = event.todos;
      return;
    default:
      return;
  }
}

function isFormer({ rootSessionId, after }: Transcript, event: ServerEvent): boolean {
  if (after === '') return false;
  if (event.type === 'delta') return event.sessionId === rootSessionId && event.messageId <= after;
  if (event.type === 'part')
    return event.part.sessionId === rootSessionId && event.part.messageId <= after;
  const { message } = event.type === 'message' ? event : { message: undefined };
  return message?.sessionId === rootSessionId && message.id <= after;
}

/** A delta does not say what it is a piece of; it is kept until the part does. */
function applyDelta(transcript: Transcript, delta: ServerEvent & { type: 'delta' }): void {
  if (!transcript.sessions.has(delta.sessionId)) return;
  heardWork(transcript, delta.sessionId);
  if (delta.sessionId !== transcript.rootSessionId) return;
  const held = holdPart(partsOf(transcript, delta.messageId), delta.partId);
  if (held.kind === 'text' || held.kind === 'unknown') held.text.append(delta.text);
}

function applyPart(transcript: Transcript, part: Part): void {
  if (!transcript.sessions.has(part.sessionId)) return;
  heardWork(transcript, part.sessionId);
  holdTool(transcript, part);
  if (part.sessionId !== transcript.rootSessionId) return;
  const held = holdPart(partsOf(transcript, part.messageId), part.id);
  const isFirstWord = held.kind === 'unknown';
  describePart(held, part);
  if (part.kind !== 'text') return;
  // An empty part opens a text; where deltas overtook it, they are its beginning.
  if (part.text === '' && isFirstWord) return;
  held.text.replace(part.text);
  held.isOpen = part.text === '';
  held.isCut &&= held.isOpen;
}

/** The provider is asked again: what it was in the middle of will be said once more. */
function applyRetry(transcript: Transcript, retry: ServerEvent & { type: 'retry' }): void {
  const { sessionId, attempt, message, nextAt } = retry;
  if (!transcript.sessions.has(sessionId)) return;
  transcript.retry = { sessionId, attempt, message, nextAt };
  if (sessionId !== transcript.rootSessionId) return;
  for (const [messageId, parts] of transcript.parts) {
    if (transcript.messages.get(messageId)?.completedAt !== undefined) continue;
    for (const part of parts.values()) part.isCut ||= part.isOpen;
  }
}

/** Work again: what stood in its way is over. */
function heardWork(transcript: Transcript, sessionId: string): void {
  if (transcript.retry?.sessionId === sessionId) transcript.retry = undefined;
  if (sessionId === transcript.rootSessionId) transcript.trouble = undefined;
}

/**
 * Takes the server's record of the root session in. The record may be behind the events, never
 * wrong: a message that it calls finished is exactly what it says. Of one that is not done it holds no
 * text that is still being written (OpenCode stores a text when it is whole), so there what the
 * events brought stays.
 */
export function reconcile(transcript: Transcript, record: readonly RecordedMessage[]): void {
  for (const { message, parts } of record) {
    const isDone = message.completedAt !== undefined;
    const isBehind = !isDone && transcript.messages.get(message.id)?.completedAt !== undefined;
    if (isBehind) continue;
    transcript.messages.set(message.id, message);
    // Stopped between two attempts, a message is done with neither an error nor a finish.
    const isWhole = isDone && message.error === undefined && message.finish !== undefined;
    adoptParts(transcript, message.id, parts, isWhole);
    if (isDone) dropUnrecorded(transcript, message.id, parts);
  }
  forgetUnrecorded(transcript, record);
}

/** What a transcript amounts to, as far as it goes. */
export function toTurn(transcript: Transcript): Turn {
  const messages = rootMessages(transcript);
  const written = messages
    .map(({ id, finish }) => ({
      texts: visibleTexts(transcript.parts.get(id)?.values() ?? []),
      isEnd: finish === 'stop',
    }))
    .filter(({ texts }) => texts.length > 0);
  // A session that is full after its last word is compacted then, and asked whether that was all.
  const last = written.at(-1);
  const answer = written.filter((each) => each.isEnd || each === last);
  const { retry, todos } = transcript;
  return {
    texts: written.flatMap(({ texts }) => texts),
    answer: answer.flatMap(({ texts }) => texts).join('\n\n'),
    usage: sumUsage(transcript.messages.values()),
    tools: countTools(transcript),
    todos,
    activity: describeActivity(transcript),
    retry: retry && { attempt: retry.attempt, message: retry.message, nextAt: retry.nextAt },
    isCutOff: messages.at(-1)?.finish === 'length',
  };
}
