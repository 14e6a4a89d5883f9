import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { type ModelRequest, type Script, startModel } from '../../playground/model.ts';
import { startOpenCode } from '../../playground/opencode.ts';
import { callTool, createHold, say } from '../../playground/script.ts';
import { request } from '../../src/opencode/client.ts';
import type { RecordedMessage, ServerEvent } from '../../src/opencode/events.ts';
import { attachRemote } from '../../src/opencode/remote.ts';
import type { Server, Session } from '../../src/opencode/server.ts';
import { type SessionOptions, openSession } from '../../src/opencode/session.ts';

jest.setTimeout(300_000);

const signal = AbortSignal.timeout(900_000);
const prompt = { system: 'You are in a test.', text: 'The root task' };

/** What the model answers now; each test sets its own. */
let script: Script = [];
let requests: ModelRequest[] = [];
let root = '';
let server: Server;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'session-'));
  const directory = join(root, 'repo');
  await mkdir(directory);
  await writeFile(join(directory, '.env'), 'HIDDEN=treasure\n');
  await writeFile(join(root, 'outside.txt'), 'the outside\n');
  const model = stack.use(await startModel((request) => answer(request)));
  const config = { ...model.config, permission: { webfetch: 'ask' } };
  const home = join(root, 'home');
  const running = stack.use(await startOpenCode({ config, directory, home, password: 'x' }));
  const headers = { authorization: `Basic ${btoa('opencode:x')}` };
  server = await attachRemote({ url: running.url, headers, directory, signal });
});
afterAll(async () => {
  await stack.disposeAsync();
  await rm(root, { recursive: true, force: true });
});

function answer(request: ModelRequest) {
  const index = requests.push(request) - 1;
  if (typeof script === 'function') return script(request, index);
  return script[index] ?? say('(no more)');
}

function open(options: Partial<SessionOptions> = {}): Promise<Session> {
  requests = [];
  const base = { title: 'Test', model: undefined, agent: undefined, variant: undefined };
  const rest = { permissionRequests: 'reject' as const, share: false, isLocal: false, signal };
  return openSession(server, { ...base, ...rest, ...options });
}

/** Prompts and follows to the end of the root's turn, answering what asks. */
async function follow(
  session: Session,
  onEvent: (event: ServerEvent) => Promise<void> | void = () => undefined,
): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  const stream = await session.events(signal);
  await session.prompt(prompt, signal);
  for await (const event of stream) {
    events.push(event);
    await onEvent(event);
    if (event.type === 'idle' && event.sessionId === session.id) break;
  }
  return events;
}

function textsOf(record: readonly RecordedMessage[]): string[] {
  return record.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'text' ? part.text : [])),
  );
}

/** What the model was told by its tools, in order. */
function toolResults(): string[] {
  return requests.flatMap(({ messages }) => {
    const last = messages.at(-1);
    return last?.role === 'tool' ? [last.text] : [];
  });
}

describe('a session', () => {
  test('streams an answer and keeps it in the record, under our own prompt', async () => {
    script = [say('Hello wonderful world', { chunkChars: 6 })];
    const session = await open({ variant: 'high' });
    expect(session.model).toBe('scripted/test');
    expect(await session.status(signal)).toBe('unknown');
    expect(await session.record(signal)).toEqual([]);
    const events = await follow(session);
    const deltas = events.flatMap((event) => (event.type === 'delta' ? event.text : []));
    expect(deltas.join('')).toBe('Hello wonderful world');
    expect(deltas.length).toBeGreaterThan(1);
    const record = await session.record(signal);
    expect(textsOf(record)).toEqual(['Hello wonderful world']);
    expect(record[0]?.message).toMatchObject({
      role: 'assistant',
      parentId: expect.stringMatching(/^msg_/),
      model: 'scripted/test',
      completedAt: expect.any(Number),
      finish: 'stop',
    });
    expect(await session.status(signal)).toBe('idle');
    expect(requests[0]?.messages.map(({ text }) => text).join('\n')).toContain(prompt.system);
  });

  test.each([
    ['an agent', { agent: 'biuld' }, 'unknown-agent', '`build`'],
    ['a sub-agent', { agent: 'explore' }, 'unknown-agent', '`build`'],
    [
      'a model',
      { model: { provider: 'scripted', model: 'tset' } },
      'unknown-model',
      '`scripted/test`',
    ],
    ['a variant', { variant: 'hihg' }, 'invalid-input', '`high`'],
  ])('refuses %s that it does not have, with near names', async (_name, options, reason, near) => {
    await expect(open(options)).rejects.toMatchObject({
      reason,
      hint: expect.stringContaining(near),
    });
  });

  test('is known to its server by title', async () => {
    const session = await open({ title: 'octo/repo#1' });
    const call = { method: 'GET', path: `/session/${session.id}` } as const;
    expect(await request(server, call, signal)).toMatchObject({ title: 'octo/repo#1' });
  });

  test('stops at once when it is aborted, and keeps what was written', async () => {
    const hold = createHold();
    script = [say(['The first half. ', hold, 'The second half.'])];
    const session = await open();
    const events = await follow(session, async (event) => {
      if (event.type === 'delta') await session.abort(signal);
    });
    hold.release();
    expect(events.some(({ type }) => type === 'session-error')).toBe(true);
    const record = await session.record(signal);
    expect(textsOf(record)).toEqual(['The first half. ']);
    expect(record.at(-1)?.message.error?.name).toBe('MessageAbortedError');
  });
});

