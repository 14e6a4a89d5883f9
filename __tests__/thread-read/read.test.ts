import { setTimeout } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { startGitHub } from '../../playground/github/emulator.ts';
import type { GitHubEmulator } from '../../playground/github/emulator.ts';
import { ActionError } from '../../src/errors.ts';
import { createGitHub } from '../../src/github.ts';
import { diffChars, githubPauseMs, threadChars, threadComments } from '../../src/limits.ts';
import { renderMarker } from '../../src/marker.ts';
import { readThread } from '../../src/thread/read.ts';
import { triggerOn } from './setting.ts';

jest.setTimeout(30_000);

const { signal } = new AbortController();

function clientOf(server: GitHubEmulator) {
  return createGitHub({ token: server.token, apiUrl: server.url });
}

async function readAs(server: GitHubEmulator, trigger = triggerOn('issue')) {
  const thread = await readThread(clientOf(server), trigger, signal);
  if (thread === undefined) throw new Error('no thread');
  expect(server.violations).toEqual([]);
  return thread;
}

function bodies(entries: readonly { body: string }[] | undefined): string[] | undefined {
  return entries?.map((entry) => entry.body);
}

describe('an issue', () => {
  test('is read with its comments, oldest first', async () => {
    await using server = await startGitHub();
    server.state.addIssue({ number: 1, title: 'Edited since', body: 'As well.' });
    server.state.addComment(1, { body: 'For me too.', author: 'bob', association: 'NONE' });
    server.state.addComment(1, { body: 'Since when?', author: 'octocat' });
    const thread = await readAs(server);
    expect(thread).toMatchObject({
      ref: { kind: 'issue', number: 1 },
      title: 'Slow start',
      body: 'It takes long.',
      author: 'alice',
      role: 'owner',
      state: 'open',
      leftOut: 0,
      pull: undefined,
    });
    expect(thread.url).toBe('https://example.test/issues/1');
    expect(thread.entries).toMatchObject([
      { kind: 'comment', body: 'For me too.', author: 'bob', role: 'none' },
      { kind: 'comment', body: 'Since when?', author: 'octocat', role: 'collaborator' },
    ]);
  });

  test('is read without the comment that asked', async () => {
    await using server = await startGitHub();
    server.state.addIssue({ number: 1 });
    server.state.addComment(1, { body: 'Before.' });
    const { id } = server.state.addComment(1, { body: '/oc edited since' });
    server.state.addComment(1, { body: 'After.' });
    const thread = await readAs(server, triggerOn('issue', { id }));
    expect(bodies(thread.entries)).toEqual(['Before.', 'After.']);
    expect(thread.leftOut).toBe(0);
  });

  test('is read whole where it has many pages, which are asked for side by side', async () => {
    await using server = await startGitHub();
    server.state.addIssue({ number: 1 });
    for (let index = 0; index < 450; index += 1) server.state.addComment(1, { body: `${index}` });
    const thread = await readAs(server);
    expect(bodies(thread.entries)).toEqual(Array.from({ length: 450 }, (_, index) => `${index}`));
    const pages = server.requests.filter(({ path }) => path.endsWith('/comments'));
    expect(new Set(pages.map(({ query }) => query['page']))).toEqual(new Set('12345'));
  });

  test('keeps the newest comments and counts the others', async () => {
    await using server = await startGitHub();
    server.state.addIssue({ number: 1 });
    for (let index = 0; index < 1_250; index += 1) server.state.addComment(1, { body: `${index}` });
    const thread = await readAs(server);
    expect(thread.entries.at(-1)?.body).toBe('1249');
    expect(thread.entries.length + thread.leftOut).toBe(1_250);
    expect(thread.entries.length).toBeLessThanOrEqual(threadComments);
    const pages = server.requests.filter(({ path }) => path.endsWith('/comments'));
    expect(pages).toHaveLength(11);
  });

  test('keeps the newest characters and counts the comments left out', async () => {
    await using server = await startGitHub();
    server.state.addIssue({ number: 1 });
    const body = 'x'.repeat(threadChars / 4);
    for (const name of ['a', 'b', 'c', 'd', 'e']) server.state.addComment(1, { body: name + body });
    const thread = await readAs(server);
    expect(thread.entries.map((entry) => entry.body[0])).toEqual(['c', 'd', 'e']);
    expect(thread.leftOut).toBe(2);
  });

  test('shows our own answers as the agent, without their marker', async () => {
    await using server = await startGitHub();
    server.state.addIssue({ number: 1 });
    const marker = renderMarker({ runId: '1', attempt: 1, invocationId: 'abc' }, 'answer');
    const body = `An answer.\n\n${marker}`;
    server.state.addComment(1, { body, author: 'github-actions[bot]' });
    server.state.addComment(1, { body, author: 'mallory', association: 'NONE' });
    server.state.addComment(1, { body: 'Plain.', author: 'github-actions[bot]' });
    const thread = await readAs(server);
    expect(thread.entries).toMatchObject([
      { body: 'An answer.', role: 'agent' },
      { body, author: 'mallory', role: 'none' },
      { body: 'Plain.', role: 'none' },
    ]);
  });
});

