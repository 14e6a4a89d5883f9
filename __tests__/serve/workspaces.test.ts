/** Snapshots laid out by the front, and their patches, with real git. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { gitIn } from '../../src/git/git.ts';
import { readSnapshot } from '../../src/thread/snapshot.ts';
import { workspaceIdleMs } from '../../src/serve/limits.ts';
import { chooseLeaving, type Held } from '../../src/serve/workspaces/ledger.ts';
import { eventually, openScene, secrets } from './setting.ts';
import { openFrontWith, type SpacesScene } from './spaces.ts';
import { end, member } from './tars.ts';

jest.setTimeout(120_000);

const signal = new AbortController().signal;
/** Beside a workspace's repository: its time is that of the last use. */
const facts = 'workspace.json';
let folder: string;
let repository: string;

/** Git as whoever works in a repository has it. */
function git(directory: string, ...args: string[]): string {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@localhost',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@localhost',
  };
  return execFileSync('git', args, { cwd: directory, env, encoding: 'latin1' }).trim();
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'workspaces-')));
  repository = join(folder, 'repository');
  await mkdir(join(repository, 'src', 'deep'), { recursive: true });
  git(repository, 'init', '--quiet', '-b', 'main');
  const files: [string | Buffer, string | Buffer][] = [
    ['README.md', 'read me\n'],
    ['src/deep/windows.txt', 'one\r\ntwo\r\n'],
    ['ident.txt', '$Id$ $Format:%H$\n'],
    [
      '.gitattributes',
      '* text=auto eol=crlf ident\nident.txt export-subst\nsecret.txt export-ignore\n*.lfs filter=lfs\n',
    ],
    ['secret.txt', 'exported all the same\n'],
    ['picture.lfs', 'version https://git-lfs.github.com/spec/v1\n'],
    ['binary.dat', randomBytes(300_000)],
    ['empty', ''],
    ['-dash', 'dash\n'],
    ['a "quoted"\nname\t.txt', 'odd\n'],
    ['ünïcode.txt', 'u\n'],
    [Buffer.from('latin-\xe9\xff.txt', 'latin1'), 'bytes\n'],
    [`${'long/'.repeat(40)}name-of-a-file-that-is-long.txt`, 'long\n'],
    ['.gitignore', 'node_modules/\n*.log\n'],
    ['run.sh', '#!/bin/sh\n'],
  ];
  for (const [name, content] of files) {
    const path = Buffer.concat([Buffer.from(`${repository}/`), Buffer.from(name)]);
    await mkdir(path.toString('latin1').replace(/\/[^/]*$/, ''), { recursive: true });
    await writeFile(path, content);
  }
  await chmod(join(repository, 'run.sh'), 0o755);
  await symlink('src/deep', join(repository, 'link'));
  git(repository, '-c', 'core.safecrlf=false', 'add', '--all');
  const id = '1234567890123456789012345678901234567890';
  git(repository, 'update-index', '--add', '--cacheinfo', `160000,${id},module`);
  // What attributes would make of it is not what is in the commit.
  for (const name of ['src/deep/windows.txt', 'ident.txt']) {
    const blob = git(repository, 'hash-object', '-w', '--no-filters', name);
    git(repository, 'update-index', '--cacheinfo', `100644,${blob},${name}`);
  }
  git(repository, 'commit', '--quiet', '-m', 'All');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function upload(scene: SpacesScene, key: string, directory: string = repository) {
  const sha = git(directory, 'rev-parse', 'HEAD');
  const snapshot = await readSnapshot(gitIn(directory, process.env), sha, signal);
  const { status, body } = await scene.put(key, snapshot.read(signal));
  return { snapshot, status, body };
}

