import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { getOctokit } from '@actions/github';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { GitDatabase } from '../../playground/github/database.ts';
import { startGitHub, type GitHubEmulator } from '../../playground/github/emulator.ts';

const run = promisify(execFile);
const repo = { owner: 'octo-org', repo: 'hello-world' };
const file = { mode: '100644', type: 'blob' } as const;
let folder: string;
let github: GitHubEmulator;
let rest: ReturnType<typeof getOctokit>['rest'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'git-data-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  github = await startGitHub();
  ({ rest } = getOctokit(github.token, { baseUrl: github.url }));
});

afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github[Symbol.asyncDispose]();
});

async function git(directory: string, ...args: string[]): Promise<string> {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  return (await run('git', ['-C', directory, ...who, ...args])).stdout.trim();
}

async function makeTree(files: Record<string, string>): Promise<string> {
  const tree = Object.entries(files).map(([path, content]) => ({ ...file, path, content }));
  return (await rest.git.createTree({ ...repo, tree })).data.sha;
}

async function makeCommit(message: string, parents: string[] = []): Promise<string> {
  const tree = await makeTree({ 'a.txt': `${message}\n` });
  return (await rest.git.createCommit({ ...repo, message, tree, parents })).data.sha;
}

function refused(call: Promise<unknown>, status: number, message: string): Promise<void> {
  const expected = { status, message: expect.stringContaining(message) };
  return expect(call).rejects.toMatchObject(expected);
}

