import { GitError } from '../git/git.ts';
import type { ChangeSet } from './change.ts';
import { diffTrees } from './difference.ts';
import { toDisplay, toRecord } from './records.ts';
import type { Store } from './store.ts';

/** The tree with the changes, or the paths that conflict. */
export type Applied = { tree: string } | { conflicts: string[] };

/**
 * Merges the changes onto a commit whose objects the checkout has. Only paths of the change set
 * differ from the commit then: whatever else would, for the commit has moved a file that the agent
 * changed, is a conflict, so that nothing comes to a protected path by a merge. Throws `GitError`.
 */
export async function applyOnto(
  store: Store,
  changeSet: ChangeSet,
  commit: string,
  signal: AbortSignal,
): Promise<Applied> {
  const { git } = store;
  const head = (await git(['rev-parse', '--verify', `${commit}^{tree}`], signal)).trim();
  if (head === changeSet.before) return { tree: changeSet.after };
  const commitOf = async (tree: string, ...parents: string[]): Promise<string> => {
    const args = ['commit-tree', tree, '-m', 'Merged', ...parents.flatMap((id) => ['-p', id])];
    return (await git(args, signal, { env: author })).trim();
  };
  const base = await commitOf(changeSet.before);
  const merged = await mergeTrees(
    store,
    [await commitOf(head, base), await commitOf(changeSet.after, base)],
    signal,
  );
  if ('conflicts' in merged) return merged;
  const own = new Set(
    changeSet.changes.flatMap(({ path, previousPath }) =>
      [path, previousPath ?? path].map(toRecord),
    ),
  );
  const differences = await diffTrees(git, { before: head, after: merged.tree }, signal);
  const foreign = differences.map(({ path }) => path).filter((path) => !own.has(path));
  return foreign.length === 0 ? merged : { conflicts: foreign.map(toDisplay) };
}

/** Neither a name nor a time of anybody: these commits go nowhere. */
const author = {
  GIT_AUTHOR_NAME: 'Mention Loop',
  GIT_AUTHOR_EMAIL: 'mention-loop@localhost',
  GIT_AUTHOR_DATE: '@0 +0000',
  GIT_COMMITTER_NAME: 'Mention Loop',
  GIT_COMMITTER_EMAIL: 'mention-loop@localhost',
  GIT_COMMITTER_DATE: '@0 +0000',
};

/** Exit code 1: there are conflicts. https://git-scm.com/docs/git-merge-tree#OUTPUT */
async function mergeTrees(
  { git }: Store,
  commits: readonly [string, string],
  signal: AbortSignal,
): Promise<Applied> {
  const asked = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ...commits];
  const settings = [['merge.directoryRenames', 'false']] as const;
  const pieces: Buffer[] = [];
  const onOutput = (piece: Buffer): void => void pieces.push(piece);
  const toRecords = (): string[] => Buffer.concat(pieces).toString('latin1').split('\0');
  try {
    await git(asked, signal, { settings, onOutput });
    return { tree: toRecords()[0]?.trim() ?? '' };
  } catch (thrown) {
    if (!(thrown instanceof GitError) || thrown.exitCode !== 1) throw thrown;
    const conflicts = toRecords()
      .slice(1)
      .filter((path) => path !== '');
    return { conflicts: [...new Set(conflicts)].map(toDisplay) };
  }
}
