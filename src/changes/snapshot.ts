import { access, constants, lstat } from 'node:fs/promises';
import { sep } from 'node:path';
import { snapshotBytes, snapshotFileBytes, snapshotMs } from '../limits.ts';
import { GitError } from '../git/git.ts';
import { readIgnored } from './ignored.ts';
import { readRecords, toDisplay, toInput } from './records.ts';
import type { Store } from './store.ts';
import { refuseTraps } from './traps.ts';

/** The working tree at one moment. */
export interface Snapshot {
  /** A tree of git. */
  tree: string;
  /** Files that cannot be read or are larger than `snapshotFileBytes`: in the tree as they were before. */
  unread: string[];
}

/**
 * Takes the working tree as a tree of git: untracked files are in it; ignored ones (those that were
 * ignored at the first snapshot too), submodules and nested repositories are not. The first call is
 * for before the agent starts. A named pipe, socket or device counts as nothing. Takes `snapshotMs`
 * at most. Throws `GitError`, also where more than `snapshotBytes` would have to be copied.
 */
export async function takeSnapshot(store: Store, signal: AbortSignal): Promise<Snapshot> {
  const deadline = AbortSignal.timeout(snapshotMs);
  try {
    return await take(store, AbortSignal.any([signal, deadline]));
  } catch (thrown) {
    signal.throwIfAborted();
    if (!deadline.aborted) throw thrown;
    throw new GitError(
      `reading the working tree took longer than ${snapshotMs / 1000} s`,
      undefined,
    );
  }
}

async function take(store: Store, signal: AbortSignal): Promise<Snapshot> {
  const { git, alone } = store;
  await refuseTraps(store);
  await clearFlags(store, signal);
  await refresh(store, signal);
  const untracked = await listUntracked(store, signal);
  const found = await sort(store, [...(await listChanged(store, signal)), ...untracked]);
  // First what goes: a folder may stand where a file was.
  const update = async (how: readonly string[], paths: readonly string[]): Promise<void> => {
    if (paths.length === 0) return;
    const input = toInput(paths);
    await git(['update-index', '-z', ...how, '--stdin'], signal, { input });
  };
  await update(['--force-remove'], found.gone);
  await update(['--add', '--replace'], found.there);
  const tree = (await alone(['write-tree', '--missing-ok'], signal)).trim();
  return { tree, unread: found.unread.map(toDisplay) };
}

/**
 * Has git look at each file: none is taken for unchanged, or for not checked out though it is there.
 * https://git-scm.com/docs/git-update-index#_using_assume_unchanged_bit
 */
async function clearFlags(store: Store, signal: AbortSignal): Promise<void> {
  const { git } = store;
  const entries = (await readRecords(git, ['ls-files', '-z', '-v'], signal)).map((record) => ({
    tag: record.slice(0, 1),
    path: record.slice(2),
  }));
  const clear = async (flag: string, paths: readonly string[]): Promise<void> => {
    if (paths.length === 0) return;
    await git(['update-index', '-z', flag, '--stdin'], signal, { input: toInput(paths) });
  };
  const assumed = entries.filter(({ tag }) => tag !== tag.toUpperCase());
  await clear(
    '--no-assume-unchanged',
    assumed.map(({ path }) => path),
  );
  const present: string[] = [];
  for (const { tag, path } of entries)
    if (tag.toUpperCase() === 'S' && (await bytesOf(store, path)) !== undefined) present.push(path);
  await clear('--no-skip-worktree', present);
}

/** Says 1 where a file has changed. */
async function refresh({ git }: Store, signal: AbortSignal): Promise<void> {
  try {
    await git(['update-index', '-q', '--refresh', '--ignore-submodules'], signal);
  } catch (thrown) {
    if (!(thrown instanceof GitError) || thrown.exitCode !== 1) throw thrown;
  }
}

interface Found {
  path: string;
  isGone: boolean;
}

/** https://git-scm.com/docs/git-diff-files#_raw_output_format */
async function listChanged({ git }: Store, signal: AbortSignal): Promise<Found[]> {
  const asked = ['diff-files', '-z', '--raw', '--no-renames', '--ignore-submodules=all'];
  const records = await readRecords(git, asked, signal);
  const found: Found[] = [];
  for (let at = 0; at + 1 < records.length; at += 2) {
    found.push({ path: records[at + 1] ?? '', isGone: records[at]?.endsWith(' D') === true });
  }
  return found;
}

/** A nested repository is listed as a folder, and nothing that is in it. */
async function listUntracked(store: Store, signal: AbortSignal): Promise<Found[]> {
  const asked = ['ls-files', '-z', '--others', '--exclude-standard'];
  const isIgnored = await readIgnored(store, signal);
  const paths = await readRecords(store.git, asked, signal);
  return paths.filter((path) => !isIgnored(path)).map((path) => ({ path, isGone: false }));
}

async function sort(
  store: Store,
  found: readonly Found[],
): Promise<{ gone: string[]; there: string[]; unread: string[] }> {
  const sorted = { gone: [] as string[], there: [] as string[], unread: [] as string[] };
  let sum = 0;
  for (const { path, isGone } of found) {
    const bytes = isGone ? undefined : await bytesOf(store, path);
    if (bytes === undefined) sorted.gone.push(path);
    else if (bytes > snapshotFileBytes) sorted.unread.push(path);
    else {
      sorted.there.push(path);
      sum += bytes;
    }
  }
  if (sum <= snapshotBytes) return sorted;
  const most = `${snapshotBytes / 1024 ** 2} MiB`;
  throw new GitError(`the files that are new or changed have more than ${most}`, undefined);
}

/** Of what git could store: a file, endless where it cannot be read, or a link. */
async function bytesOf({ workspace }: Store, path: string): Promise<number | undefined> {
  const place = Buffer.concat([Buffer.from(workspace + sep), Buffer.from(path, 'latin1')]);
  const stats = await lstat(place).catch(() => undefined);
  if (stats?.isSymbolicLink() === true) return 0;
  if (stats?.isFile() !== true) return undefined;
  return await access(place, constants.R_OK).then(
    () => stats.size,
    () => Number.POSITIVE_INFINITY,
  );
}
