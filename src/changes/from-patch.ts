import type { Store } from './store.ts';

/**
 * The tree that a server's patch makes of another one. What a patch of an agent's work cannot hold
 * (paths out of the repository or in `.git`, submodules, too large files) is refused. Throws `GitError`.
 */
export async function applyPatch(
  store: Store,
  before: string,
  patch: Uint8Array,
  signal: AbortSignal,
): Promise<string> {
  await Promise.resolve(signal);
  throw new Error(`not built: ${store.folder} ${before} ${patch.length}`);
}
