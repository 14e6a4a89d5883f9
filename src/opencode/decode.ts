import type { ServerEvent } from './events.ts';
import {
  isRecord,
  readError,
  readMessage,
  readPart,
  readPermission,
  readQuestion,
  readTodos,
} from './shapes.ts';

/** What a decoder makes of an event's `properties`; undefined: not the shape that we know. */
type Decoder = (properties: Record<string, unknown>) => ServerEvent | undefined;

/**
 * One event of OpenCode's as ours. An event that we do not know, or that has changed its shape, is
 * `other`: events are hints, and the record over REST is the truth.
 * Throws a `TypeError` for what is no event at all.
 */
export function decodeEvent(raw: unknown): ServerEvent {
  if (!isRecord(raw) || typeof raw['type'] !== 'string') throw new TypeError('not an event');
  const properties = raw['properties'];
  const name = raw['type'];
  if (!isRecord(properties)) return { type: 'other', name };
  if (name === 'message.part.delta') return decodeDelta(properties);
  return decoders.get(name)?.(properties) ?? { type: 'other', name };
}

/** By hand, without a schema: a long answer has a million of these. */
function decodeDelta(properties: Record<string, unknown>): ServerEvent {
  const { sessionID, messageID, partID, field, delta } = properties;
  if (
    field === 'text' &&
    typeof delta === 'string' &&
    typeof sessionID === 'string' &&
    typeof messageID === 'string' &&
    typeof partID === 'string'
  ) {
    return {
      type: 'delta',
      sessionId: sessionID,
      messageId: messageID,
      partId: partID,
      text: delta,
    };
  }
  return { type: 'other', name: 'message.part.delta' };
}

const decoders = new Map<string, Decoder>([
  ['server.connected', () => ({ type: 'connected' })],
  ['server.heartbeat', () => ({ type: 'heartbeat' })],
  ['server.instance.disposed', () => ({ type: 'disposed' })],
  ['global.disposed', () => ({ type: 'disposed' })],
  [
    'message.updated',
    ({ info }) => {
      const message = readMessage(info);
      return message && { type: 'message', message };
    },
  ],
  [
    'message.removed',
    ({ sessionID, messageID }) =>
      typeof sessionID === 'string' && typeof messageID === 'string'
        ? { type: 'message-removed', sessionId: sessionID, messageId: messageID }
        : undefined,
  ],
  [
    'message.part.updated',
    (properties) => {
      const part = readPart(properties['part']);
      return part && { type: 'part', part };
    },
  ],
  [
    'message.part.removed',
    ({ sessionID, messageID, partID }) =>
      typeof sessionID === 'string' && typeof messageID === 'string' && typeof partID === 'string'
        ? { type: 'part-removed', sessionId: sessionID, messageId: messageID, partId: partID }
        : undefined,
  ],
  ['session.status', decodeStatus],
  [
    'session.idle',
    ({ sessionID }) =>
      typeof sessionID === 'string' ? { type: 'idle', sessionId: sessionID } : undefined,
  ],
  [
    'session.error',
    ({ sessionID, error }) => ({
      type: 'session-error',
      sessionId: typeof sessionID === 'string' ? sessionID : undefined,
      error: readError(error),
    }),
  ],
  [
    'session.created',
    ({ info }) => {
      if (!isRecord(info) || typeof info['id'] !== 'string') return undefined;
      const parentId = typeof info['parentID'] === 'string' ? info['parentID'] : undefined;
      return { type: 'session-created', sessionId: info['id'], parentId };
    },
  ],
  [
    'permission.asked',
    (properties) => {
      const request = readPermission(properties);
      return request && { type: 'permission', request };
    },
  ],
  [
    'question.asked',
    (properties) => {
      const request = readQuestion(properties);
      return request && { type: 'question', request };
    },
  ],
  [
    'todo.updated',
    ({ sessionID, todos }) => {
      const list = readTodos(todos);
      return list && typeof sessionID === 'string'
        ? { type: 'todos', sessionId: sessionID, todos: list }
        : undefined;
    },
  ],
]);

/** What `session.status` says, and each entry of `GET /session/status`; undefined: unknown. */
export function decodeStatus({
  sessionID,
  status,
}: Record<string, unknown>): ServerEvent | undefined {
  if (typeof sessionID !== 'string' || !isRecord(status)) return undefined;
  const { type, attempt, message, next } = status;
  if (type === 'busy' || type === 'idle') return { type, sessionId: sessionID };
  if (type !== 'retry') return undefined;
  return {
    type,
    sessionId: sessionID,
    attempt: typeof attempt === 'number' ? attempt : 0,
    message: typeof message === 'string' ? message : '',
    nextAt: typeof next === 'number' ? next : 0,
  };
}
