import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import type { Fault, RecordedRequest } from '../../playground/github/emulator.ts';
import { push, type Push, type Pushed } from '../../src/changes/push.ts';
import { commit, git } from '../thread/repository.ts';
import {
  branchesOf,
  openUpstream,
  pushByOther,
  pushedTree,
  signal,
  tipOf,
  treeOf,
  type Upstream,
} from './upstream.ts';

jest.setTimeout(120_000);

let upstream: Upstream;

beforeEach(async () => {
  upstream = await openUpstream();
});

afterEach(async () => {
  await upstream[Symbol.asyncDispose]();
  expect(upstream.emulator.violations).toEqual([]);
});

/** Writes files in the workspace. */
function write(files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(upstream.workspace, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
  }
}

function remove(...names: string[]): void {
  for (const name of names) rmSync(join(upstream.workspace, name), { recursive: true });
}

async function pushAll(given: Partial<Push> = {}): Promise<Pushed> {
  const wanted = {
    branch: 'opencode/run-1',
    isNew: true,
    parent: upstream.base,
    tree: treeOf(upstream.workspace),
    message: 'Fix it\n',
    ...given,
  };
  return await push(upstream, upstream.git, wanted, signal);
}

function requests(end: string, method = 'POST'): RecordedRequest[] {
  const all = upstream.emulator.requests;
  return all.filter((one) => one.method === method && one.path.includes(`/git/${end}`));
}