describe('a snapshot', () => {
  test('is laid out to the byte, whatever the attributes say, as a repository with one commit', async () => {
    await using scene = await openFrontWith();
    const { snapshot, status, body } = await upload(scene, 'issue-1');
    expect({ status, told: scene.told }).toEqual({ status: 200, told: [] });
    const laid = JSON.parse(body) as { directory: string; commit: string; tree: string };
    expect(laid.tree).toBe(snapshot.tree);
    expect(git(laid.directory, 'rev-list', '--all')).toBe(laid.commit);
    expect(git(laid.directory, 'rev-parse', 'HEAD^{tree}')).toBe(laid.tree);
    expect(git(laid.directory, 'status', '--porcelain')).toBe('');
    const names = git(repository, 'ls-tree', '-r', '-z', '--name-only', 'HEAD').split('\0');
    for (const name of names.filter((each) => !['', 'link', 'module'].includes(each))) {
      const [there, sent] = [laid.directory, repository].map((base) =>
        Buffer.concat([Buffer.from(`${base}/`), Buffer.from(name, 'latin1')]),
      );
      if (there === undefined || sent === undefined) throw new Error('unreachable');
      const [is, was] = [await readFile(there), await readFile(sent)];
      expect({ name, isSame: is.equals(was) }).toEqual({ name, isSame: true });
    }
    expect((await lstat(join(laid.directory, 'run.sh'))).mode & 0o100).toBe(0o100);
    expect((await lstat(join(laid.directory, 'README.md'))).mode & 0o100).toBe(0);
    expect(await readlink(join(laid.directory, 'link'))).toBe('src/deep');
    expect(await readdir(join(laid.directory, 'module'))).toEqual([]);
  });
});

async function laidIn(scene: SpacesScene, key: string, as?: string): Promise<string> {
  const tar = [member({ name: 'a.txt', content: 'one\n' }), end];
  const answer = await scene.put(key, tar, as);
  expect({ ...answer, told: scene.told }).toMatchObject({ status: 200, told: [] });
  return (JSON.parse(answer.body) as { directory: string }).directory;
}

describe('a patch', () => {
  test('gives the same files elsewhere, ignored ones left out', async () => {
    await using scene = await openFrontWith();
    const { body } = await upload(scene, 'issue-1');
    const { directory, tree } = JSON.parse(body) as { directory: string; tree: string };
    await rename(join(directory, 'README.md'), join(directory, 'src', 'moved é.md'));
    await rm(join(directory, 'secret.txt'));
    await writeFile(join(directory, 'binary.dat'), randomBytes(200_000));
    await writeFile(join(directory, 'src/deep/windows.txt'), 'one\r\nthree\r\nno end');
    await writeFile(Buffer.from(`${directory}/\xe9 "new"\n.txt`, 'latin1'), 'new\n');
    await chmod(join(directory, 'run.sh'), 0o644);
    await rm(join(directory, 'link'));
    await symlink('run.sh', join(directory, 'link'));
    await mkdir(join(directory, 'node_modules'));
    await writeFile(join(directory, 'node_modules', 'x.js'), 'ignored\n');
    await writeFile(join(directory, 'run.log'), 'ignored\n');
    const patch = await scene.ask('GET', '/workspaces/issue-1/patch');
    expect({ ...patch, told: scene.told }).toMatchObject({ status: 200, told: [] });
    expect(patch.headers['mention-loop-tree']).toBe(tree);
    // Once more: reading it changes nothing.
    const again = await scene.ask('GET', '/workspaces/issue-1/patch');
    expect(again.bytes.equals(patch.bytes)).toBe(true);
    const copy = join(folder, 'copy');
    git(folder, 'clone', '--quiet', '--no-checkout', repository, copy);
    git(copy, 'read-tree', 'HEAD');
    await writeFile(join(folder, 'patch'), patch.bytes);
    git(copy, 'apply', '--cached', join(folder, 'patch'));
    const applied = git(copy, 'ls-files', '--stage').split('\n');
    // What is there, as git has it to the byte.
    git(directory, 'update-index', '--force-remove', 'module');
    await writeFile(join(directory, '.git', 'info-exclude'), '');
    await mkdir(join(directory, '.git', 'info'), { recursive: true });
    await writeFile(join(directory, '.git', 'info', 'attributes'), '* -text !filter !ident\n');
    git(directory, 'add', '--all');
    const there = git(directory, 'ls-files', '--stage').split('\n');
    expect(applied.filter((line) => !line.startsWith('160000'))).toEqual(there);
  });

  test('is empty where nothing was changed', async () => {
    await using scene = await openFrontWith();
    await laidIn(scene, 'issue-1');
    const patch = await scene.ask('GET', '/workspaces/issue-1/patch');
    expect(patch).toMatchObject({ status: 200, body: '' });
  });

  // https://git-scm.com/docs/racy-git: git must not trust an index that is younger than the edit.
  test('has an edit of the same length in the second in which the file was laid out', async () => {
    await using scene = await openFrontWith();
    const second = (ms: number): number => Math.floor(ms / 1000);
    for (;;) {
      const laid = await scene.put('issue-1', [member({ name: 'a', content: 'one\n' }), end]);
      const { directory } = JSON.parse(laid.body) as { directory: string };
      const before = (await lstat(join(directory, 'a'))).ctimeMs;
      await writeFile(join(directory, 'a'), 'two\n');
      const after = (await lstat(join(directory, 'a'))).ctimeMs;
      if (second(before) !== second(after)) continue;
      await eventually(() => second(Date.now()) > second(after));
      expect((await scene.ask('GET', '/workspaces/issue-1/patch')).body).toContain('-one\n+two');
      expect(git(directory, 'status', '--porcelain')).toBe('M a');
      return;
    }
  });

  test('that is larger than is allowed is refused, before it is made', async () => {
    await using scene = await openFrontWith({ bounds: { bytes: 100_000 } });
    const directory = await laidIn(scene, 'issue-1');
    await writeFile(join(directory, 'large'), Buffer.alloc(100_001));
    const patch = await scene.ask('GET', '/workspaces/issue-1/patch');
    expect(patch).toMatchObject({ status: 413, body: expect.stringContaining('larger') });
    expect(await readdir(join(scene.state, (await owner(scene)).token))).toEqual(['issue-1']);
  });
});

