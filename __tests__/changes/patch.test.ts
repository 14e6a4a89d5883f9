import { execFileSync, spawnSync } from 'node:child_process';
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
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, describe, expect, jest, test } from '@jest/globals';

import { compareTrees } from '../../src/changes/compare.ts';
import { applyPatch } from '../../src/changes/from-patch.ts';
import { applyCommand, writePatch } from '../../src/changes/patch.ts';
import { readPatchSize } from '../../src/changes/patch-size.ts';
import { patchBytes } from '../../src/limits.ts';
import { git, newFolder, removeFolders } from '../thread/repository.ts';
import { capture, type Captured, newRepository, signal } from './setting.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

afterAll(removeFolders);

const noise = (bytes: number): string => randomBytes(bytes).toString('latin1');

const files = {
  'edit.txt': 'one\ntwo\nthree\n',
  'no-end.txt': 'no newline at the end',
  'gone.txt': 'gone\n',
  'old name.txt': 'a\nb\nc\nd\n',
  'crlf.txt': 'one\r\ntwo\r\n',
  'image.png': noise(20_000),
  'run.sh': '#!/bin/sh\n',
  'to-link.txt': 'a file\n',
  'folder/inside.txt': 'inside\n',
  '.github/workflows/ci.yml': 'on: push\n',
};

/** One of everything. */
function work(workspace: string): void {
  const at = (name: string): string => join(workspace, name);
  writeFileSync(at('edit.txt'), 'one\n2\nthree\nfour');
  writeFileSync(at('no-end.txt'), 'no newline at the end either');
  rmSync(at('gone.txt'));
  renameSync(at('old name.txt'), at('new\n"näme".txt'));
  writeFileSync(at('crlf.txt'), 'one\r\n2\r\n\r');
  const image = readFileSync(at('image.png'));
  writeFileSync(
    at('image.png'),
    Buffer.concat([image.subarray(0, 9000), Buffer.from([0, 1, 2]), image.subarray(9000)]),
  );
  writeFileSync(at('new.bin'), randomBytes(3000));
  chmodSync(at('run.sh'), 0o755);
  rmSync(at('to-link.txt'));
  symlinkSync('/etc/passwd', at('to-link.txt'));
  rmSync(at('folder'), { recursive: true });
  writeFileSync(at('folder'), 'a file now');
  for (const name of ['-rf', 'tab\t.txt', 'ends in space ', String.raw`back\slash`, ':(top)', '🙂'])
    writeFileSync(at(name), name);
  writeFileSync(Buffer.concat([Buffer.from(at('bad-')), Buffer.from([0xff, 0x0a])]), 'x');
  mkdirSync(at('empty-file'));
  writeFileSync(at('empty-file/x'), '');
  writeFileSync(at('.gitattributes'), '*.txt text eol=crlf\n*.sh diff=evil\n*.md -diff\n');
  writeFileSync(at('readme.md'), 'not to be shown\n');
}

/** The patch of all that was done, in a file. */
async function patchOf({
  store,
  before,
  snapshot,
}: Captured): Promise<{ path: string; bytes: number; after: string }> {
  const path = join(newFolder(), 'changes it’s.patch');
  const after = await snapshot();
  return { path, after, bytes: await writePatch(store, { before, after }, path, signal) };
}

