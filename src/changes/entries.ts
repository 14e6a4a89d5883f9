import type { Git } from '../git/git.ts';
import { treeRequestBytes, treeRequestFiles } from '../limits/changes.ts';
import { diffTrees } from './difference.ts';
import { toText } from './records.ts';

/** A file as a tree has it. */
export interface Entry {
  /** Undefined where it is no UTF-8. */
  path: string | undefined;
  mode: string;
  /** Undefined where the file is deleted. */
  blob: string | undefined;
}

/** What makes one tree of another. */
export interface Steps {
  entries: Entry[];
  /** Blobs that the first tree has at these paths, so that GitHub has them. */
  known: ReadonlySet<string>;
}

/** What makes `after` of `before`, both in git's object database. Throws `GitError`. */
export async function readSteps(
  git: Git,
  trees: { before: string; after: string },
  signal: AbortSignal,
): Promise<Steps> {
  const differences = await diffTrees(git, trees, signal);
  return {
    entries: differences.map(({ path, before, after }) => ({
      path: toText(path),
      mode: after?.mode ?? before?.mode ?? '',
      blob: after?.blob,
    })),
    known: new Set(differences.flatMap(({ before }) => before?.blob ?? [])),
  };
}

const files = new Set(['100644', '100755', '120000']);

/** What of a difference GitHub's API cannot be told, as half a sentence; undefined: nothing. */
export function findUnfit(entries: readonly Entry[]): string | undefined {
  if (entries.some(({ path }) => path === undefined)) return 'a file has a name that is not UTF-8';
  if (entries.some(({ mode }) => !files.has(mode))) return 'a submodule is changed';
  return undefined;
}

/** The workflow files among the changed ones. */
export function workflowsOf(entries: readonly Entry[]): string[] {
  const paths = entries.map(({ path = '' }) => path);
  return paths.filter((path) => /^\.github\/workflows\//i.test(path));
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
