import { lstat, mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { copyIndex } from '../../git/index-file.ts';
import { type Repository, endOf, runGit, startGit } from './git.ts';
import type { Snapshot } from './lay-out.ts';
import { Refused } from './read-tar.ts';

/** A repository, its working tree, and a folder for what is needed in between. */
export interface PatchOptions {
  repository: Repository & { workTree: string };
  snapshot: Pick<Snapshot, 'plainTree'>;
  /** It exists, and is empty. */
  folder: string;
  /** Of what changed, and of the patch. */
  maxBytes: number;
  signal: AbortSignal;
}

/**
 * Writes the difference between a snapshot and its working tree to a file, as `git apply` takes it:
 * binary files too, renames as what goes and what comes, ignored files and other repositories left
 * out. Nothing of the working tree is run: repository, index and configuration are ours, and the
 * agent's own, whatever it did to them, are not read. Throws `Refused` past `maxBytes`.
 */
export async function writePatch(options: PatchOptions): Promise<{ path: string; bytes: number }> {
  const { repository, snapshot, folder, maxBytes, signal } = options;
  const { git, workTree } = repository;
  // A folder, and no link that it was replaced by.
  if (!(await lstat(workTree)).isDirectory()) throw new Error('the workspace is no folder');
  const [index, objects] = [join(folder, 'index'), join(folder, 'objects')];
  await mkdir(objects);
  await copyIndex(join(git, 'index'), index);
  const own = { ...repository, index, objects };
  await refuseLarge(own, maxBytes, signal);
  // 1: something cannot be read, or is a repository without a commit: it is left out.
  const add = ['add', '--all', '--ignore-errors', '--', '.'];
  await runGit(own, add, { signal, codes: [1] });
  await leaveOutRepositories(own, snapshot.plainTree, signal);
  const path = join(folder, 'patch');
  await writeDiff(own, snapshot.plainTree, { path, maxBytes }, signal);
  return { path, bytes: (await stat(path)).size };
}

/** Before anything is read: a log of gigabytes that nobody ignores. */
async function refuseLarge(
  repository: Repository & { workTree: string },
  maxBytes: number,
  signal: AbortSignal,
): Promise<void> {
  const list = ['ls-files', '-z', '--others', '--modified', '--exclude-standard'];
  const printed = await runGit(repository, list, { signal });
  let sum = 0;
  for (const name of printed.split('\0')) {
    if (name === '' || name.endsWith('/')) continue;
    const path = Buffer.concat([
      Buffer.from(`${repository.workTree}/`),
      Buffer.from(name, 'latin1'),
    ]);
    sum += await lstat(path).then(
      ({ size }) => size,
      () => 0,
    );
    if (sum > maxBytes) throw new Refused(`The changes are larger than ${maxBytes} bytes.`, 413);
  }
}

/** A folder that is a repository of its own would be in the patch as the name of a commit. */
async function leaveOutRepositories(
  repository: Repository,
  tree: string,
  signal: AbortSignal,
): Promise<void> {
  const how = ['--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none'];
  const fields = (await runGit(repository, ['diff-index', ...how, tree], { signal })).split('\0');
  let inner = '';
  for (let at = 0; at + 1 < fields.length; at += 2)
    if (fields[at]?.split(' ')[1] === '160000') inner += `${fields[at + 1]}\0`;
  if (inner === '') return;
  const drop = ['update-index', '--force-remove', '-z', '--stdin'];
  await runGit(repository, drop, { signal, input: inner });
}

const asPatch = [
  '--cached',
  '--patch',
  '--binary',
  '--full-index',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];

async function writeDiff(
  repository: Repository,
  tree: string,
  { path, maxBytes }: { path: string; maxBytes: number },
  signal: AbortSignal,
): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  const stop = new AbortController();
  const child = startGit(
    repository,
    ['diff-index', ...asPatch, tree, '--'],
    AbortSignal.any([signal, stop.signal]),
  );
  const ended = endOf(child);
  child.stdin?.end();
  child.stderr?.resume();
  // From here on without a pause: Node throws away what nobody reads when a process ends.
  let bytes = 0;
  try {
    for await (const piece of child.stdout ?? []) {
      bytes += (piece as Buffer).length;
      if (bytes > maxBytes) throw new Refused(`The patch is larger than ${maxBytes} bytes.`, 413);
      await file.appendFile(piece as Buffer);
    }
  } catch (error) {
    stop.abort();
    throw error;
  }
  if ((await ended) !== 0) throw new Error('git diff-index failed');
}
