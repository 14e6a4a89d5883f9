import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { afterAll, describe, expect, jest, test } from '@jest/globals';

import { compareTrees } from '../../src/changes/compare.ts';
import { takeSnapshot } from '../../src/changes/snapshot.ts';
import { openStore, reopenStore } from '../../src/changes/store.ts';
import { commit, git, newFolder, removeFolders } from '../thread/repository.ts';
import { capture, inShort, newRepository, signal } from './setting.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

afterAll(removeFolders);

const write = (folder: string, name: string, content: string | Buffer): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), content);
};

describe('what changed between two snapshots', () => {
  test('is nothing where nothing did', async () => {
    const { changes, before, workspace } = await capture();
    expect(inShort(await changes())).toEqual([]);
    expect(before).toBe(git(workspace, 'rev-parse', 'HEAD^{tree}'));
  });

  test('is files added, modified, deleted, renamed, with modes, lines and bytes', async () => {
    const text = 'a line\nand another\nand a third\n';
    const { workspace, changes } = await capture(
      newRepository({
        'edit.txt': 'one\ntwo\n',
        'gone.txt': 'x',
        'old.txt': text,
        'run.sh': 'run',
      }),
    );
    write(workspace, 'edit.txt', 'one\n2\n3\n');
    write(workspace, 'new/file.txt', 'new\n');
    unlinkSync(join(workspace, 'gone.txt'));
    renameSync(join(workspace, 'old.txt'), join(workspace, 'moved.txt'));
    chmodSync(join(workspace, 'run.sh'), 0o755);
    const set = await changes();
    expect(inShort(set)).toEqual([
      'modified edit.txt',
      'deleted gone.txt',
      'renamed old.txt moved.txt',
      'added new/file.txt',
      'modified run.sh',
    ]);
    const [edit, gone, moved, , run] = set.changes;
    expect(edit).toMatchObject({
      after: { mode: '100644', bytes: 8 },
      lines: { added: 2, removed: 1 },
    });
    expect(gone?.after).toBeUndefined();
    expect(moved).toMatchObject({ after: { bytes: text.length }, lines: { added: 0, removed: 0 } });
    expect(run?.after?.mode).toBe('100755');
  });

  test('is a link as a link, wherever it leads', async () => {
    const outside = newFolder();
    write(outside, 'secret.txt', 'outside');
    const { workspace, changes, store } = await capture(
      newRepository({ 'folder/file.txt': 'file', 'plain.txt': 'plain' }),
    );
    rmSync(join(workspace, 'folder'), { recursive: true });
    symlinkSync(outside, join(workspace, 'folder'));
    unlinkSync(join(workspace, 'plain.txt'));
    symlinkSync(join(outside, 'secret.txt'), join(workspace, 'plain.txt'));
    symlinkSync('nowhere', join(workspace, 'broken'));
    const set = await changes();
    expect(inShort(set)).toEqual([
      'added broken',
      'added folder',
      'deleted folder/file.txt',
      'modified plain.txt',
    ]);
    expect(set.changes.map(({ after }) => after?.mode)).toEqual([
      '120000',
      '120000',
      undefined,
      '120000',
    ]);
    const blob = set.changes[3]?.after?.blob ?? '';
    expect(await store.git(['cat-file', 'blob', blob], signal)).toBe(join(outside, 'secret.txt'));
  });

  test('is binary files, byte for byte and without lines', async () => {
    const { workspace, changes, store } = await capture();
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7) % 256));
    write(workspace, 'image.png', bytes);
    const [change] = (await changes()).changes;
    expect(change).toMatchObject({ kind: 'added', lines: undefined, after: { bytes: 5000 } });
    const pieces: Buffer[] = [];
    const onOutput = (piece: Buffer): void => void pieces.push(piece);
    await store.git(['cat-file', 'blob', change?.after?.blob ?? ''], signal, { onOutput });
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });

  test('is files of any name', async () => {
    const names = [
      'a b.txt',
      '"quoted".txt',
      "it's.txt",
      'two\nlines.txt',
      '-rf',
      'ünï🙂.txt',
      'tab\t.txt',
      '\\n',
      ':(top)x',
      '*.txt',
      ' ',
      '#x',
    ];
    const { workspace, changes } = await capture();
    for (const name of names) write(workspace, name, name);
    const set = await changes();
    expect(set.changes.map(({ path }) => path)).toEqual(names.toSorted());
    for (const name of names) write(workspace, name, 'again');
    for (const name of names.slice(6)) unlinkSync(join(workspace, name));
    expect((await changes()).changes.map(({ path }) => path)).toEqual(names.slice(0, 6).toSorted());
  });

  test('is left out with its name where that is no UTF-8', async () => {
    const { workspace, changes } = await capture();
    writeFileSync(Buffer.concat([Buffer.from(`${workspace}/bad-`), Buffer.from([0xff])]), 'x');
    write(workspace, 'good.txt', 'x');
    const set = await changes();
    expect(inShort(set)).toEqual(['added good.txt']);
    expect(set.leftOut).toEqual([{ path: 'bad-\uFFFD', why: 'name' }]);
  });

  test('is a folder in place of a file, and a file in place of a folder', async () => {
    const { workspace, changes } = await capture(newRepository({ file: 'x', 'folder/a': 'y' }));
    unlinkSync(join(workspace, 'file'));
    write(workspace, 'file/inside', 'new');
    rmSync(join(workspace, 'folder'), { recursive: true });
    write(workspace, 'folder', 'now a file');
    expect(inShort(await changes())).toEqual([
      'deleted file',
      'added file/inside',
      'added folder',
      'deleted folder/a',
    ]);
  });

  test('is no file that was dirty before', async () => {
    const workspace = newRepository({
      'code.txt': 'one',
      'dirty.txt': 'clean',
      'lost.txt': 'there',
    });
    write(workspace, 'dirty.txt', 'dirty');
    write(workspace, 'untracked.txt', 'before');
    write(workspace, 'staged.txt', 'staged');
    git(workspace, 'add', 'staged.txt');
    unlinkSync(join(workspace, 'lost.txt'));
    const { changes } = await capture(workspace);
    write(workspace, 'code.txt', 'two');
    expect(inShort(await changes())).toEqual(['modified code.txt']);
  });

  test('is the change alone where a file was dirty before', async () => {
    const workspace = newRepository({ 'dirty.txt': 'a\nb\nc\n' });
    write(workspace, 'dirty.txt', 'a\nB\nc\n');
    const { changes } = await capture(workspace);
    write(workspace, 'dirty.txt', 'a\nB\nc\nd\n');
    const [change] = (await changes()).changes;
    expect(change?.lines).toEqual({ added: 1, removed: 0 });
  });

  test('is seen in the index and the objects of the checkout by nobody', async () => {
    const { workspace, changes } = await capture();
    const index = readFileSync(join(workspace, '.git/index'));
    write(workspace, 'new.txt', 'new, and not in the objects of the checkout');
    const set = await changes();
    expect(readFileSync(join(workspace, '.git/index')).equals(index)).toBe(true);
    expect(git(workspace, 'status', '--porcelain')).toBe('?? new.txt');
    const blob = set.changes[0]?.after?.blob ?? '';
    expect(() => git(workspace, 'cat-file', '-e', blob)).toThrow();
  });
});

