import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ActionError } from '../../src/errors.ts';
import type { Actor, Trigger } from '../../src/event/trigger.ts';
import { checkGate } from '../../src/gate/check.ts';
import type { GateRules } from '../../src/gate/decide.ts';
import { createGitHub } from '../../src/github.ts';

interface Answer {
  status?: number;
  body?: unknown;
  /** Answers only once this is fulfilled. */
  after?: Promise<unknown>;
}

const rules: GateRules = {
  requiredPermission: 'write',
  allowedUsers: [],
  allowedBots: ['ci[bot]'],
};
const mona: Actor = { login: 'mona', isBot: false };
const bot: Actor = { login: 'ci[bot]', isBot: true };

let answers: Record<string, Answer>;
let asked: string[];
const server = createServer((request, response) => {
  const path = request.url ?? '';
  asked.push(path);
  const { status = 200, body = {}, after } = answers[path] ?? { status: 404 };
  void Promise.resolve(after).then(() => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
});

const permissionOf = (login: string) => `/repos/octo/hello/collaborators/${login}/permission`;
const viewer = (login: string): Answer => ({ body: { data: { viewer: { login } } } });
const role = (permission: string, name?: string): Answer => ({
  body: { permission, role_name: name },
});

beforeEach(async () => {
  asked = [];
  answers = { '/graphql': viewer('github-actions[bot]'), [permissionOf('mona')]: role('write') };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function check(
  actor: Actor | undefined,
  options: { rules?: Partial<GateRules>; rerunBy?: string; signal?: AbortSignal } = {},
) {
  const { port } = server.address() as AddressInfo;
  const github = createGitHub({ token: 'token', apiUrl: `http://127.0.0.1:${port}` });
  const trigger: Trigger = {
    eventName: actor === undefined ? 'schedule' : 'issue_comment',
    repository: { owner: 'octo', name: 'hello' },
    defaultBranch: 'main',
    actor,
    task: '/oc fix',
    standing: '',
    thread: undefined,
    opening: undefined,
    happenedAt: undefined,
    comment: undefined,
  };
  const signal = options.signal ?? new AbortController().signal;
  return checkGate(github, trigger, { ...rules, ...options.rules }, options.rerunBy, signal);
}

describe('a person', () => {
  test.each([
    ['write', undefined, undefined],
    ['write', 'write', undefined],
    ['write', 'maintain', undefined],
    ['admin', 'admin', undefined],
    ['write', 'a custom role', undefined],
    ['read', 'triage', 'not-permitted'],
    ['read', 'read', 'not-permitted'],
    ['read', 'a custom role', 'not-permitted'],
    ['none', '', 'not-permitted'],
  ])('with permission %s and role %s: %s', async (permission, name, skip) => {
    answers[permissionOf('mona')] = role(permission, name);
    expect((await check(mona))?.skip).toBe(skip);
  });

  test.each([
    ['write', 'write', 'not-permitted'],
    ['write', 'maintain', undefined],
    ['write', 'a custom role', 'not-permitted'],
    ['admin', 'admin', undefined],
  ])(
    'with permission %s and role %s where maintain is required: %s',
    async (permission, name, skip) => {
      answers[permissionOf('mona')] = role(permission, name);
      expect((await check(mona, { rules: { requiredPermission: 'maintain' } }))?.skip).toBe(skip);
    },
  );

  test('whom GitHub does not know has no permission', async () => {
    answers[permissionOf('mona')] = { status: 404 };
    expect((await check(mona))?.skip).toBe('not-permitted');
  });

  test('who is let in by name is not asked about', async () => {
    expect(await check(mona, { rules: { allowedUsers: ['Mona'] } })).toBeUndefined();
    expect(asked).toEqual(['/graphql']);
  });

  test("is asked about beside our own login, neither waiting for the other's answer", async () => {
    const { promise: both, resolve } = Promise.withResolvers<void>();
    const seen = new Set<string>();
    server.on('request', function arrived(request) {
      seen.add(request.url ?? '');
      if (seen.size < 2) return;
      server.off('request', arrived);
      resolve();
    });
    answers[permissionOf('mona')] = { ...role('write'), after: both };
    answers['/graphql'] = { ...viewer('github-actions[bot]'), after: both };
    expect(await check(mona)).toBeUndefined();
  });

  test('who is refused does not wait for our own login, and leaves no call behind', async () => {
    const { promise: dropped, resolve } = Promise.withResolvers<void>();
    const { promise: sent, resolve: arrived } = Promise.withResolvers<void>();
    server.on('request', function watch({ url }, response) {
      if (url !== '/graphql') return;
      server.off('request', watch);
      response.once('close', resolve);
      arrived();
    });
    answers[permissionOf('mona')] = { ...role('read'), after: sent };
    answers['/graphql'] = { after: new Promise(() => {}) };
    expect((await check(mona))?.skip).toBe('not-permitted');
    await dropped;
  });
});

describe('an unclear answer stops the run', () => {
  test.each([
    ['403', { status: 403 }],
    ['401', { status: 401 }],
    ['an unknown permission', role('owner')],
    ['no permission at all', { body: {} }],
    ['something else', { body: 'yes' }],
  ])('%s about the permission', async (_, answer) => {
    answers[permissionOf('mona')] = answer;
    const run = check(mona);
    await expect(run).rejects.toThrow(ActionError);
    await expect(run).rejects.toMatchObject({
      reason: 'github-error',
      message: expect.stringContaining('read the permission of @mona'),
    });
  });

  test.each([
    ['403', { status: 403 }],
    ['404', { status: 404 }],
    ['no login', { body: { data: { viewer: null } } }],
    ['errors', { body: { errors: [{ message: 'no' }] } }],
  ])('%s about our own login', async (_, answer) => {
    answers['/graphql'] = answer;
    await expect(check(mona)).rejects.toMatchObject({ reason: 'github-error' });
    await expect(check(bot)).rejects.toMatchObject({ reason: 'github-error' });
  });

  test("but an abort is the signal's own reason", async () => {
    const reason = new ActionError('cancelled', 'The run was cancelled.');
    const controller = new AbortController();
    answers[permissionOf('mona')] = { after: new Promise(() => {}) };
    server.once('request', () => controller.abort(reason));
    await expect(check(mona, { signal: controller.signal })).rejects.toBe(reason);
  });
});

describe('a bot', () => {
  test('that is not named is refused without a question', async () => {
    expect((await check({ login: 'other[bot]', isBot: true }))?.skip).toBe('bot-author');
    expect(asked).toEqual([]);
  });

  test('that is named is let in', async () => {
    expect(await check(bot)).toBeUndefined();
    expect(asked).toEqual(['/graphql']);
  });
});

describe('our own account never starts a run', () => {
  test('not even where it is a bot that is named', async () => {
    answers['/graphql'] = viewer('ci[bot]');
    expect((await check(bot))?.skip).toBe('bot-author');
  });

  test("nor where the token is a person's who may write", async () => {
    answers['/graphql'] = viewer('Mona');
    expect(await check(mona)).toEqual({
      skip: 'bot-author',
      detail: 'mona is the account of `github-token`, which never starts a run.',
    });
  });
});

describe('a rerun', () => {
  test('by somebody else needs the permission of both', async () => {
    answers[permissionOf('hubot')] = role('read');
    expect((await check(mona, { rerunBy: 'hubot' }))?.detail).toContain('@hubot');
    answers[permissionOf('hubot')] = role('admin');
    expect(await check(mona, { rerunBy: 'hubot' })).toBeUndefined();
    answers[permissionOf('mona')] = role('read');
    expect((await check(mona, { rerunBy: 'hubot' }))?.detail).toContain('@mona');
  });

  test('by the same person asks once', async () => {
    expect(await check(mona, { rerunBy: 'Mona' })).toBeUndefined();
    expect(asked.toSorted()).toEqual(['/graphql', permissionOf('mona')]);
  });

  test('by a bot that is not named is refused', async () => {
    expect((await check(mona, { rerunBy: 'other[bot]' }))?.skip).toBe('bot-author');
  });
});

test('schedule and workflow_dispatch need no check', async () => {
  expect(await check(undefined, { rerunBy: 'hubot' })).toBeUndefined();
  expect(asked).toEqual([]);
});
