import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import type { ChangeSet } from '../../src/changes/change.ts';
import { compareTrees } from '../../src/changes/compare.ts';
import { takeSnapshot } from '../../src/changes/snapshot.ts';
import { openStore, type Store, type StoreOptions } from '../../src/changes/store.ts';
import { commit, git, newFolder } from '../thread/repository.ts';

/** For all that waits: never fired. */
export const { signal } = new AbortController();

/** A repository with a store over it, as it is before the agent. */
export interface Captured {
  workspace: string;
  options: StoreOptions;
  store: Store;
  /** The tree before. */
  before: string;
  /** The tree as it is now. */
  snapshot: () => Promise<string>;
  /** What changed since. */
  changes: () => Promise<ChangeSet>;
}

/** A new repository with one commit. */
export function newRepository(
  files: Record<string, string> = { 'code.txt': 'one\ntwo\n' },
): string {
  const workspace = join(newFolder(), 'demo');
  execFileSync('mkdir', [workspace]);
  git(workspace, 'init', '--quiet');
  commit(workspace, files);
  return workspace;
}

/** Opens a store and takes the first snapshot. */
export async function capture(
  workspace: string = newRepository(),
  path: string | undefined = process.env['PATH'],
): Promise<Captured> {
  const env = { PATH: path, HOME: newFolder() };
  const options = { workspace, temp: newFolder(), env, invocationId: 'test' };
  const store = await openStore(options, signal);
  const { tree: before } = await takeSnapshot(store, signal);
  const snapshot = async (): Promise<string> => (await takeSnapshot(store, signal)).tree;
  const changes = async (): Promise<ChangeSet> =>
    await compareTrees(store, { before, after: await snapshot() }, signal);
  return { workspace, options, store, before, snapshot, changes };
}

/** The changes in short: kind and paths. */
export function inShort({ changes }: ChangeSet): string[] {
  return changes.map(({ kind, path, previousPath }) =>
    previousPath === undefined ? `${kind} ${path}` : `${kind} ${previousPath} ${path}`,
  );
}

/** What is in a tree of a store: mode and content by path. */
export function listTree(
  { folder, options }: { folder: string; options: StoreOptions },
  tree: string,
): string {
  const objects = join(options.workspace, '.git', 'objects');
  const env = {
    PATH: process.env['PATH'] ?? '',
    GIT_DIR: folder,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  };
  return execFileSync('git', ['-c', 'core.quotePath=false', 'ls-tree', '-r', tree], {
    env,
  }).toString();
}