/** The folder that the workspaces of the usual token are in. */
async function owner({ directory }: SpacesScene): Promise<{ token: string }> {
  const [token = ''] = await readdir(directory);
  return { token };
}

describe('the same key again', () => {
  test('is the same folder, with nothing of what was there', async () => {
    await using scene = await openFrontWith();
    const first = await laidIn(scene, 'issue-1');
    await writeFile(join(first, 'left'), 'left');
    await writeFile(join(first, '.git', 'hooks-of-mine'), 'left');
    expect(await laidIn(scene, 'issue-1')).toBe(first);
    expect((await readdir(first)).toSorted()).toEqual(['.git', 'a.txt']);
    expect(await readdir(join(first, '.git'))).not.toContain('hooks-of-mine');
    expect(scene.forgotten).toEqual([first]);
    expect((await scene.ask('GET', '/workspaces/issue-1/patch')).body).toBe('');
  });

  test('is refused while a session works in it, and while it is being laid out', async () => {
    let isAtWork = false;
    await using scene = await openFrontWith({ isAtWork: () => isAtWork });
    const directory = await laidIn(scene, 'issue-1');
    await writeFile(join(directory, 'work'), 'work');
    isAtWork = true;
    const tar = [member({ name: 'b.txt', content: 'two' }), end];
    expect((await scene.put('issue-1', tar)).status).toBe(409);
    expect((await scene.ask('DELETE', '/workspaces/issue-1')).status).toBe(409);
    expect(await readdir(directory)).toContain('work');
    isAtWork = false;
    const slow = Promise.withResolvers<void>();
    const first = scene.put('issue-1', slowly(tar, slow.promise));
    await eventually(() => scene.setting.jobs === 1);
    expect((await scene.put('issue-1', tar)).status).toBe(409);
    slow.resolve();
    expect((await first).status).toBe(200);
    expect((await readdir(directory)).toSorted()).toEqual(['.git', 'b.txt']);
  });

  test('that fails leaves what was there', async () => {
    await using scene = await openFrontWith();
    const directory = await laidIn(scene, 'issue-1');
    await writeFile(join(directory, 'work'), 'work');
    expect((await scene.put('issue-1', [member({ name: '../x' }), end])).status).toBe(422);
    expect(await readdir(directory)).toContain('work');
    expect((await scene.ask('GET', '/workspaces/issue-1/patch')).body).toContain('b/work');
  });
});