describe('a pull request', () => {
  test('is read with branches, diff, reviews and comments on lines', async () => {
    await using server = await startGitHub();
    const head = { headRef: 'fix', headSha: 'a'.repeat(40), headRepository: 'bob/hello-world' };
    server.state.addPull({ number: 1, title: 'Edited', body: 'Too.', ...head, isDraft: true });
    server.state.addComment(1, { body: 'Nice.' });
    server.state.addReview(1, { body: 'Almost.', state: 'CHANGES_REQUESTED' });
    server.state.addReview(1, { body: '', state: 'APPROVED' });
    server.state.addReview(1, { body: '', state: 'COMMENTED' });
    server.state.addReviewComment(1, { body: 'Why?', path: 'src/greet.js', line: 2 });
    const thread = await readAs(server, triggerOn('pull'));
    expect(thread).toMatchObject({ title: 'Slow start', body: 'It takes long.', leftOut: 0 });
    expect(bodies(thread.entries)).toEqual(['Nice.']);
    const branches = { baseRef: 'main', headRef: 'fix', headSha: 'a'.repeat(40) };
    expect(thread.pull).toMatchObject({ ...branches, isFork: true, isDraft: true });
    expect(thread.pull?.diff).toMatchObject({ shownFiles: 1, leftOutFiles: [], unnamedFiles: 0 });
    expect(thread.pull?.diff.text).toMatch(/^diff --git a\/src\/greet.js b\/src\/greet.js\n/);
    expect(thread.pull?.reviews).toMatchObject([
      { kind: 'review', state: 'changes_requested', body: 'Almost.' },
      { kind: 'review', state: 'approved', body: '' },
    ]);
    const place = { path: 'src/greet.js', line: 2 };
    expect(thread.pull?.reviewComments).toMatchObject([{ body: 'Why?', place }]);
    expect(thread.pull?.reviewThread).toEqual([]);
  });

  test('is read with the review thread asked in, without the comment that asked', async () => {
    await using server = await startGitHub();
    server.state.addPull({ number: 1 });
    const { id: threadId } = server.state.addReviewComment(1, { body: 'First.' });
    server.state.addReviewComment(1, { body: 'Second.', inReplyTo: threadId });
    server.state.addReviewComment(1, { body: 'Elsewhere.' });
    const { id } = server.state.addReviewComment(1, { body: '/oc', inReplyTo: threadId });
    const thread = await readAs(server, triggerOn('pull', { kind: 'review', id, threadId }));
    expect(bodies(thread.pull?.reviewThread)).toEqual(['First.', 'Second.']);
    expect(bodies(thread.pull?.reviewComments)).toEqual(['Elsewhere.']);
  });

  test('keeps the review thread asked in before everything else', async () => {
    await using server = await startGitHub();
    server.state.addPull({ number: 1 });
    const at = (day: number) => ({ createdAt: `2026-01-0${day}T00:00:00Z` });
    const body = 'x'.repeat(threadChars / 3);
    const first = server.state.addReviewComment(1, { body: `asked${body}`, ...at(1) });
    server.state.addComment(1, { body: `old${body}`, ...at(2) });
    server.state.addReviewComment(1, { body: 'line', ...at(3) });
    server.state.addComment(1, { body: `new${body}`, ...at(4) });
    const comment = { kind: 'review', id: 7, threadId: first.id } as const;
    const thread = await readAs(server, triggerOn('pull', comment));
    expect(thread.pull?.reviewThread).toHaveLength(1);
    expect(thread.pull?.reviewComments).toHaveLength(1);
    expect(thread.entries.map((entry) => entry.body.slice(0, 3))).toEqual(['new']);
    expect(thread.leftOut).toBe(1);
  });

  test.each<[string, number]>([
    ['over 300 files', 406],
    ['it takes GitHub too long', 422],
  ])('falls back to the list of files where %s', async (_, status) => {
    await using server = await startGitHub();
    const files = Array.from({ length: 350 }, (_, index) => ({
      filename: `src/${index}.ts`,
      status: 'modified' as const,
      patch: `@@ -1 +1 @@\n-${index}\n+${index + 1}`,
    }));
    server.state.addPull({ number: 1, files });
    server.faults = ({ headers }) =>
      headers['accept']?.includes('diff') === true ? { status } : undefined;
    const { pull } = await readAs(server, triggerOn('pull'));
    expect(pull?.diff).toMatchObject({ shownFiles: 350, leftOutFiles: [], unnamedFiles: 0 });
    expect(pull?.diff.text.match(/^diff --git /gm)).toHaveLength(350);
  });

  test('shows whole files only, and names the others', async () => {
    await using server = await startGitHub();
    const lines = (text: string, size: number) => `@@ -0,0 +1 @@\n+${text.repeat(size)}`;
    const files = [
      { filename: 'large.txt', status: 'added' as const, patch: lines('l', diffChars) },
      { filename: 'small.txt', status: 'added' as const, patch: lines('s', 10) },
    ];
    server.state.addPull({ number: 1, files });
    const { pull } = await readAs(server, triggerOn('pull'));
    expect(pull?.diff).toMatchObject({ shownFiles: 1, leftOutFiles: ['large.txt'] });
    expect(pull?.diff.text).toContain('ssssssssss\n');
    expect(pull?.diff.text).not.toContain('large.txt');
  });
});

