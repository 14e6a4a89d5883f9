import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startGitHub, type Faults, type GitHubEmulator } from '../../playground/github/emulator.ts';
import { createGitHub } from '../../src/github.ts';
import { openGitHubStore } from '../../src/lock/github-store.ts';
import type { LockStore } from '../../src/lock/store.ts';
import { createRedactor } from '../../src/redact/redactor.ts';

const repository = { owner: 'octo-org', name: 'hello-world' };
const key = 'workspace-0123456789abcdef0123456789abcdef';
const path = `/repos/octo-org/hello-world/git/refs/mention-loop%2Flocks%2F${key}`;
const { signal } = new AbortController();
let github: GitHubEmulator;
let store: LockStore;

function open(emulator: GitHubEmulator, secrets: string[] = []): LockStore {
  const { redact } = createRedactor([emulator.token, ...secrets]);
  const client = createGitHub({ token: emulator.token, apiUrl: emulator.url, redact });
  return openGitHubStore({ github: client, repository, serverUrl: emulator.url });
}

beforeEach(async () => {
  github = await startGitHub();
  store = open(github);
});

afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github[Symbol.asyncDispose]();
});

/** The first request that fits is answered so, or cut. */
function once(method: string, fault: ReturnType<Faults>, end = ''): void {
  let isOver = false;
  github.faults = (request) => {
    if (isOver || request.method !== method || !request.path.endsWith(end)) return undefined;
    isOver = true;
    return fault;
  };
}