test('a workspace that is going is in use until it is gone', async () => {
  const forgotten = Promise.withResolvers<void>();
  let isGoing = false;
  await using scene = await openFrontWith({
    forget: () => {
      isGoing = true;
      return forgotten.promise;
    },
  });
  await laidIn(scene, 'issue-1');
  const gone = scene.ask('DELETE', '/workspaces/issue-1');
  await eventually(() => isGoing);
  expect((await scene.put('issue-1', [end])).status).toBe(409);
  forgotten.resolve();
  expect((await gone).status).toBe(204);
  expect((await scene.put('issue-1', [end])).status).toBe(200);
});

async function* slowly(pieces: readonly Buffer[], until: Promise<void>): AsyncGenerator<Buffer> {
  const [first, ...rest] = pieces;
  if (first !== undefined) yield first;
  await until;
  yield* rest;
}

describe('workspaces', () => {
  test('belong to the token that made them', async () => {
    await using scene = await openFrontWith();
    const mine = await laidIn(scene, 'issue-1');
    const path = '/workspaces/issue-1';
    for (const [method, at] of [
      ['GET', `${path}/patch`],
      ['DELETE', path],
    ] as const) {
      expect((await scene.ask(method, at, secrets.laptop)).status).toBe(404);
    }
    const theirs = await laidIn(scene, 'issue-1', secrets.laptop);
    expect(theirs).not.toBe(mine);
    expect((await scene.ask('DELETE', path)).status).toBe(204);
    expect(await readdir(theirs)).toContain('a.txt');
    expect((await scene.ask('DELETE', path)).status).toBe(404);
  });

  test('are where the token’s sessions may work, and no other token’s', async () => {
    await using scene = await openFrontWith();
    const mine = await laidIn(scene, 'issue-1');
    const ask = (directory: string, as?: string) =>
      scene.ask('GET', `/path?directory=${encodeURIComponent(directory)}`, as);
    expect((await ask(mine)).status).toBe(200);
    for (const elsewhere of [mine, scene.directory, scene.state, '/'])
      expect((await ask(elsewhere, secrets.laptop)).status).toBe(403);
    for (const elsewhere of [scene.directory, scene.state, '/', join(mine, '..', '..')])
      expect((await ask(elsewhere)).status).toBe(403);
    expect((await scene.ask('GET', '/global/health', secrets.laptop)).status).toBe(200);
  });

  test('make room by least recent use, those in use staying', async () => {
    await using scene = await openFrontWith({ quota: { bytes: 1024 ** 3, count: 2 } });
    const first = await laidIn(scene, 'issue-1');
    await laidIn(scene, 'issue-2');
    const third = await scene.put('issue-3', [end]);
    expect(third.status).toBe(507);
    expect(await readdir(join(first, '..'))).toEqual(['issue-1', 'issue-2']);
  });

  test('make no room where a session has begun while others went', async () => {
    const base = await mkdtemp(join(folder, 'room-'));
    const place = { directory: join(base, 'spaces'), state: join(base, 'state') };
    const directories: string[] = [];
    {
      await using scene = await openFrontWith(place);
      for (const key of ['issue-1', 'issue-2']) {
        const directory = await laidIn(scene, key);
        directories.push(directory);
        const long = new Date(Date.now() - 2 * workspaceIdleMs - directories.length * 1_000);
        await utimes(join(place.state, relative(place.directory, directory), facts), long, long);
      }
    }
    let begun = '';
    await using scene = await openFrontWith({
      ...place,
      quota: { bytes: 1024 ** 3, count: 1 },
      isAtWork: (directory) => directory === begun,
      forget: (directory) => {
        begun ||= directories.find((other) => other !== directory) ?? '';
        return Promise.resolve();
      },
    });
    expect((await scene.put('issue-3', [end])).status).toBe(507);
    expect(await readdir(begun)).toContain('a.txt');
  });

  test('are not replaced where a session has begun while the snapshot came', async () => {
    let isAtWork = false;
    await using scene = await openFrontWith({ isAtWork: () => isAtWork });
    const directory = await laidIn(scene, 'issue-1');
    const slow = Promise.withResolvers<void>();
    const tar = [member({ name: 'b.txt', content: 'two' }), end];
    const answer = scene.put('issue-1', slowly(tar, slow.promise));
    await eventually(() => scene.setting.jobs === 1);
    isAtWork = true;
    slow.resolve();
    expect((await answer).status).toBe(409);
    expect(await readdir(directory)).toContain('a.txt');
  });

  test('are there after a restart, and what was half done is not', async () => {
    const base = await mkdtemp(join(folder, 'restart-'));
    const place = { directory: join(base, 'spaces'), state: join(base, 'state') };
    {
      await using scene = await openFrontWith(place);
      const directory = await laidIn(scene, 'issue-1');
      await writeFile(join(directory, 'work'), 'work\n');
      for (const path of [
        join(directory, '..'),
        join(scene.state, basename(join(directory, '..'))),
      ])
        await mkdir(join(path, '.0a1b2c3d-0000-0000-0000-000000000000', 'x'), { recursive: true });
      await mkdir(join(directory, '..', 'issue-9'));
      await mkdir(join(scene.directory, 'somebody-elses', 'folder'), { recursive: true });
    }
    await using scene = await openFrontWith(place);
    const patch = await scene.ask('GET', '/workspaces/issue-1/patch');
    expect(patch.body).toContain('b/work');
    const kept = await readdir(scene.directory, { recursive: true });
    expect(kept.filter((name) => /0a1b2c3d|issue-9/.test(name))).toEqual([]);
    expect(kept).toContain('somebody-elses/folder');
  });

  test('are named in plain letters, and nothing else is known of them', async () => {
    await using scene = await openFrontWith();
    for (const key of ['a.b', '.x', 'A', '-a', 'x'.repeat(101), 'a~1', 'a:b'])
      expect((await scene.put(key, [end])).status).toBe(400);
    const unknown = [
      'POST /workspaces/a',
      'GET /workspaces/a',
      'GET /workspaces/a/b',
      'PUT /workspaces',
      'GET /workspaces/a/patch/b',
    ];
    for (const each of unknown) {
      const [method = '', path = ''] = each.split(' ');
      expect((await scene.ask(method, path)).status).toBe(403);
    }
    expect(await readdir(scene.directory)).toEqual([]);
  });

  test('are told of by a front that has them, behind the token', async () => {
    await using scene = await openFrontWith();
    expect(JSON.parse((await scene.ask('GET', '/workspaces')).body)).toEqual({
      workspaces: { maxBytes: 64 * 1024 ** 2, maxFiles: 1_000 },
    });
    expect((await scene.ask('GET', '/workspaces', 'x'.repeat(40))).status).toBe(401);
    await using without = await openScene();
    const headers = { authorization: `Bearer ${secrets.ci}` };
    expect((await fetch(`${without.url}/workspaces`, { headers })).status).toBe(403);
  });

  test('are made a few at a time', async () => {
    await using scene = await openFrontWith();
    scene.setting.jobs = 4;
    expect((await scene.put('issue-1', [end])).status).toBe(429);
  });
});

