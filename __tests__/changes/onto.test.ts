import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, jest, test } from '@jest/globals';

import { applyOnto } from '../../src/changes/onto.ts';
import { withoutLeftOut } from '../../src/changes/protect.ts';
import { commit, git, removeFolders } from '../thread/repository.ts';
import { capture, type Captured, newRepository, signal } from './setting.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

afterAll(removeFolders);

const lines = (...changed: string[]): string =>
  `${Array.from({ length: 20 }, (_, at) => changed[at] ?? `line ${at}`).join('\n')}\n`;

const files = { 'code.txt': lines(), 'other.txt': 'other\n', 'folder/a.txt': 'a\n' };

/** A commit made elsewhere on top of the workspace's, whose working tree it does not touch. */
function moveHead(
  { workspace, store }: Captured,
  change: (at: (name: string) => string) => void,
): string {
  const place = join(store.folder, '..', 'elsewhere');
  git(workspace, 'worktree', 'add', '--quiet', '--detach', place);
  change((name) => join(place, name));
  return commit(place, {});
}

async function onto(captured: Captured, commitId: string): ReturnType<typeof applyOnto> {
  const set = await captured.changes();
  return await applyOnto(captured.store, set, commitId, signal);
}

/** A file of the tree, or why there is none. */
async function show(
  { store }: Captured,
  applied: Awaited<ReturnType<typeof applyOnto>>,
  name: string,
): Promise<string> {
  if ('conflicts' in applied) return `conflicts in ${applied.conflicts.join(', ')}`;
  return await store.git(['cat-file', 'blob', `${applied.tree}:${name}`], signal);
}

test('onto the commit that was worked in, the tree is the agent’s', async () => {
  const captured = await capture(newRepository(files));
  writeFileSync(join(captured.workspace, 'code.txt'), 'changed');
  expect(await onto(captured, captured.store.base)).toEqual({ tree: await captured.snapshot() });
});

test('what was dirty before does not come along', async () => {
  const workspace = newRepository(files);
  writeFileSync(join(workspace, 'other.txt'), 'dirty\n');
  writeFileSync(join(workspace, 'untracked.txt'), 'untracked\n');
  writeFileSync(join(workspace, 'code.txt'), lines('dirty'));
  const captured = await capture(workspace);
  writeFileSync(join(workspace, 'code.txt'), lines('dirty').replace('line 19', 'agent'));
  const applied = await onto(captured, captured.store.base);
  expect(await show(captured, applied, 'code.txt')).toBe(lines().replace('line 19', 'agent'));
  expect(await show(captured, applied, 'other.txt')).toBe('other\n');
  await expect(show(captured, applied, 'untracked.txt')).rejects.toThrow('but not in');
});

test('onto a head that moved, both changes are there', async () => {
  const captured = await capture(newRepository(files));
  const head = moveHead(captured, (at) => {
    writeFileSync(at('code.txt'), lines('theirs'));
    writeFileSync(at('new.txt'), 'theirs\n');
  });
  writeFileSync(join(captured.workspace, 'code.txt'), lines().replace('line 19', 'agent'));
  const applied = await onto(captured, head);
  expect(await show(captured, applied, 'code.txt')).toBe(
    lines('theirs').replace('line 19', 'agent'),
  );
  expect(await show(captured, applied, 'new.txt')).toBe('theirs\n');
});

test('a file that the agent renamed and the head changed has both', async () => {
  const captured = await capture(newRepository(files));
  const head = moveHead(captured, (at) => writeFileSync(at('code.txt'), lines('theirs')));
  renameSync(join(captured.workspace, 'code.txt'), join(captured.workspace, 'moved.txt'));
  expect(await show(captured, await onto(captured, head), 'moved.txt')).toBe(lines('theirs'));
});

test.each<[what: string, theirs: (at: (name: string) => string) => void, conflicts: string[]]>([
  ['the same line changed', (at) => writeFileSync(at('code.txt'), lines('theirs')), ['code.txt']],
  ['the file deleted', (at) => rmSync(at('code.txt')), ['code.txt']],
  [
    'the file moved to where the agent may not write',
    (at) => {
      mkdirSync(at('.github'));
      renameSync(at('code.txt'), at('.github/code.txt'));
    },
    ['.github/code.txt'],
  ],
])('conflicts are named: %s', async (_, theirs, conflicts) => {
  const captured = await capture(newRepository(files));
  const head = moveHead(captured, theirs);
  writeFileSync(join(captured.workspace, 'code.txt'), lines('agent'));
  expect(await onto(captured, head)).toEqual({ conflicts });
});

test('a conflict in a file of an odd name is named as it is', async () => {
  const name = 'ü\n"x" y';
  const captured = await capture(newRepository({ [name]: 'base' }));
  const head = moveHead(captured, (at) => writeFileSync(at(name), 'theirs'));
  writeFileSync(join(captured.workspace, name), 'agent');
  expect(await onto(captured, head)).toEqual({ conflicts: [name] });
});

test('what is left out is not merged', async () => {
  const captured = await capture(newRepository(files));
  const head = moveHead(captured, (at) => writeFileSync(at('other.txt'), 'theirs\n'));
  writeFileSync(join(captured.workspace, 'code.txt'), lines('agent'));
  writeFileSync(join(captured.workspace, 'folder/a.txt'), 'agent\n');
  const protection = { patterns: ['folder/'], codeOwners: undefined };
  const set = await withoutLeftOut(captured.store, await captured.changes(), protection, signal);
  const applied = await applyOnto(captured.store, set, head, signal);
  expect(await show(captured, applied, 'folder/a.txt')).toBe('a\n');
  expect(await show(captured, applied, 'code.txt')).toBe(lines('agent'));
});

test('a commit that is not there is an error', async () => {
  const captured = await capture(newRepository(files));
  await expect(onto(captured, '1'.repeat(40))).rejects.toThrow('git rev-parse');
});
