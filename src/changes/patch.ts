import { rm, stat, writeFile } from 'node:fs/promises';
import { readingLines, type Trees } from './difference.ts';
import type { Store } from './store.ts';

/**
 * Writes what differs between two trees as a patch, whatever its size; resolves to its bytes.
 * `git apply` makes the one out of the other to the byte. Throws `GitError`.
 */
export async function writePatch(
  { git }: Store,
  { before, after }: Trees,
  path: string,
  signal: AbortSignal,
): Promise<number> {
  const { args, settings } = readingLines;
  // Prefixes as `git apply` expects them, and renames by content only: it finds the old file then.
  const how = [
    '-r',
    '-p',
    '--binary',
    '--full-index',
    '-M100%',
    '--src-prefix=a/',
    '--dst-prefix=b/',
  ];
  const asked = ['diff-tree', ...how, ...args, `--output=${path}`, before, after];
  // A new file of ours, whatever the agent has put there, a link for one.
  await rm(path, { force: true });
  await writeFile(path, '', { mode: 0o600, flag: 'wx' });
  await git(asked, signal, { settings });
  return (await stat(path)).size;
}

/**
 * The command that applies a patch, quoted for a shell. The names in it are escaped by git.
 * https://git-scm.com/docs/git-apply#Documentation/git-apply.txt---3way
 */
export function applyCommand(path: string): string {
  const quoted = /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
  return `git apply --3way ${quoted}`;
}
