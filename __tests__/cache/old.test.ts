import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { type GitHubEmulator, startGitHub } from '../../playground/github/emulator.ts';
import { keyOf } from '../../src/cache/key.ts';
import { deleteOld, findOld } from '../../src/cache/old.ts';
import { createGitHub } from '../../src/github.ts';

const thread = { kind: 'issue', number: 7 } as const;
const since = Date.parse('2026-11-01T00:00:00Z');
const [young, old] = [since + 1, since - 1];
const own = { thread, level: 'write', version: '1.18.33', runId: '100', seal: 'a' };
const keep = { thread, level: 'write', runId: '100', since };

describe('of a thread’s entries', () => {
  test.each([
    ['this run’s own stays', {}, young, false],
    ['one that an earlier run left at the same level goes', { runId: '99' }, young, true],
    ['one of another OpenCode goes too', { runId: '99', version: '1' }, young, true],
    ['one of a run that was begun later stays', { runId: '101' }, young, false],
    ['one of another level stays', { runId: '99', level: 'write-fork-1' }, young, false],
    ['one of another level goes when it is old', { level: 'guest' }, old, true],
    [
      'one of another thread stays, however old',
      { runId: '9', thread: { ...thread, number: 71 } },
      old,
      false,
    ],
    [
      'one of a pull request of that number stays',
      { runId: '9', thread: { kind: 'pull' as const, number: 7 } },
      old,
      false,
    ],
  ])('%s', (_, change, createdAt, goes) => {
    const entry = { id: 1, key: keyOf({ ...own, ...change }), createdAt };
    expect(findOld([entry], keep)).toEqual(goes ? [entry] : []);
  });

  test('what is not named as ours are stays', () => {
    const entries = ['npm-linux', 'mention-loop-session-1-issue-7', ''].map((key, id) => ({
      id,
      key,
      createdAt: old,
    }));
    expect(findOld(entries, keep)).toEqual([]);
  });
});

describe('deleting them', () => {
  let github: GitHubEmulator;
  beforeEach(async () => {
    github = await startGitHub();
  });
  afterEach(async () => {
    expect(github.violations).toEqual([]);
    await github[Symbol.asyncDispose]();
  });

  const facts = (): Parameters<typeof deleteOld>[1] => ({
    ...own,
    repository: github.state.fullName,
    sessionId: 'ses_one',
  });
  const client = (): ReturnType<typeof createGitHub> =>
    createGitHub({ token: github.token, apiUrl: github.url });
  const signal = AbortSignal.timeout(60_000);

  test('leaves those that may be taken up', async () => {
    const { state } = github;
    state.addCache(keyOf({ ...own, runId: '98' }));
    state.addCache(keyOf({ ...own, runId: '99', level: 'guest' }));
    state.addCache(keyOf(own));
    expect(await deleteOld(client(), facts(), since, signal)).toBe(1);
    const left = [...state.caches.values()].map(({ key }) => key);
    expect(left).toEqual([keyOf({ ...own, runId: '99', level: 'guest' }), keyOf(own)]);
  });

  test('fails where the token may not', async () => {
    github.state.mayWriteActions = false;
    github.state.addCache(keyOf({ ...own, runId: '98' }));
    await expect(deleteOld(client(), facts(), since, signal)).rejects.toMatchObject({
      status: 403,
    });
  });
});