describe('what is pushed', () => {
  test('is the workspace byte for byte: added, changed, renamed, deleted, modes and links', async () => {
    write({
      'readme.md': '# Demo\n\none\n2\nthree\n',
      'src/new/deep.txt': 'new\n',
      'crlf.txt': 'one\r\ntwo\r\n',
      'mixed.txt': 'one\rtwo\n\r\n',
      'no-end': 'no line end',
      empty: '',
      'bom.txt': '\ufeffwith a mark\n',
      'nul.bin': Buffer.from([0, 1, 2, 255, 254, 10]),
      'latin1.txt': Buffer.from('Gr\xfc\xdfe\n', 'latin1'),
      'surrogate.bin': Buffer.from([0xed, 0xa0, 0x80]),
      'utf16.txt': Buffer.from('\ufeffhello', 'utf16le'),
      'escape.txt': '\u001b[31mred\u001b[0m\n',
      'separators.txt': 'a\u2028b\u2029c\u0085d\n',
      'emoji.txt': '👩‍👩‍👧 naïve\n',
      'large.txt': 'a line of text\n'.repeat(40_000),
      'tool.sh': '#!/bin/sh\necho hello\n',
    });
    chmodSync(join(upstream.workspace, 'tool.sh'), 0o755);
    chmodSync(join(upstream.workspace, 'src/other.js'), 0o755);
    symlinkSync('../readme.md', join(upstream.workspace, 'src', 'link'));
    remove('old/gone.txt');
    renameSync(join(upstream.workspace, 'old/moved.txt'), join(upstream.workspace, 'new name.txt'));
    const pushed = await pushAll();
    expect(pushed).toEqual({ is: 'pushed', commitSha: tipOf(upstream, 'opencode/run-1') });
    expect(pushedTree(upstream, 'opencode/run-1')).toBe(treeOf(upstream.workspace));
    expect(git(upstream.bare, 'rev-parse', 'opencode/run-1^')).toBe(upstream.base);
    // The second way, all of it as bytes, was not needed.
    expect(requests('trees')).toHaveLength(1);
  });

  test('keeps file names as they are', async () => {
    const names = [
      'with space.txt',
      'it\'s "quoted".txt',
      'line\nbreak.txt',
      'tab\there',
      'Grüße/日本語.txt',
      'cafe\u0301.txt',
      '-rf',
      '--help/-x',
      '{owner}.txt',
      'back\\slash',
      ':(glob)x',
      '%2e%2e/x',
      'a'.repeat(255),
    ];
    write(Object.fromEntries(names.map((name) => [name, `${name}\n`])));
    expect(await pushAll()).toMatchObject({ is: 'pushed' });
    expect(pushedTree(upstream, 'opencode/run-1')).toBe(treeOf(upstream.workspace));
    const listed = git(upstream.bare, 'ls-tree', '-r', '-z', '--name-only', 'opencode/run-1');
    for (const name of names) expect(listed.split('\0')).toContain(name);
  });

  test('may put a folder where a file was, and the other way round', async () => {
    remove('readme.md', 'old');
    write({ 'readme.md/inside.txt': 'in\n', old: 'a file now\n' });
    expect(await pushAll()).toMatchObject({ is: 'pushed' });
    expect(pushedTree(upstream, 'opencode/run-1')).toBe(treeOf(upstream.workspace));
  });

  test('is only what changed: a move sends no content', async () => {
    renameSync(join(upstream.workspace, 'old/moved.txt'), join(upstream.workspace, 'moved.txt'));
    write({ 'a.txt': 'a\n' });
    await pushAll();
    const [tree] = requests('trees');
    expect(requests('blobs')).toEqual([]);
    expect(tree?.body).toMatchObject({
      tree: [
        { path: 'a.txt', content: 'a\n' },
        { path: 'moved.txt', sha: expect.stringMatching(/^[0-9a-f]{40}$/) },
        { path: 'old/moved.txt', sha: null },
      ],
    });
  });

  test('goes in requests of bounded size, each upon the one before', async () => {
    const names = Array.from({ length: 220 }, (_, at) => `many/${at}.txt`);
    write(Object.fromEntries(names.map((name) => [name, `${name}\n`])));
    for (let at = 0; at < 6; at += 1) write({ [`big/${at}.txt`]: `${at}`.repeat(250_000) });
    expect(await pushAll()).toMatchObject({ is: 'pushed' });
    expect(pushedTree(upstream, 'opencode/run-1')).toBe(treeOf(upstream.workspace));
    const trees = requests('trees');
    expect(trees.length).toBeGreaterThan(2);
    expect(trees.length).toBeLessThan(6);
    for (const { headers } of trees)
      expect(Number(headers['content-length'])).toBeLessThan(1_100_000);
  });

  test('moves the head of the pull request from that branch', async () => {
    git(upstream.bare, 'branch', 'fix', 'main');
    const { number } = upstream.emulator.state.addPull({ headRef: 'fix', headSha: upstream.base });
    write({ 'a.txt': 'a\n' });
    await pushAll({ branch: 'fix', isNew: false });
    expect(upstream.emulator.state.issue(number).pull?.headSha).toBe(tipOf(upstream, 'fix'));
  });

  test('carries no author, so that GitHub signs it', async () => {
    write({ 'a.txt': 'a\n' });
    await pushAll();
    expect(Object.keys(requests('commits')[0]?.body ?? {}).toSorted()).toEqual([
      'message',
      'parents',
      'tree',
    ]);
    expect(git(upstream.bare, 'log', '-1', '--format=%an/%cn', 'opencode/run-1')).toBe(
      'github-actions[bot]/GitHub',
    );
  });
});

