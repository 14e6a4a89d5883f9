import type { Store } from './store.ts';

/**
 * Writes what differs between two trees as a patch, whatever its size; resolves to its bytes.
 * `git apply` makes the one out of the other to the byte. Throws `GitError`.
 */
export async function writePatch(
  store: Store,
  trees: { before: string; after: string },
  path: string,
  signal: AbortSignal,
): Promise<number> {
  await Promise.resolve(signal);
  throw new Error(`not built: ${store.folder} ${trees.after} ${path}`);
}

/** The command that applies a patch, quoted for a shell. */
export function applyCommand(path: string): string {
  return `git apply --3way ${path}`;
}
