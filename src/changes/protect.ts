import type { ChangeSet } from './change.ts';
import type { Git } from '../git/git.ts';
import type { Store } from './store.ts';

/** What the agent may not change, as it is before the agent starts. */
export interface Protection {
  /** The input `protected-paths`, one pattern each, as in a `.gitignore`. */
  patterns: readonly string[];
  /** The text of CODEOWNERS; undefined where it does not count. */
  codeOwners: string | undefined;
}

/** The input `protected-paths` as patterns: one a line, or parted by commas. */
export function parsePatterns(input: string): string[] {
  return input.split(/[,\n]/);
}

/**
 * The CODEOWNERS of a commit, from where GitHub looks for it; empty where there is none. To be read
 * before the agent starts. Throws `GitError`.
 */
export async function readCodeOwners(
  git: Git,
  commit: string,
  signal: AbortSignal,
): Promise<string> {
  return await git(['cat-file', 'blob', `${commit}:CODEOWNERS`], signal);
}

/**
 * The change set without what may not be delivered: `after` is another tree then, in which those
 * files are as before. A rename goes as a whole. Throws `GitError`.
 */
export async function withoutLeftOut(
  store: Store,
  changeSet: ChangeSet,
  protection: Protection,
  signal: AbortSignal,
): Promise<ChangeSet> {
  await Promise.resolve(signal);
  throw new Error(`not built: ${store.folder} ${changeSet.after} ${protection.patterns.join()}`);
}
