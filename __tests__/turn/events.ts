// What the tests of turn/ are written in: short ways to say an event, and a session to script.
import type { MessageInfo, Part, RecordedMessage, ServerEvent } from '../../src/opencode/events.ts';
import type { Session } from '../../src/opencode/server.ts';

export const root = 'ses_root';

export function info(id: string, more: Partial<MessageInfo> = {}): MessageInfo {
  return {
    id,
    sessionId: root,
    role: 'assistant',
    parentId: 'msg_0',
    createdAt: Number(id.replaceAll(/\D/g, '')) || 0,
    completedAt: undefined,
    finish: undefined,
    error: undefined,
    model: 'scripted/test',
    usage: { inputTokens: 1, outputTokens: 2, costUsd: 0.5 },
    ...more,
  };
}

export function done(id: string, more: Partial<MessageInfo> = {}): MessageInfo {
  return info(id, { completedAt: 1_000, finish: 'stop', ...more });
}

export function message(id: string, more: Partial<MessageInfo> = {}): ServerEvent {
  return { type: 'message', message: info(id, more) };
}

export function text(
  messageId: string,
  id: string,
  words: string,
  more: { sessionId?: string; isSynthetic?: boolean } = {},
): Extract<Part, { kind: 'text' }> {
  return { kind: 'text', id, messageId, sessionId: root, text: words, isSynthetic: false, ...more };
}

export function tool(
  messageId: string,
  id: string,
  status: 'pending' | 'running' | 'completed' | 'error',
  more: { sessionId?: string; tool?: string; title?: string } = {},
): Part {
  return { kind: 'tool', id, messageId, sessionId: root, tool: 'bash', title: '', status, ...more };
}

export function part(value: Part): ServerEvent {
  return { type: 'part', part: value };
}

export function delta(messageId: string, partId: string, words: string): ServerEvent {
  return { type: 'delta', sessionId: root, messageId, partId, text: words };
}

export const connected: ServerEvent = { type: 'connected' };
export const busy: ServerEvent = { type: 'busy', sessionId: root };
export const idle: ServerEvent = { type: 'idle', sessionId: root };

export function failure(name: string, words: string, status?: number): ServerEvent {
  const error = { name, message: words, status, isRetryable: false };
  return { type: 'session-error', sessionId: root, error };
}

/** The provider failed, and is asked again. */
export function retry(
  attempt: number,
  more: { sessionId?: string | undefined; message?: string; nextAt?: number } = {},
): ServerEvent & { type: 'retry' } {
  const { sessionId = root, message: words = 'No', nextAt = 0 } = more;
  return { type: 'retry', sessionId, attempt, message: words, nextAt };
}

export function recorded(value: MessageInfo, ...parts: Part[]): RecordedMessage {
  return { message: value, parts };
}

/** How a scripted connection ends: by itself, by an error, or not before it is closed. */
export type StreamEnd = 'eof' | 'reset' | 'open';

/** One connection's events. */
export async function* stream(
  events: Iterable<ServerEvent>,
  end: StreamEnd,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  for (const event of events) {
    // As from a socket: what comes together is read together, and yet others get their turn.
    await Promise.resolve();
    yield event;
  }
  if (end === 'reset') throw new Error('read ECONNRESET');
  if (end === 'open') await untilAborted(signal);
}

/** Waits for ever, unless the signal fires: then throws its reason. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** What a scripted session was asked, in order. */
export interface ScriptedSession extends Session {
  calls: string[];
}

/** A session that answers as it is told; what is not told is a server at rest with no record. */
export function scriptedSession(told: Partial<Session> = {}): ScriptedSession {
  const calls: string[] = [];
  const session: Session = {
    id: root,
    model: 'scripted/test',
    prompt: () => Promise.resolve(),
    events: (signal) => Promise.resolve(stream([connected], 'open', signal)),
    record: () => Promise.resolve([]),
    pending: () => Promise.resolve({ permissions: [], questions: [] }),
    missed: () => Promise.resolve([]),
    status: () => Promise.resolve('idle'),
    answerPermission: () => Promise.resolve(),
    rejectQuestion: () => Promise.resolve(),
    note: () => Promise.resolve(),
    abort: () => Promise.resolve(),
    ...told,
  };
  return {
    ...session,
    calls,
    prompt: (...args) => (calls.push('prompt'), session.prompt(...args)),
    events: (...args) => (calls.push('events'), session.events(...args)),
    record: (...args) => (calls.push('record'), session.record(...args)),
    pending: (...args) => (calls.push('pending'), session.pending(...args)),
    abort: (...args) => (calls.push('abort'), session.abort(...args)),
    answerPermission: (id, answer, signal) => {
      calls.push(`${answer} ${id}`);
      return session.answerPermission(id, answer, signal);
    },
    rejectQuestion: (id, signal) => {
      calls.push(`reject question ${id}`);
      return session.rejectQuestion(id, signal);
    },
  };
}
