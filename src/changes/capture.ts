import type { Redactor } from '../redact/redactor.ts';
import type { ChangeSet, LeftOut } from './change.ts';
import { compareTrees } from './compare.ts';
import type { Trees } from './difference.ts';
import { findOwnWrites } from './own-writes.ts';
import { type Protection, withoutLeftOut } from './protect.ts';
import { findSecrets } from './secrets.ts';
import type { Store } from './store.ts';

/** Where trees are, and what of a difference may not be delivered. */
export interface Scope {
  store: Store;
  protection: Protection;
}

/**
 * What differs between the tree before and the one after, without what OpenCode has written by itself
 * and what may not be delivered, the files among it that a secret was added to; undefined where
 * nothing differs. Throws `GitError`.
 */
export async function capture(
  scope: Scope,
  trees: Trees,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<ChangeSet | undefined> {
  const found = await captureRead(scope, trees, redactor, signal);
  const { before, after, unread = [] } = trees;
  if (unread.length === 0) return found;
  const { base } = scope.store;
  const changeSet = found ?? { before, after, base, changes: [], leftOut: [] };
  const names = unread.map((path): LeftOut => ({ path, why: 'unread' }));
  return { ...changeSet, leftOut: [...changeSet.leftOut, ...names] };
}

async function captureRead(
  { store, protection }: Scope,
  trees: Trees,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<ChangeSet | undefined> {
  if (trees.after === trees.before) return undefined;
  const all = await compareTrees(store, trees, signal);
  const own = await findOwnWrites(store, all, signal);
  const { leftOut: known } = all;
  const made = { ...(await without(store, all, own, signal)), leftOut: known };
  if (made.changes.length === 0 && known.length === 0) return undefined;
  const allowed = await withoutLeftOut(store, made, protection, signal);
  const secret = await findSecrets(store, allowed, redactor, signal);
  const { leftOut, ...rest } = await without(store, allowed, secret, signal);
  const names = new Set(allowed.leftOut.map(({ path }) => path));
  const toSecret = (one: LeftOut): LeftOut =>
    names.has(one.path) ? one : { ...one, why: 'secret' };
  return { ...rest, leftOut: leftOut.map(toSecret) };
}

/** The same without some paths, which are in `leftOut` then. */
async function without(
  store: Store,
  changeSet: ChangeSet,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ChangeSet> {
  if (paths.length === 0) return changeSet;
  const protection: Protection = { patterns: paths.map(patternOf), codeOwners: undefined };
  return await withoutLeftOut(store, changeSet, protection, signal);
}

/** The pattern that means this path and no other. https://git-scm.com/docs/gitignore#_pattern_format */
function patternOf(path: string): string {
  return `/${path.replaceAll(/[\\*?[\]! ]/g, String.raw`\$&`)}`;
}
