import { GitError, type Git } from '../git/git.ts';
import { gitOutputChars, treeRequestBytes, treeRequestFiles } from '../limits.ts';

/** A file as a tree has it. */
export interface Entry {
  path: string;
  mode: string;
  /** Undefined where the file is deleted. */
  blob: string | undefined;
}

/** What makes one tree of another. */
export interface Difference {
  entries: Entry[];
  /** Blobs that the first tree has at these paths, so that GitHub has them. */
  known: ReadonlySet<string>;
}

/** What makes `to` of `from`, both in git's object database. Throws `GitError`. */
export async function diffTrees(
  git: Git,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<Difference> {
  const printed = await git(
    ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to],
    signal,
  );
  if (printed.length >= gitOutputChars) throw new GitError('too many files differ', undefined);
  return readDifference(printed);
}

/** Reads what `git diff-tree -r -z --raw` prints. */
export function readDifference(printed: string): Difference {
  const fields = printed.split('\0');
  const entries: Entry[] = [];
  const known = new Set<string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [before = '', mode = '', old = '', blob = ''] = (fields[at] ?? '').slice(1).split(' ');
    const path = fields[at + 1] ?? '';
    if (before !== gone) known.add(old);
    entries.push(mode === gone ? { path, mode: before, blob: undefined } : { path, mode, blob });
  }
  return { entries, known };
}

/** The mode of what is not there. */
const gone = '000000';

const files = new Set(['100644', '100755', '120000']);

/** What of a difference GitHub's API cannot be told, as half a sentence; undefined: nothing. */
export function findUnfit(entries: readonly Entry[]): string | undefined {
  // JSON holds no bytes that are not UTF-8: git's output was read with replacement characters.
  if (entries.some(({ path }) => path.includes('\ufffd')))
    return 'a file has a name that is not UTF-8';
  if (entries.some(({ mode }) => !files.has(mode))) return 'a submodule is changed';
  return undefined;
}

/** The workflow files among the changed ones. */
export function workflowsOf(entries: readonly Entry[]): string[] {
  return entries.map(({ path }) => path).filter((path) => /^\.github\/workflows\//i.test(path));
}

/** An entry as GitHub takes it, and how much of a request it is. */
export interface Piece<Item> {
  item: Item;
  isDeletion: boolean;
  path: string;
  bytes: number;
}

/**
 * Cuts a tree into requests of bounded size, each upon the one before. Where a folder takes a file's
 * place or the other way round, what goes is sent first: GitHub does not say what it does with both
 * in one request.
 */
export function batchesOf<Item>(pieces: readonly Piece<Item>[]): Item[][] {
  const going = pieces.filter(({ isDeletion }) => isDeletion);
  const parts = collides(pieces)
    ? [going, pieces.filter((piece) => !going.includes(piece))]
    : [pieces];
  return parts.flatMap(cutUp);
}

function cutUp<Item>(pieces: readonly Piece<Item>[]): Item[][] {
  const batches: Item[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    const last = batches.at(-1);
    if (
      last === undefined ||
      last.length >= treeRequestFiles ||
      bytes + piece.bytes > treeRequestBytes
    ) {
      batches.push([piece.item]);
      bytes = piece.bytes;
    } else {
      last.push(piece.item);
      bytes += piece.bytes;
    }
  }
  return batches;
}

function collides<Item>(pieces: readonly Piece<Item>[]): boolean {
  const [going, coming] = [true, false].map(
    (is) => new Set(pieces.filter(({ isDeletion }) => isDeletion === is).map(({ path }) => path)),
  );
  const isUnder = (path: string, others: Set<string> | undefined): boolean =>
    foldersOf(path).some((folder) => others?.has(folder) === true);
  return (
    [...(coming ?? [])].some((path) => isUnder(path, going)) ||
    [...(going ?? [])].some((path) => isUnder(path, coming))
  );
}

function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}