describe('a record', () => {
  test('is read as it was written, and each write has a version of its own', async () => {
    expect(await store.read(key, signal)).toBeUndefined();
    const text = JSON.stringify({ directory: '/srv/Größe "x"\\y', session: 'ses_1' });
    const first = await store.swap(key, undefined, text, signal);
    expect(await store.read(key, signal)).toEqual({ text, version: first });
    const second = await store.swap(key, first, text, signal);
    expect(second).not.toBe(first);
    expect(await store.read(key, signal)).toEqual({ text, version: second });
  });

  test('takes the place of the version that was judged, and of no other', async () => {
    const first = await store.swap(key, undefined, 'one', signal);
    expect(await store.swap(key, undefined, 'two', signal)).toBeUndefined();
    const second = await store.swap(key, first, 'three', signal);
    expect(await store.swap(key, first, 'four', signal)).toBeUndefined();
    expect(await store.read(key, signal)).toEqual({ text: 'three', version: second });
  });

  test('is not put where a person has cleared the key meanwhile', async () => {
    const version = await store.swap(key, undefined, 'one', signal);
    await clear(key);
    expect(await store.swap(key, version, 'two', signal)).toBeUndefined();
    expect(await store.read(key, signal)).toBeUndefined();
  });

  test('is released by a commit that says so, against its version only; nothing is deleted', async () => {
    const first = (await store.swap(key, undefined, 'held', signal)) ?? '';
    const second = (await store.swap(key, first, 'another', signal)) ?? '';
    expect(await store.release(key, first, 'released', signal)).toBe(false);
    expect(await store.read(key, signal)).toMatchObject({ text: 'another' });
    expect(await store.release(key, second, 'released', signal)).toBe(true);
    expect(await store.read(key, signal)).toMatchObject({ text: 'released' });
    expect(github.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
    const moves = github.requests.filter(({ method }) => method === 'PATCH');
    expect(new Set(moves.map(({ body }) => (body as { force: boolean }).force))).toEqual(
      new Set([false]),
    );
  });

  test('what somebody else has put there is there, and reads as no record', async () => {
    const { rest } = createGitHub({ token: github.token, apiUrl: github.url });
    const repo = { owner: 'octo-org', repo: 'hello-world' };
    const { data } = await rest.git.createBlob({ ...repo, content: 'x' });
    await rest.git.createRef({ ...repo, ref: `refs/mention-loop/locks/${key}`, sha: data.sha });
    expect(await store.read(key, signal)).toEqual({ text: '', version: data.sha });
  });

  test('shows on no page: neither branch nor tag, and of one file that explains it', async () => {
    await store.swap(key, undefined, 'one', signal);
    await store.swap('repository', undefined, 'one', signal);
    const made = github.requests.filter(({ method }) => method === 'POST');
    expect(made.map(({ path: at }) => at.split('/').at(-1))).toEqual([
      'trees',
      'commits',
      'refs',
      'commits',
      'refs',
    ]);
    expect(made[2]?.body).toMatchObject({ ref: `refs/mention-loop/locks/${key}` });
  });
});

describe('an answer that does not come', () => {
  test('to a move: it is sent again, and is done once', async () => {
    const first = await store.swap(key, undefined, 'one', signal);
    once('PATCH', 'lost');
    const second = await store.swap(key, first, 'two', signal);
    expect(await store.read(key, signal)).toEqual({ text: 'two', version: second });
    expect(github.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(2);
  });

  test('to a first write: it is a failure that may pass, and the record can be found', async () => {
    once('POST', 'lost', '/git/refs');
    await expect(store.swap(key, undefined, 'one', signal)).rejects.toMatchObject({
      reason: 'github-error',
      retryable: true,
    });
    const there = await store.read(key, signal);
    expect(there?.text).toBe('one');
    expect(await store.swap(key, undefined, 'one', signal)).toBeUndefined();
    expect(await store.read(key, signal)).toEqual(there);
  });

  test('a race that GitHub answers in other words is looked at again', async () => {
    const first = await store.swap(key, undefined, 'one', signal);
    const raced = { status: 422, body: { message: 'Reference cannot be updated' } };
    once('PATCH', { ...raced, isApplied: true });
    const second = await store.swap(key, first, 'two', signal);
    expect(await store.read(key, signal)).toEqual({ text: 'two', version: second });
    once('PATCH', raced);
    await expect(store.swap(key, second, 'three', signal)).rejects.toMatchObject({
      reason: 'github-error',
      retryable: true,
      hint: expect.stringContaining('`lock: none`'),
    });
    const other = open(github);
    github.faults = (request) => (request.method === 'PATCH' ? raced : undefined);
    await expect(other.swap(key, first, 'four', signal)).resolves.toBeUndefined();
  });

  test.each([
    ['Update is not a fast forward', 'PATCH'],
    ['Reference does not exist', 'PATCH'],
    ['Reference already exists', 'POST'],
  ])('"%s" counts, also where a read still shows what was', async (message, method) => {
    const version = await store.swap(key, undefined, 'one', signal);
    github.faults = (request) =>
      request.method === method && request.path.includes('/git/refs')
        ? { status: 422, body: { message } }
        : undefined;
    const [at, before] = method === 'POST' ? ['repository', undefined] : [key, version];
    expect(await store.swap(at, before, 'two', signal)).toBeUndefined();
  });

  test('a call ends with its signal', async () => {
    const late = new AbortController();
    github.faults = () => ({ delayMs: 3_000 });
    const reading = store.read(key, late.signal);
    await github.waitForRequest(() => true);
    late.abort(new Error('Enough.'));
    await expect(reading).rejects.toMatchObject({ message: expect.stringContaining('Enough') });
  });
});

describe('what people are told', () => {
  test.each([
    ['`contents: write` is missing', { denied: ['contents: write'] }],
    ['the token may not write at all', { canWrite: false }],
  ])('where %s: the permission and the input', async (_, identity) => {
    await using other = await startGitHub({ identity });
    await expect(open(other).swap(key, undefined, 'one', signal)).rejects.toMatchObject({
      reason: 'github-error',
      retryable: false,
      message: expect.stringContaining(`the lock refs/mention-loop/locks/${key} in octo-org/hello`),
      hint: 'Give the job the permission `contents: write`, or set the input `lock: none`.',
    });
  });

  test('where contents cannot even be read: that permission', async () => {
    await using other = await startGitHub({ identity: { denied: ['contents: read'] } });
    await expect(open(other).read(key, signal)).rejects.toMatchObject({
      hint: expect.stringContaining('`contents: read`'),
    });
  });

  test('a key that a person clears by the command is free', async () => {
    const at = (serverUrl: string): string =>
      openGitHubStore({
        github: createGitHub({ token: 'x', apiUrl: github.url }),
        repository,
        serverUrl,
      }).clearCommand(key);
    expect(at('https://github.com')).toBe(
      `gh api --method DELETE repos/octo-org/hello-world/git/refs/mention-loop/locks/${key}`,
    );
    expect(at('https://github.example.com')).toContain('gh api --hostname github.example.com ');
    expect(store.nameOf(key)).toBe(`refs/mention-loop/locks/${key} in octo-org/hello-world`);
    await store.swap(key, undefined, 'not JSON', signal);
    await clear(key);
    expect(await store.swap(key, undefined, 'one', signal)).toBeDefined();
  });
});

describe('a record and the secrets', () => {
  test('one that holds none is left as it is by the client that takes them out', async () => {
    const held = open(github, ['hunter2hunter2', 'a.git.secret']);
    const text = JSON.stringify({
      server: { url: 'https://opencode.example.com', directory: '/' },
    });
    const version = await held.swap(key, undefined, text, signal);
    expect(await held.read(key, signal)).toEqual({ text, version });
  });

  test('one that holds one is refused before anything points at it', async () => {
    const held = open(github, ['opencode-internal-host']);
    const text = JSON.stringify({ server: { url: 'https://opencode-internal-host' } });
    await expect(held.swap(key, undefined, text, signal)).rejects.toMatchObject({
      reason: 'invalid-input',
      hint: expect.stringContaining('`lock: none`'),
    });
    expect(await store.read(key, signal)).toBeUndefined();
    expect(JSON.stringify(github.requests)).not.toContain('opencode-internal-host');
  });
});

test('git itself reads the record of a lock that is fetched', async () => {
  await store.swap(key, undefined, 'one', signal);
  const listed = await promisify(execFile)('git', [
    'ls-remote',
    `${github.url}/octo-org/hello-world`,
    'refs/mention-loop/*',
  ]);
  expect(listed.stdout).toContain(`refs/mention-loop/locks/${key}`);
});

/** What `gh api --method DELETE` sends. */
async function clear(name: string): Promise<void> {
  const headers = { authorization: `token ${github.token}` };
  const url = `${github.url}${path.replace(key, name)}`;
  expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(204);
}
