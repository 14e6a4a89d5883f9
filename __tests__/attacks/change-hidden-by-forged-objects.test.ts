/** The agent writes objects of git whose content is another than their names say: git does not look. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterAll, expect, jest, test } from '@jest/globals';

import { withoutLeftOut } from '../../src/changes/protect.ts';
import { findSecrets } from '../../src/changes/secrets.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { git, removeFolders } from '../thread/repository.ts';
import { capture, inShort, newRepository, signal } from '../changes/setting.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

afterAll(removeFolders);

const workflow = '.github/workflows/ci.yml';

/** Makes git find the content of one object under the name of another, in the first place it looks. */
function forge(workspace: string, name: string, content: string): void {
  const folder = join(workspace, '.git/objects');
  const fileOf = (id: string): string => join(folder, id.slice(0, 2), id.slice(2));
  mkdirSync(dirname(fileOf(name)), { recursive: true });
  rmSync(fileOf(name), { force: true });
  copyFileSync(fileOf(content), fileOf(name));
  chmodSync(fileOf(name), 0o644);
  execFileSync('git', ['pack-objects', '--quiet', join(folder, 'pack/pack')], {
    cwd: workspace,
    input: `${name}\n`,
  });
  expect(readdirSync(join(folder, 'pack')).length).toBeGreaterThan(0);
}

/** The name of what the agent has made of a path, as an object of the checkout. */
function store(workspace: string, path: string): string {
  git(workspace, 'add', '--all');
  const tree = git(workspace, 'write-tree');
  return git(workspace, 'rev-parse', `${tree}:${path}`);
}

test('a protected file is protected where the folder that it was in seems to have had it', async () => {
  const captured = await capture(newRepository({ [workflow]: 'on: push\n', 'code.txt': 'one\n' }));
  const { workspace, before } = captured;
  const was = git(workspace, 'rev-parse', `${before}:.github`);
  writeFileSync(join(workspace, workflow), 'on: push # evil\n');
  writeFileSync(join(workspace, 'code.txt'), 'two\n');
  forge(workspace, was, store(workspace, '.github'));
  const after = await captured.snapshot();
  // The attack works on a git that believes the checkout.
  const believed = await captured.store.git(
    ['diff-tree', '-r', '--name-only', before, after],
    signal,
  );
  expect(believed).toBe('code.txt\n');
  const all = await captured.changes();
  expect(inShort(all)).toEqual([`modified ${workflow}`, 'modified code.txt']);
  const protection = { patterns: ['.github/**'], codeOwners: undefined };
  const set = await withoutLeftOut(captured.store, all, protection, signal);
  expect(inShort(set)).toEqual(['modified code.txt']);
  const kept = await captured.store.alone(['rev-parse', `${set.after}:.github`], signal);
  expect(kept.trim()).toBe(was);
});

test.each([
  ['the old file seems to have had it', 'before'],
  ['the new file seems to have none', 'after'],
])('a secret is found, or the search fails, where %s', async (_, which) => {
  const secret = 'canary-value-0123456789';
  const captured = await capture(newRepository({ 'code.txt': 'one\n', 'clean.txt': 'clean\n' }));
  const { workspace, store: ours, changes } = captured;
  const was = git(workspace, 'rev-parse', 'HEAD:code.txt');
  const clean = git(workspace, 'rev-parse', 'HEAD:clean.txt');
  writeFileSync(join(workspace, 'code.txt'), `${secret}\n`);
  const is = store(workspace, 'code.txt');
  if (which === 'before') forge(workspace, was, is);
  else forge(workspace, is, clean);
  const search = findSecrets(ours, await changes(), createRedactor([secret]), signal);
  await expect(search).rejects.toThrow('is forged');
});