describe('nothing is pushed', () => {
  test('where nothing is changed', async () => {
    expect(await pushAll()).toEqual({ is: 'empty' });
    expect(upstream.emulator.requests).toEqual([]);
  });

  test('where GitHub made another tree than was compared here', async () => {
    write({ 'a.txt': 'a\n' });
    const other = git(upstream.bare, 'rev-parse', 'main^{tree}');
    const body = { sha: other, url: '', tree: [], truncated: false };
    upstream.emulator.faults = ({ path, method }) =>
      method === 'POST' && path.endsWith('/git/trees') ? { status: 201, body } : undefined;
    expect(await pushAll()).toMatchObject({ is: 'unfit', why: expect.stringContaining('another') });
    expect(branchesOf(upstream)).toEqual(['main']);
    expect(requests('commits')).toEqual([]);
  });

  test('but all goes as bytes where GitHub reads text in another way', async () => {
    write({ 'a.txt': 'a\r\n' });
    const body = { sha: '4'.repeat(40), url: '', tree: [], truncated: false };
    let count = 0;
    upstream.emulator.faults = ({ path, method }) =>
      method === 'POST' && path.endsWith('/git/trees') && (count += 1) === 1
        ? { status: 201, body }
        : undefined;
    expect(await pushAll()).toMatchObject({ is: 'pushed' });
    expect(requests('blobs')).toHaveLength(1);
    expect(pushedTree(upstream, 'opencode/run-1')).toBe(treeOf(upstream.workspace));
  });

  test('where an object is not what its name says, as an agent could forge one', async () => {
    write({ 'a.bin': Buffer.from([0, 1, 2]) });
    const tree = treeOf(upstream.workspace);
    const blob = git(upstream.workspace, 'rev-parse', `${tree}:a.bin`);
    const place = (id: string): string =>
      join(upstream.workspace, '.git', 'objects', id.slice(0, 2), id.slice(2));
    write({ 'evil.bin': Buffer.from([6, 6, 6]) });
    const evil = git(upstream.workspace, 'hash-object', '-w', 'evil.bin');
    rmSync(place(blob));
    renameSync(place(evil), place(blob));
    await expect(pushAll({ tree })).rejects.toThrow('forged');
    expect(branchesOf(upstream)).toEqual(['main']);
  });

  test.each(['name', 'submodule'])('where GitHub cannot be told of a %s', async (what) => {
    if (what === 'name')
      writeFileSync(Buffer.from(`${upstream.workspace}/\xff.txt`, 'latin1'), 'x');
    else {
      const link = `160000,${upstream.base},sub`;
      git(upstream.workspace, 'update-index', '--add', '--cacheinfo', link);
    }
    const tree =
      what === 'name' ? treeOf(upstream.workspace) : git(upstream.workspace, 'write-tree');
    expect(await pushAll({ tree })).toMatchObject({ is: 'unfit' });
    expect(upstream.emulator.requests).toEqual([]);
  });
});

describe('what the token may not do is a value', () => {
  test('contents: write', async () => {
    await using poor = await openUpstream({ identity: { denied: ['contents: write'] } });
    commit(poor.workspace, { 'a.txt': 'a\n' });
    const tree = treeOf(poor.workspace);
    const wanted = { branch: 'x', isNew: true, parent: poor.base, tree, message: 'm' };
    expect(await push(poor, poor.git, wanted, signal)).toMatchObject({ is: 'denied' });
  });

  test.each<[string, Fault]>([
    ['as the tree is made', undefined],
    [
      'as the reference is made',
      {
        status: 403,
        body: {
          message:
            'refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission',
        },
      },
    ],
    ["by 404, as for a person's token", { status: 404, body: { message: 'Not Found' } }],
  ])('changed workflows, refused %s', async (_, fault) => {
    if (fault !== undefined) {
      upstream.emulator.faults = ({ path, method }) =>
        method === 'POST' && /\/git\/(refs|trees)$/.test(path) ? fault : undefined;
    }
    write({ '.github/workflows/ci.yml': 'on: push\n', 'a.txt': 'a\n' });
    expect(await pushAll()).toEqual({
      is: 'workflows-denied',
      paths: ['.github/workflows/ci.yml'],
    });
    expect(branchesOf(upstream)).toEqual(['main']);
  });

  test('a token with that permission changes workflows', async () => {
    await using able = await openUpstream({ identity: { mayChangeWorkflows: true } });
    commit(able.workspace, { '.github/workflows/ci.yml': 'on: push\n' });
    const tree = treeOf(able.workspace);
    const wanted = { branch: 'x', isNew: true, parent: able.base, tree, message: 'm' };
    expect(await push(able, able.git, wanted, signal)).toMatchObject({ is: 'pushed' });
  });

  test.each([
    ['Changes must be made through a pull request.', 422],
    ['Repository rule violations found\n\nChanges must be made through a pull request.', 422],
    ['Required status check "ci" is expected.', 409],
  ])('a rule of the repository: %s', async (message, status) => {
    upstream.emulator.faults = ({ method }) =>
      method === 'PATCH' ? { status, body: { message } } : undefined;
    write({ 'a.txt': 'a\n' });
    expect(await pushAll({ branch: 'main', isNew: false })).toMatchObject({
      is: 'protected',
      said: expect.stringContaining(message.split(/[.\n]/)[0] ?? ''),
    });
  });

  test('a rule against new branches', async () => {
    const message = 'Cannot create ref due to creations being restricted.';
    upstream.emulator.state.rules.push({ branch: /^opencode/, message });
    write({ 'a.txt': 'a\n' });
    expect(await pushAll()).toMatchObject({ is: 'protected' });
  });
});

