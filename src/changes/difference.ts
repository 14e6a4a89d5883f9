import { GitError } from '../git/git.ts';
import { readRecords } from './records.ts';
import type { Store } from './store.ts';

/** How a path differs between two trees; the path as `readRecords` has it. */
export interface Difference {
  path: string;
  before: Entry | undefined;
  after: Entry | undefined;
}

/** What a tree has at a path. */
export interface Entry {
  mode: string;
  blob: string;
}

/** A pair of trees of snapshots. */
export interface Trees {
  before: string;
  after: string;
  /** Files that `after` has as they were before, for they could not be read; as they are shown. */
  unread?: readonly string[];
}

/** Of a `Difference` with a rename taken for what it looks like. */
export interface Likeness {
  /** Where a renamed file was before, by where it is. */
  renames: Map<string, string>;
  /** Lines added and removed, by path; none for a binary file. */
  lines: Map<string, { added: number; removed: number }>;
}

/**
 * Renames of files that changed are sought among so many files, for each is compared with each.
 * Renames of files that did not change are always found.
 */
const renameLimit = 200;

/** A larger file counts as binary: telling its lines apart would take long, and nobody reads them. */
const linesBytes = 4 * 1024 * 1024;

/** Files of each side are read, so neither names a command of the configuration (`diff.*`). */
const plainly = ['--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=none'];

/** For all that reads lines. */
export const readingLines = {
  args: plainly,
  settings: [['core.bigFileThreshold', String(linesBytes)]] as const,
};

/** Every path that differs, in git's order: from our own objects, so that none is hidden. */
export async function listDifferences(
  { alone }: Store,
  trees: Trees,
  signal: AbortSignal,
): Promise<Difference[]> {
  return await diffTrees(alone, trees, signal);
}

/** As `listDifferences`, by a git that may have to read the checkout's own objects. */
export async function diffTrees(
  git: Store['git'],
  { before, after }: Trees,
  signal: AbortSignal,
): Promise<Difference[]> {
  const asked = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', before, after];
  const records = await readRecords(git, asked, signal);
  const found: Difference[] = [];
  for (let at = 0; at + 1 < records.length; at += 2) {
    const fields = (records[at] ?? '').slice(1).split(' ');
    const [oldMode = '', newMode = '', oldBlob = '', newBlob = ''] = fields;
    const entry = (mode: string, blob: string): Entry | undefined =>
      mode === '000000' ? undefined : { mode, blob };
    found.push({
      path: records[at + 1] ?? '',
      before: entry(oldMode, oldBlob),
      after: entry(newMode, newBlob),
    });
  }
  return found;
}

/** What the differences look like to a person. */
export async function readLikeness(
  { git }: Store,
  { before, after }: Trees,
  signal: AbortSignal,
): Promise<Likeness> {
  const { args, settings } = readingLines;
  const asked = ['diff-tree', '-r', '-z', '-M', `-l${renameLimit}`, '--numstat', ...args];
  const records = await readRecords(git, [...asked, before, after], signal, { settings });
  const likeness: Likeness = { renames: new Map(), lines: new Map() };
  for (let at = 0; at < records.length; at += 1) {
    const [added = '', removed = '', ...rest] = (records[at] ?? '').split('\t');
    let path = rest.join('\t');
    if (path === '') {
      const from = records[at + 1] ?? '';
      path = records[at + 2] ?? '';
      likeness.renames.set(path, from);
      at += 2;
    }
    if (added === '-') continue;
    likeness.lines.set(path, { added: Number(added), removed: Number(removed) });
  }
  return likeness;
}

/** The sizes of blobs in bytes. Throws a `GitError` for one that is not there. */
export async function readSizes(
  { git }: Store,
  blobs: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  if (blobs.length === 0) return new Map();
  const pieces: Buffer[] = [];
  await git(['cat-file', '--batch-check=%(objectname) %(objectsize)', '--buffer'], signal, {
    input: blobs.map((blob) => `${blob}\n`).join(''),
    onOutput: (piece) => pieces.push(piece),
  });
  const lines = Buffer.concat(pieces).toString('latin1').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const [blob = '', size = ''] = line.split(' ');
      if (!/^\d+$/.test(size)) throw new GitError(`object ${blob} is ${size}`, undefined);
      return [blob, Number(size)];
    }),
  );
}
