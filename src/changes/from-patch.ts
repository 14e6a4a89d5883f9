import { patchBytes, snapshotMs } from '../limits/changes.ts';
import { GitError } from '../git/git.ts';
import { listDifferences, type Trees } from './difference.ts';
import { readPatchSize } from './patch-size.ts';
import { toDisplay } from './records.ts';
import type { Store } from './store.ts';

/**
 * The tree that a server's patch makes of another one (or of a commit), and that one as a tree of
 * ours, for `compareTrees`; neither the workspace nor its index is touched. A patch is a stranger's: git itself refuses paths out of the repository, through links and
 * in `.git`, and we refuse submodules, and what is or becomes larger than `patchBytes`. Throws `GitError`.
 */
export async function applyPatch(
  store: Store,
  start: string,
  patch: Uint8Array,
  signal: AbortSignal,
): Promise<Trees> {
  const { git, alone, folder } = store;
  const bytes = readPatchSize(patch);
  if (bytes > patchBytes) throw refusal(`it makes more than ${patchBytes / 1024 ** 2} MiB`);
  const until = AbortSignal.any([signal, AbortSignal.timeout(snapshotMs)]);
  const env = { GIT_INDEX_FILE: `${folder}/index.patched` };
  const writeTree = async (): Promise<string> =>
    (await alone(['write-tree', '--missing-ok'], until, { env })).trim();
  await git(['read-tree', start], until, { env });
  // The trees of a commit become our own, as those of a snapshot are.
  const before = await writeTree();
  if (patch.some((byte) => byte > 0x20)) {
    const asked = ['apply', '--cached', '--whitespace=nowarn', '-'];
    await git(asked, until, { env, input: patch });
  }
  const after = await writeTree();
  for (const { path, after: entry } of await listDifferences(store, { before, after }, until)) {
    if (entry === undefined || /^(100644|100755|120000)$/.test(entry.mode)) continue;
    throw refusal(`\`${toDisplay(path)}\` is neither a file nor a link`);
  }
  return { before, after };
}

function refusal(why: string): GitError {
  return new GitError(`the server's patch is refused: ${why}`, undefined);
}
