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
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { gitIn } from '../../src/git/git.ts';
import { readSnapshot } from '../../src/thread/snapshot.ts';
import { openFrontWith, type SpacesScene } from './spaces.ts';

const signal = new AbortController().signal;
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
      expect(await readFile(there)).toEqual(await readFile(sent));
    }
    expect((await lstat(join(laid.directory, 'run.sh'))).mode & 0o100).toBe(0o100);
    expect((await lstat(join(laid.directory, 'README.md'))).mode & 0o100).toBe(0);
    expect(await readlink(join(laid.directory, 'link'))).toBe('src/deep');
    expect(await readdir(join(laid.directory, 'module'))).toEqual([]);
  });
});