describe('who makes room', () => {
  const held = (usedAt: number, rest: Partial<Held> = {}): Held => ({
    bytes: 10,
    usedAt,
    open: 0,
    isLocked: false,
    ...rest,
  });
  const now = 10 * workspaceIdleMs;
  const all = new Map([
    ['new', held(now - 1)],
    ['old', held(1)],
    ['older', held(0)],
    ['open', held(0, { open: 1 })],
    ['locked', held(0, { isLocked: true })],
    ['busy', held(0)],
  ]);
  const choose = (count: number, bytes = 1_000, coming = { name: 'x', bytes: 10 }) =>
    chooseLeaving(all, coming, { count, bytes }, (name) => name === 'busy', now);

  test.each([
    ['nobody, where there is room', 7, 1_000, []],
    ['the one that was used longest ago', 6, 1_000, ['older']],
    ['the next one too', 5, 1_000, ['older', 'old']],
    ['nobody else: then there is no room', 4, 1_000, undefined],
    ['as many as the bytes take', 100, 60, ['older']],
    ['nobody, where it would not do', 100, 40, undefined],
  ])('%s', (_, count, bytes, leaving) => {
    expect(choose(count, bytes)).toEqual(leaving);
  });

  test('what is replaced does not count', () => {
    expect(choose(6, 1_000, { name: 'new', bytes: 10 })).toEqual([]);
  });
});