describe('the race for a branch', () => {
  test('that is lost is a value, and nothing is overwritten', async () => {
    write({ 'a.txt': 'a\n' });
    let other = '';
    upstream.emulator.faults = ({ method }) => {
      if (method === 'PATCH' && other === '')
        other = pushByOther(upstream, 'main', { 'b.txt': 'b\n' });
      return undefined;
    };
    expect(await pushAll({ branch: 'main', isNew: false })).toEqual({ is: 'moved' });
    expect(tipOf(upstream, 'main')).toBe(other);
  });

  test('a branch that is there with other commits is taken, one that is not there is gone', async () => {
    git(upstream.bare, 'branch', 'opencode/run-1', 'main');
    write({ 'a.txt': 'a\n' });
    expect(await pushAll()).toEqual({ is: 'taken' });
    expect(await pushAll({ branch: 'nowhere', isNew: false })).toEqual({ is: 'gone' });
    expect(tipOf(upstream, 'opencode/run-1')).toBe(upstream.base);
  });
});

describe('when GitHub does not say whether it did it', () => {
  const soon = { 'retry-after': '0' };
  const calls = [
    ['POST', 'blobs'],
    ['POST', 'trees'],
    ['POST', 'commits'],
    ['POST', 'refs'],
    ['PATCH', 'refs/'],
  ] as const;
  const faults: [string, Fault][] = [
    ['the answer is lost', 'lost'],
    ['the connection is reset', 'reset'],
    ['502, done', { status: 502, headers: soon, isApplied: true }],
    ['502, not done', { status: 502, headers: soon }],
    ['a rate limit', { status: 403, headers: soon }],
  ];
  const cases = calls.flatMap((call) => {
    const some = call[1].startsWith('refs') ? faults : faults.slice(0, 1);
    return some.map(([name, fault]) => [...call, name, fault] as const);
  });
  test.each(cases)('%s git/%s: one commit is there: %s', async (method, end, _, fault) => {
    const isNew = method === 'POST';
    const branch = isNew ? 'opencode/run-1' : 'main';
    let count = 0;
    upstream.emulator.faults = (request) =>
      request.method === method && request.path.includes(`/git/${end}`) && (count += 1) === 1
        ? fault
        : undefined;
    write({ 'a.txt': 'a\n', 'b.bin': Buffer.from([0]) });
    const pushed = await pushAll({ branch, isNew });
    expect(pushed).toEqual({ is: 'pushed', commitSha: tipOf(upstream, branch) });
    expect(git(upstream.bare, 'rev-list', '--count', `${upstream.base}..${branch}`)).toBe('1');
    expect(pushedTree(upstream, branch)).toBe(treeOf(upstream.workspace));
    expect(count).toBeGreaterThan(0);
  });

  test.each([
    ['POST', 'opencode/run-1'],
    ['PATCH', 'main'],
  ])('%s: ours is known below what another pushed on top at once', async (method, branch) => {
    let isDone = false;
    let isOnTop = false;
    upstream.emulator.faults = (request) => {
      if (isDone && !isOnTop) {
        isOnTop = true;
        pushByOther(upstream, branch, { 'other.txt': 'x\n' });
      }
      const isMove = request.method === method && request.path.includes('/git/refs');
      if (!isMove || isDone) return undefined;
      isDone = true;
      return { status: 502, headers: soon, isApplied: true };
    };
    write({ 'a.txt': 'a\n' });
    const pushed = await pushAll({ branch, isNew: method === 'POST' });
    expect(pushed).toEqual({
      is: 'pushed',
      commitSha: git(upstream.bare, 'rev-parse', `${branch}^`),
    });
    expect(git(upstream.bare, 'rev-list', '--count', `${upstream.base}..${branch}`)).toBe('2');
  });

  test('it is given up after four attempts', async () => {
    upstream.emulator.faults = ({ path, method }) =>
      method === 'POST' && path.endsWith('/git/refs') ? { status: 500, headers: soon } : undefined;
    write({ 'a.txt': 'a\n' });
    await expect(pushAll()).rejects.toMatchObject({ status: 500 });
    expect(requests('refs')).toHaveLength(4);
  });
});