describe('what would wait for a person', () => {
  function reachOut(): Script {
    return [
      callTool('read', { filePath: join(root, 'outside.txt') }),
      callTool('read', { filePath: join(server.directory, '.env') }),
      callTool('webfetch', { url: 'http://127.0.0.1:9/', format: 'text' }),
      say('Done'),
    ];
  }

  test('is denied by rule, and the agent reads so and goes on', async () => {
    script = reachOut();
    const session = await open();
    const events = await follow(session);
    expect(events.filter(({ type }) => type === 'permission')).toEqual([]);
    expect(textsOf(await session.record(signal))).toEqual(['Done']);
    for (const result of toolResults()) expect(result).toContain('rule which prevents you');
    expect(toolResults()).toHaveLength(3);
    expect(requests[0]?.tools).toContain('webfetch');
  });

  test('is allowed by rule where requests are to be allowed', async () => {
    script = reachOut();
    const session = await open({ permissionRequests: 'allow' });
    const events = await follow(session);
    expect(events.filter(({ type }) => type === 'permission')).toEqual([]);
    expect(toolResults()[0]).toContain('the outside');
    expect(toolResults()[1]).toContain('treasure');
    expect(toolResults()[2]).not.toContain('rule which prevents you');
  });

  test('as a question is none of the tools on offer', async () => {
    const question = {
      question: 'Which?',
      header: 'Q',
      options: [{ label: 'a', description: 'b' }],
    };
    script = [callTool('question', { questions: [question] }), say('Done')];
    const session = await open({ permissionRequests: 'allow' });
    await follow(session);
    expect(requests[0]?.tools).not.toContain('question');
    expect(textsOf(await session.record(signal))).toEqual(['Done']);
  });

  test.each([
    ['allow', 'treasure'],
    ['reject', 'unattended'],
  ] as const)('in a child session is found and answered (%s)', async (given, expected) => {
    const read = callTool('read', { filePath: join(server.directory, '.env') });
    const task = { description: 'Look', prompt: 'The child task', subagent_type: 'general' };
    script = (request) => {
      const isFirst = request.messages.at(-1)?.role !== 'tool';
      if (request.prompt === 'The child task') return isFirst ? read : say('Child done');
      return isFirst ? callTool('task', task) : say('Root done');
    };
    // A child asks by its own agent's rules: only what the root denies holds for it.
    const session = await open({ permissionRequests: 'allow' });
    const stranger = await open();
    let asked = 0;
    await follow(session, async (event) => {
      if (event.type !== 'permission') return;
      asked += 1;
      expect(event.request.sessionId).not.toBe(session.id);
      expect(await session.pending(signal)).toEqual({
        permissions: [event.request],
        questions: [],
      });
      expect(await stranger.pending(signal)).toEqual({ permissions: [], questions: [] });
      await session.answerPermission(event.request.id, given, signal);
      await session.answerPermission(event.request.id, given, signal);
    });
    expect(asked).toBe(1);
    expect(toolResults()[0]).toContain(expected);
    expect(textsOf(await session.record(signal))).toEqual(['Root done']);
  });

  test('once answered, is no error to answer again', async () => {
    const session = await open();
    await session.answerPermission('per_f00000000000abcdefghijklmn', 'reject', signal);
    await session.rejectQuestion('que_f00000000000abcdefghijklmn', signal);
  });
});
