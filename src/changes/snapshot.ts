import type { Store } from './store.ts';

/** The working tree at one moment. */
export interface Snapshot {
  /** A tree of git. */
  tree: string;
  /** Files that could not be read, and are in the tree as they were before. */
  unread: string[];
}

/**
 * Takes the working tree as a tree of git: untracked files are in it; ignored ones (those that were
 * ignored at the first snapshot too), submodules and nested repositories are not. The first call is
 * for before the agent starts. Throws `GitError`.
 */
export async function takeSnapshot(store: Store, signal: AbortSignal): Promise<Snapshot> {
  await Promise.resolve(signal);
  throw new Error(`not built: ${store.folder}`);
}