describe('a patch', () => {
  test('makes the same tree of a fresh checkout, by the command that is named', async () => {
    const captured = await capture(newRepository(files));
    const fresh = join(newFolder(), 'fresh');
    git(newFolder(), 'clone', '--quiet', captured.workspace, fresh);
    work(captured.workspace);
    const { path, bytes, after } = await patchOf(captured);
    expect(bytes).toBe(readFileSync(path).length);
    const env = { PATH: process.env['PATH'] ?? '', HOME: fresh };
    execFileSync('sh', ['-c', applyCommand(path)], { cwd: fresh, env, stdio: 'pipe' });
    expect(git(fresh, 'write-tree')).toBe(after);
    git(fresh, 'add', '--all');
    expect(git(fresh, 'write-tree')).toBe(after);
  });

  test('has the agent’s work alone where files were dirty before', async () => {
    const workspace = newRepository(files);
    writeFileSync(join(workspace, 'edit.txt'), 'dirty\n');
    const captured = await capture(workspace);
    writeFileSync(join(workspace, 'new.txt'), 'new\n');
    const { path } = await patchOf(captured);
    expect(readFileSync(path, 'utf8').match(/^diff .*$/gm)).toEqual([
      'diff --git a/new.txt b/new.txt',
    ]);
  });

  test('is written whatever its size', async () => {
    const captured = await capture();
    writeFileSync(join(captured.workspace, 'large.bin'), randomBytes(6 * 1024 * 1024));
    writeFileSync(join(captured.workspace, 'large.txt'), 'a line of text\n'.repeat(400_000));
    const { path, bytes, after } = await patchOf(captured);
    expect(bytes).toBeGreaterThan(6_000_000);
    const { store, before } = captured;
    const again = await applyPatch(store, before, readFileSync(path), signal);
    expect(again).toEqual({ before, after });
  });

  test('is a file of its own, whatever was in its place', async () => {
    const captured = await capture();
    const [mine, path] = [join(newFolder(), 'mine'), join(newFolder(), 'changes.patch')];
    writeFileSync(mine, 'mine');
    symlinkSync(mine, path);
    writeFileSync(join(captured.workspace, 'new.txt'), 'new\n');
    const { store, before, snapshot } = captured;
    await writePatch(store, { before, after: await snapshot() }, path, signal);
    expect(readFileSync(mine, 'utf8')).toBe('mine');
    expect(readFileSync(path, 'utf8')).toContain('+new');
  });

  test('is empty where nothing changed', async () => {
    const captured = await capture();
    const { path, bytes } = await patchOf(captured);
    expect(bytes).toBe(0);
    const { store, before } = captured;
    const again = await applyPatch(store, before, readFileSync(path), signal);
    expect(again).toEqual({ before, after: before });
  });

  test('has no colours, prefixes or programs of a configuration', async () => {
    const captured = await capture(newRepository({ 'a.txt': 'a\n' }));
    const { store, workspace } = captured;
    for (const [key, value] of [
      ['color.ui', 'always'],
      ['diff.noprefix', 'true'],
      ['diff.mnemonicPrefix', 'true'],
      ['diff.external', 'false'],
      ['diff.context', '0'],
    ] as const)
      git(workspace, 'config', key, value);
    writeFileSync(join(workspace, '.gitattributes'), '* diff=evil\n');
    git(workspace, 'config', 'diff.evil.textconv', 'false');
    writeFileSync(join(workspace, 'a.txt'), 'b\n');
    const { path } = await patchOf(captured);
    expect(readFileSync(path, 'utf8')).toContain('--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-a\n+b\n');
    expect(store.base).toBe(git(workspace, 'rev-parse', 'HEAD'));
  });
});