describe('objects', () => {
  test('a blob comes back as it was put in, text or bytes', async () => {
    const bytes = Buffer.from([0, 255, 10, ...Array(100).fill(7)]);
    const text = await rest.git.createBlob({ ...repo, content: 'Grüße\n' });
    const binary = await rest.git.createBlob({
      ...repo,
      content: bytes.toString('base64'),
      encoding: 'base64',
    });
    const read = async (file_sha: string): Promise<Buffer> => {
      const { data } = await rest.git.getBlob({ ...repo, file_sha });
      return Buffer.from(data.content, 'base64');
    };
    expect((await read(text.data.sha)).toString('utf8')).toBe('Grüße\n');
    expect(await read(binary.data.sha)).toEqual(bytes);
  });

  test('a tree is what git itself would write of the same files', async () => {
    const checkout = await mkdtemp(join(folder, 'checkout-'));
    await git(checkout, 'init', '-q', '-b', 'main');
    await writeFile(join(checkout, 'a.txt'), 'a\n');
    await git(checkout, 'add', '.');
    const sha = await makeTree({ 'a.txt': 'a\n' });
    expect(sha).toBe(await git(checkout, 'write-tree'));
  });

  test('entries take the place of what the base tree has there, and null takes it away', async () => {
    const base_tree = await makeTree({
      'a.txt': 'a\n',
      'b/c.txt': 'c\n',
      'b/d.txt': 'd\n',
      e: 'e',
    });
    const { data } = await rest.git.createTree({
      ...repo,
      base_tree,
      tree: [
        { ...file, path: 'a.txt', content: 'new\n' },
        { ...file, path: 'b/d.txt', sha: null },
        { ...file, path: 'e', sha: null },
        { path: 'run.sh', mode: '100755', type: 'blob', content: '#!/bin/sh\n' },
        { path: 'sub', mode: '160000', type: 'commit', sha: '1'.repeat(40) },
      ],
    });
    const recursive = '1';
    const { data: read } = await rest.git.getTree({ ...repo, tree_sha: data.sha, recursive });
    expect(read.tree.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '100644 a.txt',
      '040000 b',
      '100644 b/c.txt',
      '100755 run.sh',
      '160000 sub',
    ]);
    const [first] = read.tree;
    const { data: blob } = await rest.git.getBlob({ ...repo, file_sha: first?.sha ?? '' });
    expect(Buffer.from(blob.content, 'base64').toString('utf8')).toBe('new\n');
  });

  test('a folder that is emptied is gone, and a file may become a folder', async () => {
    const base_tree = await makeTree({ 'a/b.txt': 'b\n', c: 'c\n' });
    const { data } = await rest.git.createTree({
      ...repo,
      base_tree,
      tree: [
        { ...file, path: 'a/b.txt', sha: null },
        { ...file, path: 'c/d.txt', content: 'd\n' },
      ],
    });
    expect(data.tree.map(({ path, type }) => [path, type])).toEqual([['c', 'tree']]);
  });

  test('what GitHub commits for an App is signed, what names its author is not', async () => {
    const sha = await makeCommit('Fix\n\nCo-authored-by: a <a@example.com>');
    const { data } = await rest.git.getCommit({ ...repo, commit_sha: sha });
    expect(data).toMatchObject({
      message: 'Fix\n\nCo-authored-by: a <a@example.com>',
      author: { name: 'github-actions[bot]' },
      committer: { name: 'GitHub' },
      parents: [],
      verification: { verified: true, reason: 'valid' },
    });
    const author = { name: 'A', email: 'a@example.com', date: '2026-01-02T03:04:05Z' };
    const tree = data.tree.sha;
    const own = await rest.git.createCommit({
      ...repo,
      message: 'x',
      tree,
      parents: [sha],
      author,
    });
    expect(own.data).toMatchObject({
      author,
      parents: [{ sha }],
      verification: { verified: false },
    });
  });

  test('what does not exist, or cannot, is refused', async () => {
    const missing = '9'.repeat(40);
    await refused(rest.git.getBlob({ ...repo, file_sha: missing }), 404, 'Not Found');
    await refused(rest.git.getTree({ ...repo, tree_sha: missing }), 404, 'Not Found');
    await refused(rest.git.getCommit({ ...repo, commit_sha: missing }), 404, 'Not Found');
    const commit = { ...repo, message: 'x', tree: missing };
    await refused(rest.git.createCommit(commit), 422, 'Tree SHA does not exist');
    const tree = await makeTree({ a: 'a' });
    const orphan = { ...commit, tree, parents: [missing] };
    await refused(rest.git.createCommit(orphan), 422, 'Parent SHA does not exist');
    const make = (entry: object, base_tree?: string): Promise<unknown> =>
      rest.git.createTree({
        ...repo,
        tree: [{ ...file, ...entry }],
        ...(base_tree && { base_tree }),
      });
    await refused(make({ path: 'a', content: 'a' }, missing), 422, 'base_tree is not a valid');
    await refused(make({ path: 'a', sha: missing }), 422, 'is not a valid blob');
    await refused(make({ path: 'b', sha: null }, tree), 422, 'GitRPC::BadObjectState');
    await refused(make({ path: '.git/config', content: 'a' }), 422, 'malformed path component');
    await refused(make({ path: '../a', content: 'a' }), 422, 'malformed path component');
  });
});

