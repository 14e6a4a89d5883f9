import { ActionError } from '../errors.ts';
import { type Address, request } from './client.ts';
import type { PermissionRequest, QuestionRequest, RecordedMessage } from './events.ts';
import { isRecord, readPermission, readQuestion, readRecord } from './shapes.ts';

/** Among so many messages there is an answer, unless nothing was ever answered. */
const newestMessages = 20;

/** Requests that still wait for an answer. */
export interface Pending {
  permissions: PermissionRequest[];
  questions: QuestionRequest[];
}

/**
 * The assistant's messages that came after the prompt `promptId` (undefined: all of the session), in
 * order; a compaction may have put further messages of the user's between them. Empty while the
 * server does not know the prompt.
 */
export async function fetchRecord(
  address: Address,
  sessionId: string,
  promptId: string | undefined,
  signal: AbortSignal,
): Promise<RecordedMessage[]> {
  const path = `/session/${sessionId}/message`;
  const messages = readRecord(await request(address, { method: 'GET', path }, signal));
  if (messages === undefined) throw unreadable(path);
  const prompt = messages.findIndex(({ message }) => message.id === promptId);
  const start = promptId === undefined ? 0 : prompt;
  if (start === -1) return [];
  return messages.slice(start).filter(({ message }) => message.role === 'assistant');
}

/**
 * What a session that another process had prompted wrote for that prompt, in order: the last thing
 * that was not OpenCode's own word. Nothing up to the message `after`, where a former turn ended.
 */
export async function fetchLastTurn(
  address: Address,
  sessionId: string,
  after: string,
  signal: AbortSignal,
): Promise<RecordedMessage[]> {
  const path = `/session/${sessionId}/message`;
  const messages = readRecord(await request(address, { method: 'GET', path }, signal));
  if (messages === undefined) throw unreadable(path);
  const start = messages.findLastIndex(
    ({ message, parts }) =>
      message.role === 'user' && parts.some((part) => part.kind === 'text' && !part.isSynthetic),
  );
  return messages
    .slice(Math.max(0, start))
    .filter(({ message }) => message.role === 'assistant' && message.id > after);
}

/** The newest messages of a session, the last one last. */
export async function fetchNewest(
  address: Address,
  sessionId: string,
  signal: AbortSignal,
): Promise<RecordedMessage[]> {
  const path = `/session/${sessionId}/message`;
  const call = { method: 'GET', path, query: { limit: String(newestMessages) } } as const;
  const messages = readRecord(await request(address, call, signal));
  if (messages === undefined) throw unreadable(path);
  return messages;
}

/** Whether OpenCode lists a session for the directory, which it does where both are of one project. */
export async function isOfProject(
  address: Address,
  sessionId: string,
  updatedAt: number,
  signal: AbortSignal,
): Promise<boolean> {
  const path = '/session';
  const call = { method: 'GET', path, query: { start: String(updatedAt) } } as const;
  const sessions = await request(address, call, signal);
  if (!Array.isArray(sessions)) throw unreadable(path);
  return sessions.some((session) => isRecord(session) && session['id'] === sessionId);
}

/**
 * What waits in a session and its children. A server may serve other people's sessions in the same
 * directory: theirs are left alone.
 */
export async function fetchPending(
  address: Address,
  sessionId: string,
  signal: AbortSignal,
): Promise<Pending> {
  const [permissions, questions] = await Promise.all([
    list(address, '/permission', signal),
    list(address, '/question', signal),
  ]);
  const pending = {
    permissions: permissions.flatMap((raw) => readPermission(raw) ?? []),
    questions: questions.flatMap((raw) => readQuestion(raw) ?? []),
  };
  const all = [...pending.permissions, ...pending.questions];
  const isOurs = (request: { sessionId: string }): boolean => tree.has(request.sessionId);
  const isAllOurs = all.every((request) => request.sessionId === sessionId);
  if (isAllOurs) return pending;
  const tree = new Set([sessionId, ...(await fetchDescendants(address, sessionId, signal))]);
  return {
    permissions: pending.permissions.filter(isOurs),
    questions: pending.questions.filter(isOurs),
  };
}

/** The ids of a session's children and their children. */
export async function fetchDescendants(
  address: Address,
  sessionId: string,
  signal: AbortSignal,
): Promise<string[]> {
  const raw = await list(address, `/session/${sessionId}/children`, signal);
  const children = raw.flatMap((child) =>
    isRecord(child) && typeof child['id'] === 'string' ? [child['id']] : [],
  );
  const below = await Promise.all(children.map((id) => fetchDescendants(address, id, signal)));
  return [...children, ...below.flat()];
}

/** What the server says of a session: undefined while it says nothing, before and after a turn. */
export async function fetchStatus(
  address: Address,
  sessionId: string,
  signal: AbortSignal,
): Promise<'busy' | 'retry' | 'idle' | undefined> {
  const path = '/session/status';
  const all = await request(address, { method: 'GET', path }, signal);
  if (!isRecord(all)) throw unreadable(path);
  const own = all[sessionId];
  const type = isRecord(own) ? own['type'] : undefined;
  return type === 'busy' || type === 'retry' || type === 'idle' ? type : undefined;
}

/** An answer that is JSON but not what this version of the API gives. */
export function unreadable(path: string): ActionError {
  return new ActionError(
    'server-unreachable',
    `The server's answer to ${path} is not the one that OpenCode 1.18 gives.`,
    {
      hint: 'Check the version of the server, and that `server-url` leads to OpenCode.',
    },
  );
}

async function list(address: Address, path: string, signal: AbortSignal): Promise<unknown[]> {
  const raw = await request(address, { method: 'GET', path }, signal);
  if (!Array.isArray(raw)) throw unreadable(path);
  return raw;
}
