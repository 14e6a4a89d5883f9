import type { ChangeSet } from './change.ts';
import type { Store } from './store.ts';

/** The tree with the changes, or the paths that conflict. */
export type Applied = { tree: string } | { conflicts: string[] };

/**
 * Merges the changes onto a commit whose objects the checkout has. Only paths of the change set
 * differ from the commit then; whatever else would is a conflict. Throws `GitError`.
 */
export async function applyOnto(
  store: Store,
  changeSet: ChangeSet,
  commit: string,
  signal: AbortSignal,
): Promise<Applied> {
  await Promise.resolve(signal);
  throw new Error(`not built: ${store.folder} ${changeSet.after} ${commit}`);
}