test('reads nothing where the event has no thread', async () => {
  await using server = await startGitHub();
  const trigger = { ...triggerOn('issue'), thread: undefined, comment: undefined };
  expect(await readThread(clientOf(server), trigger, signal)).toBeUndefined();
  expect(server.requests).toEqual([]);
});

test('reads although every call fails once', async () => {
  await using server = await startGitHub();
  server.state.addPull({ number: 1 });
  const seen = new Set<string>();
  server.faults = ({ path, headers }) => {
    const call = `${path} ${headers['accept']}`;
    if (seen.has(call)) return undefined;
    seen.add(call);
    return 'reset';
  };
  const thread = await readAs(server, triggerOn('pull'));
  expect(thread.pull?.diff.shownFiles).toBe(1);
});

describe('what cannot be read', () => {
  test('is an error that names the call and the permission', async () => {
    await using server = await startGitHub({ faults: () => ({ status: 403 }) });
    await expect(readAs(server)).rejects.toMatchObject({
      reason: 'github-error',
      message: expect.stringMatching(/^Could not read .+#1: GitHub answered GET .+ with 403\.$/),
      hint: 'The job probably lacks the permission `issues: read`.',
    });
  });

  test.each<[string, unknown]>([
    ['a page of a proxy', '<html>Please log in</html>'],
    ['an empty answer', ''],
    ['fields of another kind', { title: 1 }],
    ['null', null],
  ])('is an error and no TypeError where GitHub gives %s', async (_, body) => {
    await using server = await startGitHub({ faults: () => ({ status: 200, body }) });
    const error = await readThread(clientOf(server), triggerOn('pull'), signal).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ActionError);
    expect(error).toMatchObject({
      reason: 'github-error',
      message: expect.stringMatching(/^Could not read .+ cannot be read \(.+\)\.$/),
    });
  });

  test('ends the calls beside the one that failed', async () => {
    await using server = await startGitHub();
    server.state.addPull({ number: 1 });
    server.faults = ({ path }) => {
      if (path.endsWith('/pulls/1')) return undefined;
      return { status: path.endsWith('/reviews') ? 404 : 502 };
    };
    await expect(readAs(server, triggerOn('pull'))).rejects.toThrow(/ with 404\.$/);
    await setTimeout(githubPauseMs * 1.5);
    expect(server.requests.length).toBeLessThanOrEqual(5);
  });

  test('because the run was stopped throws the reason of that', async () => {
    await using server = await startGitHub({ faults: () => ({ delayMs: 500 }) });
    const reason = new ActionError('cancelled', 'The run was cancelled.');
    const run = new AbortController();
    const reading = readThread(clientOf(server), triggerOn('pull'), run.signal);
    const outcome = expect(reading).rejects.toBe(reason);
    await server.waitForRequest(() => true);
    run.abort(reason);
    await outcome;
  });
});

test('shows a deleted account as ghost', async () => {
  await using server = await startGitHub();
  server.state.addIssue({ number: 1 });
  const at = '2026-01-01T00:00:00Z';
  const comment = { id: 5, author_association: 'NONE', created_at: at, updated_at: at };
  const body = [{ ...comment, user: null, body: 'Bye.' }];
  server.faults = ({ path }) => (path.endsWith('/comments') ? { status: 200, body } : undefined);
  const thread = await readAs(server);
  expect(thread.entries).toMatchObject([{ author: 'ghost', body: 'Bye.' }]);
});

test('follows the pages where GitHub does not say how many there are', async () => {
  await using server = await startGitHub();
  server.state.addIssue({ number: 1 });
  const at = '2026-01-01T00:00:00Z';
  const comment = { author_association: 'NONE', created_at: at, updated_at: at, user: null };
  server.faults = ({ path, query }) => {
    if (!path.endsWith('/comments')) return undefined;
    const page = Number(query['page']);
    const next = `<${server.url}${path}?page=${page + 1}>; rel="next"`;
    const headers: Record<string, string> = page < 3 ? { link: next } : {};
    return { status: 200, headers, body: [{ ...comment, id: page + 10, body: `page ${page}` }] };
  };
  const thread = await readAs(server);
  expect(bodies(thread.entries)).toEqual(['page 1', 'page 2', 'page 3']);
});
