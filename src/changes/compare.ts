import type { ChangeSet } from './change.ts';
import type { Store } from './store.ts';

/**
 * What differs between two trees of snapshots. What cannot be delivered whatever the settings say
 * (`name`, `lfs`) is in `leftOut`, but still in `after`: `withoutLeftOut` takes it out. Throws `GitError`.
 */
export async function compareTrees(
  store: Store,
  trees: { before: string; after: string },
  signal: AbortSignal,
): Promise<ChangeSet> {
  await Promise.resolve(signal);
  throw new Error(`not built: ${store.folder} ${trees.after}`);
}
