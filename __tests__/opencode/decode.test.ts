import { describe, expect, test } from '@jest/globals';

import { decodeEvent } from '../../src/opencode/decode.ts';
import type { ServerEvent } from '../../src/opencode/events.ts';

function event(type: string, properties: unknown): unknown {
  return { id: 'evt_1', type, properties };
}

const ids = { sessionID: 'ses_1', messageID: 'msg_1' };
const part = { id: 'prt_1', ...ids };
const ourPart = { id: 'prt_1', sessionId: 'ses_1', messageId: 'msg_1' };
const assistant = {
  id: 'msg_1',
  sessionID: 'ses_1',
  role: 'assistant',
  parentID: 'msg_0',
  time: { created: 1, completed: 2 },
  providerID: 'p',
  modelID: 'a/b',
  cost: 0.5,
  tokens: { input: 1, output: 2, reasoning: 4, cache: { read: 8, write: 16 } },
  finish: 'stop',
};
const message = {
  id: 'msg_1',
  sessionId: 'ses_1',
  role: 'assistant',
  parentId: 'msg_0',
  createdAt: 1,
  completedAt: 2,
  finish: 'stop',
  error: undefined,
  model: 'p/a/b',
  usage: { inputTokens: 25, outputTokens: 6, costUsd: 0.5 },
  isSummary: false,
};
const apiError = {
  name: 'APIError',
  data: { message: 'Slow down', statusCode: 429, isRetryable: true, responseBody: 'x' },
};
const ourError = { name: 'APIError', message: 'Slow down', status: 429, isRetryable: true };
const state = { status: 'running', input: {}, title: 'ls', metadata: { output: 'x' } };

const table: [string, unknown, unknown][] = [
  ['server.connected', {}, { type: 'connected' }],
  ['server.heartbeat', {}, { type: 'heartbeat' }],
  ['server.instance.disposed', { directory: '/x' }, { type: 'disposed' }],
  ['message.updated', { info: assistant }, { type: 'message', message }],
  [
    'message.updated',
    { info: { ...assistant, error: apiError, summary: true } },
    { type: 'message', message: { ...message, error: ourError, isSummary: true } },
  ],
  ['message.removed', ids, { type: 'message-removed', sessionId: 'ses_1', messageId: 'msg_1' }],
  [
    'message.part.updated',
    { part: { ...part, type: 'text', text: 'hi', synthetic: true } },
    { type: 'part', part: { kind: 'text', ...ourPart, text: 'hi', isSynthetic: true } },
  ],
  [
    'message.part.updated',
    { part: { ...part, type: 'reasoning', text: 'hm' } },
    { type: 'part', part: { kind: 'reasoning', ...ourPart, text: 'hm' } },
  ],
  [
    'message.part.updated',
    { part: { ...part, type: 'tool', tool: 'bash', state } },
    {
      type: 'part',
      part: { kind: 'tool', ...ourPart, tool: 'bash', status: 'running', title: 'ls' },
    },
  ],
  [
    'message.part.updated',
    { part: { ...part, type: 'step-start' } },
    { type: 'part', part: { kind: 'other', ...ourPart, name: 'step-start' } },
  ],
  [
    'message.part.removed',
    { ...ids, partID: 'prt_1' },
    { type: 'part-removed', sessionId: 'ses_1', messageId: 'msg_1', partId: 'prt_1' },
  ],
  [
    'message.part.delta',
    { ...ids, partID: 'prt_1', field: 'text', delta: 'a' },
    { type: 'delta', sessionId: 'ses_1', messageId: 'msg_1', partId: 'prt_1', text: 'a' },
  ],
  [
    'session.status',
    { sessionID: 's', status: { type: 'busy' } },
    { type: 'busy', sessionId: 's' },
  ],
  [
    'session.status',
    { sessionID: 's', status: { type: 'idle' } },
    { type: 'idle', sessionId: 's' },
  ],
  [
    'session.status',
    { sessionID: 's', status: { type: 'retry', attempt: 2, message: 'no', next: 9 } },
    { type: 'retry', sessionId: 's', attempt: 2, message: 'no', nextAt: 9 },
  ],
  ['session.idle', { sessionID: 's' }, { type: 'idle', sessionId: 's' }],
  [
    'session.error',
    { sessionID: 's', error: apiError },
    { type: 'session-error', sessionId: 's', error: ourError },
  ],
  [
    'session.error',
    {},
    {
      type: 'session-error',
      sessionId: undefined,
      error: { name: 'UnknownError', message: '', status: undefined, isRetryable: false },
    },
  ],
  [
    'session.created',
    { info: { id: 'c', parentID: 's' } },
    { type: 'session-created', sessionId: 'c', parentId: 's' },
  ],
  [
    'permission.asked',
    { id: 'per_1', sessionID: 's', permission: 'bash', patterns: ['ls'], metadata: {}, always: [] },
    {
      type: 'permission',
      request: { id: 'per_1', sessionId: 's', permission: 'bash', patterns: ['ls'] },
    },
  ],
  [
    'question.asked',
    { id: 'que_1', sessionID: 's', questions: [] },
    { type: 'question', request: { id: 'que_1', sessionId: 's' } },
  ],
  [
    'todo.updated',
    { sessionID: 's', todos: [{ content: 'a', status: 'pending', priority: 'low' }] },
    { type: 'todos', sessionId: 's', todos: [{ content: 'a', status: 'pending' }] },
  ],
];

describe('decoding events', () => {
  test.each(table)('reads %s (%j)', (type, properties, expected) => {
    expect(decodeEvent(event(type, properties))).toEqual(expected);
  });

  test('names an event that it does not know', () => {
    expect(decodeEvent(event('plugin.added', {}))).toEqual({ type: 'other', name: 'plugin.added' });
  });

  test('leaves out the deltas of what is no text', () => {
    const properties = { ...ids, partID: 'prt_1', field: 'input', delta: 'a' };
    expect(decodeEvent(event('message.part.delta', properties)).type).toBe('other');
  });

  test.each(table.map(([type]) => type))('names %s where its shape has changed', (type) => {
    const strange: ServerEvent = decodeEvent(event(type, { sessionID: 5, part: [], info: 'x' }));
    const isEmpty = ['connected', 'heartbeat', 'disposed', 'session-error'].includes(strange.type);
    expect(isEmpty || strange.type === 'other').toBe(true);
    expect(decodeEvent({ type }).type).toBe('other');
  });

  test.each([[null], ['text'], [[]], [{}], [{ type: 1 }]])('refuses %j', (raw) => {
    expect(() => decodeEvent(raw)).toThrow(TypeError);
  });
});