test('what a step before the agent told git not to look at is looked at', async () => {
  const { workspace, changes } = await captureAfter((folder) => {
    git(folder, 'update-index', '--assume-unchanged', 'code.txt');
    git(folder, 'update-index', '--skip-worktree', 'other.txt');
  });
  write(workspace, 'code.txt', 'changed');
  write(workspace, 'other.txt', 'changed');
  expect(inShort(await changes())).toEqual(['modified code.txt', 'modified other.txt']);
});

async function captureAfter(step: (workspace: string) => void): ReturnType<typeof capture> {
  const workspace = newRepository({ 'code.txt': 'x', 'other.txt': 'x' });
  step(workspace);
  return await capture(workspace);
}

describe('what stays out', () => {
  test('is what is ignored, by whatever list', async () => {
    const workspace = newRepository({ '.gitignore': '*.log\n', 'code.txt': 'one' });
    write(workspace, '.git/info/exclude', '/private/\n');
    const { changes } = await capture(workspace);
    write(workspace, 'a.log', 'x');
    write(workspace, 'private/x', 'x');
    write(workspace, 'seen.txt', 'x');
    expect(inShort(await changes())).toEqual(['added seen.txt']);
  });

  test('is what was ignored before, when the agent ignores it no more', async () => {
    const workspace = newRepository({
      '.gitignore': '.env\nnode_modules\n*.log\n',
      'code.txt': 'one',
    });
    write(workspace, '.env', 'PASSWORD=hunter2');
    write(workspace, 'node_modules/left/index.js', 'x');
    const { changes } = await capture(workspace);
    write(workspace, '.gitignore', '');
    write(workspace, 'node_modules/left/more.js', 'x');
    write(workspace, 'new.log', 'made by the agent');
    expect(inShort(await changes())).toEqual(['modified .gitignore', 'added new.log']);
  });

  test('is not what is ignored and committed all the same', async () => {
    const { workspace, changes } = await capture(
      newRepository({ '.gitignore': '*.log', 'kept.log': 'x' }),
    );
    write(workspace, 'kept.log', 'y');
    expect(inShort(await changes())).toEqual(['modified kept.log']);
  });

  test('is submodules, whatever becomes of them, and nested repositories', async () => {
    const inner = newRepository({ 'inner.txt': 'inner' });
    const workspace = newRepository();
    git(
      workspace,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      inner,
      'module',
    );
    git(
      workspace,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      inner,
      'other',
    );
    commit(workspace, { 'more.txt': 'more' });
    const { changes, before } = await capture(workspace);
    expect(before).toBe(git(workspace, 'rev-parse', 'HEAD^{tree}'));
    commit(join(workspace, 'module'), { 'inner.txt': 'changed' });
    write(workspace, 'module/untracked.txt', 'x');
    rmSync(join(workspace, 'other'), { recursive: true });
    write(workspace, 'other', 'a file now');
    for (const name of ['nested', 'empty']) mkdirSync(join(workspace, name));
    git(join(workspace, 'nested'), 'init', '--quiet');
    commit(join(workspace, 'nested'), { 'nested.txt': 'nested' });
    git(join(workspace, 'empty'), 'init', '--quiet');
    write(workspace, 'seen.txt', 'x');
    expect(inShort(await changes())).toEqual(['added seen.txt']);
  });

  test('is what was not checked out, until the agent makes it', async () => {
    const workspace = newRepository({ 'in/a.txt': 'a', 'out/b.txt': 'b', 'out/c.txt': 'c' });
    git(workspace, 'sparse-checkout', 'set', '--no-cone', '/in/');
    const { changes, before } = await capture(workspace);
    expect(before).toBe(git(workspace, 'rev-parse', 'HEAD^{tree}'));
    write(workspace, 'out/c.txt', 'made');
    expect(inShort(await changes())).toEqual(['modified out/c.txt']);
  });

  test('is pipes, sockets and devices, which nobody waits for', async () => {
    const { workspace, changes } = await capture(newRepository({ 'code.txt': 'x', 'a.txt': 'x' }));
    unlinkSync(join(workspace, 'a.txt'));
    execFileSync('mkfifo', [join(workspace, 'a.txt'), join(workspace, 'pipe')]);
    const server = createServer().listen(join(workspace, 'socket')).unref();
    await new Promise((resolve) => server.once('listening', resolve));
    expect(inShort(await changes())).toEqual(['deleted a.txt']);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('what git would store', () => {
  test.each([
    ['an attribute', { '.gitattributes': '* text eol=crlf\n' }, {}],
    ['a setting', {}, { 'core.autocrlf': 'true' }],
  ])('has the line ends that %s asks for', async (_, files, settings) => {
    const workspace = newRepository({ ...files, 'code.txt': 'one\ntwo\n' });
    for (const [key, value] of Object.entries(settings)) git(workspace, 'config', key, value);
    const { changes, store } = await capture(workspace);
    write(workspace, 'code.txt', 'one\r\ntwo\r\nthree\r\n');
    const [change] = (await changes()).changes;
    expect(change?.lines).toEqual({ added: 1, removed: 0 });
    const stored = await store.git(['cat-file', 'blob', change?.after?.blob ?? ''], signal);
    expect(stored).toBe('one\ntwo\nthree\n');
  });

  test('has no mode where the checkout has none', async () => {
    const workspace = newRepository();
    git(workspace, 'config', 'core.fileMode', 'false');
    const { changes } = await capture(workspace);
    chmodSync(join(workspace, 'code.txt'), 0o755);
    expect(inShort(await changes())).toEqual([]);
  });

  test('is no pointer of Git LFS whose content is on this machine alone', async () => {
    const pointer = (digit: string): string =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${digit.repeat(64)}\nsize 3\n`;
    const { workspace, changes } = await capture(
      newRepository({ 'a.bin': pointer('1'), 'b.bin': pointer('2') }),
    );
    write(workspace, 'a.bin', pointer('3'));
    renameSync(join(workspace, 'b.bin'), join(workspace, 'moved.bin'));
    const set = await changes();
    expect(inShort(set)).toEqual(['renamed b.bin moved.bin']);
    expect(set.leftOut).toEqual([{ path: 'a.bin', why: 'lfs' }]);
  });

  test('is a pointer where Git LFS is set up as it sets itself up', async () => {
    const bin = newFolder();
    const clean =
      'printf "version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize 3\\n" "$(sha256sum | cut -c 1-64)"';
    writeFileSync(join(bin, 'git-lfs'), `#!/bin/sh\n${clean}\n`, { mode: 0o755 });
    const workspace = newRepository({ 'code.txt': 'x' });
    const path = `${bin}:${process.env['PATH']}`;
    const add = { cwd: workspace, env: { PATH: path, HOME: bin } };
    git(workspace, 'config', 'filter.lfs.clean', 'git-lfs clean -- %f');
    git(workspace, 'config', 'filter.lfs.required', 'true');
    write(workspace, '.gitattributes', '*.bin filter=lfs -text\n');
    for (const name of ['same.bin', 'other.bin']) write(workspace, name, name);
    execFileSync('git', ['add', '--all'], add);
    const who = ['-c', 'user.name=Octo', '-c', 'user.email=octo@example.com'];
    execFileSync('git', [...who, 'commit', '--quiet', '--message', 'Large files'], add);
    const { changes, before } = await capture(workspace, path);
    expect(before).toBe(git(workspace, 'rev-parse', 'HEAD^{tree}'));
    write(workspace, 'same.bin', 'same.bin');
    write(workspace, 'other.bin', 'changed');
    write(workspace, 'new.bin', 'new');
    const set = await changes();
    expect(inShort(set)).toEqual([]);
    expect(set.leftOut).toEqual([
      { path: 'new.bin', why: 'lfs' },
      { path: 'other.bin', why: 'lfs' },
    ]);
  });

  test('is what cannot be read as it was before', async () => {
    const { workspace, store, before } = await capture(
      newRepository({ 'a.txt': 'a', 'b.txt': 'b' }),
    );
    write(workspace, 'b.txt', 'changed');
    const large = openSync(join(workspace, 'large.bin'), 'w');
    ftruncateSync(large, 101 * 1024 * 1024);
    closeSync(large);
    const closed = process.getuid?.() === 0 ? [] : ['a.txt'];
    for (const name of closed) {
      write(workspace, name, 'changed');
      chmodSync(join(workspace, name), 0);
    }
    const { tree: after, unread } = await takeSnapshot(store, signal);
    expect(unread).toEqual([...closed, 'large.bin']);
    const set = await compareTrees(store, { before, after }, signal);
    expect(inShort(set)).toEqual(['modified b.txt']);
  });
});

describe('the index of the first snapshot', () => {
  test('is as old as that of the checkout: a file of its very second is read again', async () => {
    const workspace = newRepository({ 'code.txt': 'one' });
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000);
    const file = join(workspace, 'code.txt');
    utimesSync(file, at, at);
    git(workspace, 'config', 'core.trustCtime', 'false');
    git(workspace, 'update-index', '--refresh');
    utimesSync(join(workspace, '.git/index'), at, at);
    writeFileSync(file, 'two');
    utimesSync(file, at, at);
    // Neither time nor size tell: git looks into it, for the index is no younger.
    const { before, store } = await capture(workspace);
    expect(await store.git(['cat-file', 'blob', `${before}:code.txt`], signal)).toBe('two');
  });

  test('is made from the commit where git cannot read it', async () => {
    const workspace = newRepository({
      '.gitignore': '*.log',
      'kept.log': 'ignored, and committed',
    });
    writeFileSync(join(workspace, '.git/index'), 'no index');
    const { before } = await capture(workspace);
    expect(before).toBe(git(workspace, 'rev-parse', 'HEAD^{tree}'));
  });

  test('may be split', async () => {
    const workspace = newRepository();
    git(workspace, 'update-index', '--split-index');
    const { changes } = await capture(workspace);
    write(workspace, 'code.txt', 'changed');
    expect(inShort(await changes())).toEqual(['modified code.txt']);
  });

  test('may have conflicts', async () => {
    const workspace = newRepository({ 'code.txt': 'base' });
    git(workspace, 'switch', '--quiet', '--create', 'theirs');
    commit(workspace, { 'code.txt': 'theirs' });
    git(workspace, 'switch', '--quiet', 'main');
    commit(workspace, { 'code.txt': 'ours' });
    expect(() => git(workspace, 'merge', 'theirs')).toThrow();
    const { changes } = await capture(workspace);
    write(workspace, 'code.txt', 'solved');
    expect(inShort(await changes())).toEqual(['modified code.txt']);
  });
});

test('a snapshot ends with its signal, and with its reason', async () => {
  const { store } = await capture();
  const stopped = AbortSignal.abort(new Error('no time left'));
  await expect(takeSnapshot(store, stopped)).rejects.toThrow('no time left');
});

describe('a store', () => {
  test('is found again by another process', async () => {
    const { workspace, options, store, before } = await capture();
    write(workspace, 'code.txt', 'changed');
    const again = await reopenStore(options);
    if (again === undefined) throw new Error('it is not there');
    expect(again.base).toBe(store.base);
    const { tree: after } = await takeSnapshot(again, signal);
    expect(inShort(await compareTrees(again, { before, after }, signal))).toEqual([
      'modified code.txt',
    ]);
    await again[Symbol.asyncDispose]();
    expect(await reopenStore(options)).toBeUndefined();
  });

  test('is not made where somebody has left a folder of its name', async () => {
    const { options } = await capture();
    await expect(openStore(options, signal)).rejects.toThrow('EEXIST');
  });

  test('is open to its owner only', async () => {
    const { store } = await capture();
    expect(statSync(store.folder).mode & 0o077).toBe(0);
  });

  test('is not made where there is no checkout', async () => {
    const env = { PATH: process.env['PATH'], HOME: newFolder() };
    const options = { workspace: newFolder(), temp: newFolder(), env, invocationId: 'test' };
    await expect(openStore(options, signal)).rejects.toThrow('git rev-parse failed');
  });
});