describe('a server’s patch', () => {
  test('gives the tree that it was made from', async () => {
    const captured = await capture(newRepository(files));
    // The runner has the commit; the server's work comes as a patch.
    const other = await capture(captured.workspace);
    work(captured.workspace);
    const { path, after } = await patchOf(captured);
    const { base } = captured.store;
    const trees = await applyPatch(other.store, base, readFileSync(path), signal);
    expect(trees).toEqual({ before: captured.before, after });
    const set = await compareTrees(other.store, trees, signal);
    expect(set.changes.length).toBeGreaterThan(15);
  });

  const gitlink = `diff --git a/sub b/sub\nnew file mode 160000\nindex 0000000..${'1'.repeat(7)}\n--- /dev/null\n+++ b/sub\n@@ -0,0 +1 @@\n+Subproject commit ${'1'.repeat(40)}\n`;
  const newFile = (name: string): string =>
    `diff --git a/${name} b/${name}\nnew file mode 100644\n--- /dev/null\n+++ b/${name}\n@@ -0,0 +1 @@\n+evil\n`;
  const link = `diff --git a/link b/link\nnew file mode 120000\n--- /dev/null\n+++ b/link\n@@ -0,0 +1 @@\n+/tmp\n\\ No newline at end of file\n`;

  test.each([
    ['a path out of the repository', newFile('../evil.txt')],
    ['a path out of it, further on', newFile('a/../../evil.txt')],
    ['git’s own folder', newFile('.git/hooks/pre-commit')],
    ['git’s own folder in other letters', newFile('.GIT/config')],
    ['git’s own folder as Windows knows it', newFile('git~1/config')],
    ['git’s own folder of one below', newFile('sub/.git/config')],
    ['a path through a link', link + newFile('link/evil.txt')],
    ['a submodule', gitlink],
    ['what does not fit', newFile('x').replace('@@ -0,0 +1 @@', '@@ -1,1 +1,2 @@\n old')],
    ['no patch', 'hello'],
    [
      'a file that unfolds to too much',
      'diff --git a/x b/x\nnew file mode 100644\nindex 0..1\nGIT binary patch\nliteral 999999999999\n',
    ],
  ])('is refused with %s', async (_, patch) => {
    const { store, before } = await capture();
    await expect(applyPatch(store, before, Buffer.from(patch), signal)).rejects.toThrow(
      /patch|git apply/,
    );
  });

  test('is refused where it unfolds to far more than it is', async () => {
    const { store, before } = await capture();
    const folder = newFolder();
    const large = openSync(join(folder, 'zeros'), 'w');
    ftruncateSync(large, patchBytes + 1);
    closeSync(large);
    const how = ['diff', '--no-index', '--binary', '/dev/null', 'zeros'];
    const { stdout } = spawnSync('git', how, { cwd: folder });
    expect(stdout.length).toBeLessThan(patchBytes / 100);
    await expect(applyPatch(store, before, stdout, signal)).rejects.toThrow('more than 128 MiB');
  });

  test('touches neither the workspace nor its index', async () => {
    const { store, before, workspace } = await capture();
    await applyPatch(store, before, Buffer.from(newFile('new.txt')), signal);
    expect(git(workspace, 'status', '--porcelain')).toBe('');
    expect(git(workspace, 'ls-files')).toBe('code.txt');
  });

  test('may have a file named by a word of patches', async () => {
    const { store, before } = await capture();
    const patch = newFile('x')
      .replace('+evil', '+literal 999999999999')
      .replace('-0,0 +1', '-0,0 +1');
    const { after } = await applyPatch(store, before, Buffer.from(patch), signal);
    expect(after).not.toBe(before);
  });
});

describe('the size that a patch unfolds to', () => {
  test('counts what is packed in it, and what is copied from the old file', async () => {
    const large = randomBytes(60_000).toString('latin1');
    const captured = await capture(newRepository({ 'a.bin': `\0${large}` }));
    const { workspace } = captured;
    const old = readFileSync(join(workspace, 'a.bin'));
    writeFileSync(join(workspace, 'a.bin'), Buffer.concat(Array.from({ length: 50 }, () => old)));
    writeFileSync(join(workspace, 'zeros.bin'), Buffer.alloc(1_000_000));
    const { path, bytes } = await patchOf(captured);
    expect(bytes).toBeLessThan(50_000);
    const size = readPatchSize(readFileSync(path));
    expect(size).toBeGreaterThan(1_000_000 + old.length * 50);
    expect(size).toBeLessThan(1_000_000 + old.length * 52);
  });

  test.each([
    ['of no letters', 'delta 10\n\n'],
    ['of letters that are none', 'delta 10\nZ~~~~~~~~~~\n'],
    ['of more than it says', 'delta 1\nzcmZQzU}+%Q\n'],
  ])('has no end where a delta is %s', (_, patch) => {
    expect(readPatchSize(Buffer.from(patch))).toBe(Number.POSITIVE_INFINITY);
  });
});