describe('references', () => {
  const ref = 'mention-loop/locks/thread-issue-1';
  const name = `refs/${ref}`;

  test('one is made where there is none, and moved on only', async () => {
    const first = await makeCommit('first');
    const second = await makeCommit('second', [first]);
    const other = await makeCommit('other', [first]);
    await rest.git.createRef({ ...repo, ref: name, sha: first });
    const again = rest.git.createRef({ ...repo, ref: name, sha: first });
    await refused(again, 422, 'Reference already exists');
    const move = (sha: string, force = false): Promise<unknown> =>
      rest.git.updateRef({ ...repo, ref, sha, force });
    await move(second);
    await refused(move(other), 422, 'Update is not a fast forward');
    await refused(move(first), 422, 'Update is not a fast forward');
    await move(second);
    const { data } = await rest.git.getRef({ ...repo, ref });
    expect(data).toMatchObject({ ref: name, object: { sha: second, type: 'commit' } });
    await move(other, true);
    expect((await rest.git.getRef({ ...repo, ref })).data.object.sha).toBe(other);
  });

  test('matching ones are listed, and a beginning is not a name', async () => {
    const sha = await makeCommit('first');
    for (const end of ['', '2', '2/b']) {
      if (end === '2') continue;
      await rest.git.createRef({ ...repo, ref: `${name}${end}`, sha });
    }
    const { data } = await rest.git.listMatchingRefs({ ...repo, ref });
    expect(data.map((each) => each.ref)).toEqual([name, `${name}2/b`]);
    await refused(rest.git.getRef({ ...repo, ref: 'mention-loop/locks' }), 404, 'Not Found');
  });

  test('a name may stand in the address with its slashes, as `gh api` sends it', async () => {
    const sha = await makeCommit('first');
    await rest.git.createRef({ ...repo, ref: name, sha });
    const headers = { authorization: `token ${github.token}` };
    const url = `${github.url}/repos/octo-org/hello-world/git`;
    expect((await fetch(`${url}/ref/${ref}`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/refs/${ref}`, { method: 'DELETE', headers })).status).toBe(204);
    expect((await fetch(`${url}/ref/${ref}`, { headers })).status).toBe(404);
  });

  test('what cannot be is refused', async () => {
    const sha = await makeCommit('first');
    const missing = '9'.repeat(40);
    const create = (to: string, at = sha): Promise<unknown> =>
      rest.git.createRef({ ...repo, ref: to, sha: at });
    await refused(create('refs/one'), 422, 'at least two slashes');
    await refused(create('heads/main'), 422, 'at least two slashes');
    await refused(create('refs/heads/a..b'), 422, 'Reference update failed');
    await refused(create('refs/heads/main', missing), 422, 'Object does not exist');
    const absent = 'heads/none';
    const update = rest.git.updateRef({ ...repo, ref: absent, sha });
    await refused(update, 422, 'Reference does not exist');
    await refused(rest.git.deleteRef({ ...repo, ref: absent }), 422, 'Reference does not exist');
    await refused(rest.repos.getBranch({ ...repo, branch: 'none' }), 404, 'Branch not found');
  });

  test('a branch shows its last commit, and a push to it moves the pull requests from it', async () => {
    const first = await makeCommit('first');
    const second = await makeCommit('second', [first]);
    await rest.git.createRef({ ...repo, ref: 'refs/heads/fix/greeting', sha: first });
    await rest.git.createRef({ ...repo, ref: 'refs/pull/1/head', sha: first });
    github.state.addPull({ headRef: 'fix/greeting', headSha: first });
    await rest.git.updateRef({ ...repo, ref: 'heads/fix/greeting', sha: second, force: false });
    const { data } = await rest.repos.getBranch({ ...repo, branch: 'fix/greeting' });
    expect(data.commit).toMatchObject({ sha: second, commit: { message: 'second' } });
    const { data: pull } = await rest.pulls.get({ ...repo, pull_number: 1 });
    expect(pull.head.sha).toBe(second);
    const { data: head } = await rest.git.getRef({ ...repo, ref: 'pull/1/head' });
    expect(head.object.sha).toBe(second);
  });

  test('of two who move it from the same place, one comes first: the swap itself says so', () => {
    using database = new GitDatabase();
    const tree = database.writeTree([]);
    const commit = (message: string): string =>
      database.write(
        'commit',
        `tree ${tree}\nauthor a <a> 0 +0000\ncommitter a <a> 0 +0000\n\n${message}`,
      );
    const [old, one, two] = ['old', 'one', 'two'].map(commit) as [string, string, string];
    expect(database.swap(name, undefined, old)).toBe(true);
    expect(database.swap(name, undefined, one)).toBe(false);
    expect(database.swap(name, old, one)).toBe(true);
    expect(database.swap(name, old, two)).toBe(false);
  });
});

describe('permissions', () => {
  test.each([
    ['a token that may not write', { canWrite: false }],
    ['one without `contents: write`', { denied: ['contents: write'] }],
  ])('%s reads, and is told what a write needs', async (_, identity) => {
    await using other = await startGitHub({ identity });
    const own = getOctokit(other.token, { baseUrl: other.url }).rest;
    await refused(own.git.getRef({ ...repo, ref: 'heads/main' }), 404, 'Not Found');
    const write = own.git.createTree({ ...repo, tree: [{ ...file, path: 'a', content: 'a' }] });
    await expect(write).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
      response: { headers: { 'x-accepted-github-permissions': 'contents=write' } },
    });
    other.state.addIssue();
    const comment = own.issues.createComment({ ...repo, issue_number: 1, body: 'Hello' });
    if ('denied' in identity) expect((await comment).status).toBe(201);
    else await refused(comment, 403, 'Resource not accessible');
    expect(other.violations).toEqual([]);
  });

  test('a run is told of by its attempt, to those who may read actions', async () => {
    github.state.setRun(7, 1, 'completed', 'cancelled');
    github.state.setRun(7, 2, 'in_progress');
    const ask = (run_id: number, attempt_number: number): Promise<{ data: unknown }> =>
      rest.actions.getWorkflowRunAttempt({ ...repo, run_id, attempt_number });
    expect((await ask(7, 1)).data).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    expect((await ask(7, 2)).data).toMatchObject({ status: 'in_progress', run_attempt: 2 });
    await refused(ask(7, 3), 404, 'Not Found');
    await using other = await startGitHub({ identity: { denied: ['actions: read'] } });
    const own = getOctokit(other.token, { baseUrl: other.url }).rest;
    const asked = own.actions.getWorkflowRunAttempt({ ...repo, run_id: 7, attempt_number: 1 });
    await refused(asked, 403, 'Resource not accessible by integration');
  });
});

describe('the repository behind it', () => {
  test('is the one that is served, so that git fetches what was made', async () => {
    const checkout = await mkdtemp(join(folder, 'checkout-'));
    await git(checkout, 'init', '-q', '-b', 'main');
    await git(checkout, 'commit', '-q', '--allow-empty', '-m', 'first');
    const head = await git(checkout, 'rev-parse', 'HEAD');
    await using served = await startGitHub({ gitDirectory: join(checkout, '.git') });
    const own = getOctokit(served.token, { baseUrl: served.url }).rest;
    const { data } = await own.repos.getBranch({ ...repo, branch: 'main' });
    expect(data.commit.sha).toBe(head);
    const tree = data.commit.commit.tree.sha;
    const commit = await own.git.createCommit({ ...repo, message: 'Fix', tree, parents: [head] });
    await own.git.updateRef({ ...repo, ref: 'heads/main', sha: commit.data.sha });
    const clone = await mkdtemp(join(folder, 'clone-'));
    await git(clone, 'init', '-q');
    await git(clone, 'fetch', '-q', `${served.url}/octo-org/hello-world`, 'refs/heads/main');
    expect(await git(clone, 'rev-parse', 'FETCH_HEAD')).toBe(commit.data.sha);
    expect(await git(clone, 'log', '-1', '--format=%B', 'FETCH_HEAD')).toBe('Fix');
    expect(served.violations).toEqual([]);
  });

  test('is its own where none is given, is fetched from, and goes when the emulator does', async () => {
    const sha = await makeCommit('first');
    await rest.git.createRef({ ...repo, ref: 'refs/heads/main', sha });
    const clone = await mkdtemp(join(folder, 'clone-'));
    await git(clone, 'init', '-q');
    await git(clone, 'fetch', '-q', `${github.url}/octo-org/hello-world`, 'main');
    expect(await git(clone, 'rev-parse', 'FETCH_HEAD')).toBe(sha);
    const database = new GitDatabase();
    database.writeTree([]);
    const { directory = '' } = database;
    expect(existsSync(directory)).toBe(true);
    database[Symbol.dispose]();
    expect(existsSync(directory)).toBe(false);
  });
});
