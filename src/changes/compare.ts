import type { Change, ChangeSet, LeftOut } from './change.ts';
import {
  type Difference,
  type Entry,
  listDifferences,
  readLikeness,
  readSizes,
  type Likeness,
  type Trees,
} from './difference.ts';
import { findPointers } from './lfs.ts';
import { toDisplay, toText } from './records.ts';
import type { Store } from './store.ts';

/**
 * What differs between two trees of snapshots. What cannot be delivered whatever the settings say
 * (`name`, `lfs`) is in `leftOut` and no change, but still in `after`: `withoutLeftOut` takes it out.
 * Throws `GitError`.
 */
export async function compareTrees(
  store: Store,
  { before, after }: Trees,
  signal: AbortSignal,
): Promise<ChangeSet> {
  const trees = { before, after };
  const differences = await listDifferences(store, trees, signal);
  const blobs = differences.flatMap((each) => each.after?.blob ?? []);
  const [likeness, sizes] = await Promise.all([
    readLikeness(store, trees, signal),
    readSizes(store, blobs, signal),
  ]);
  const pointers = await findPointers(store, { differences, sizes }, signal);
  const found = toChanges(differences, likeness, sizes);
  const leftOut = found.flatMap((each) => leaveOut(each, pointers));
  const out = new Set(leftOut.map(({ path }) => path));
  const changes = found.map(({ change }) => change).filter(({ path }) => !out.has(path));
  return { before, after, base: store.base, changes: changes.toSorted(byPath), leftOut };
}

function byPath(one: Change, other: Change): number {
  return one.path < other.path ? -1 : 1;
}

/** A change, and its paths as records. */
interface Found {
  change: Change;
  path: string;
  from: string | undefined;
}

/** Both halves of a rename go. */
function leaveOut({ change, path, from }: Found, pointers: ReadonlySet<string>): LeftOut[] {
  const paths = [change.path, change.previousPath ?? []].flat();
  const isText = toText(path) !== undefined && (from === undefined || toText(from) !== undefined);
  if (!isText) return paths.map((each) => ({ path: each, why: 'name' }));
  return pointers.has(path) ? paths.map((each) => ({ path: each, why: 'lfs' })) : [];
}

/** A rename counts where both of its halves are among the differences. */
function toChanges(
  differences: readonly Difference[],
  { renames, lines }: Likeness,
  sizes: ReadonlyMap<string, number>,
): Found[] {
  const gone = new Set(differences.flatMap(({ path, after }) => (after === undefined ? path : [])));
  const added = differences.filter(({ before }) => before === undefined);
  const previous = new Map(
    added.flatMap(({ path }) => {
      const from = renames.get(path);
      return from !== undefined && gone.has(from) ? [[path, from]] : [];
    }),
  );
  const moved = new Set(previous.values());
  const rest = differences.filter(({ path }) => !moved.has(path));
  return rest.map((difference) => {
    const { path, after } = difference;
    const from = previous.get(path);
    const change: Change = {
      path: toDisplay(path),
      kind: from === undefined ? kindOf(difference) : 'renamed',
      ...(from === undefined ? {} : { previousPath: toDisplay(from) }),
      after: after === undefined ? undefined : toAfter(after, sizes),
      lines: lines.get(path),
    };
    return { change, path, from };
  });
}

function toAfter({ mode, blob }: Entry, sizes: ReadonlyMap<string, number>): Change['after'] {
  return { mode: modeOf(mode), blob, bytes: sizes.get(blob) ?? 0 };
}

function kindOf({ before, after }: Difference): Change['kind'] {
  if (after === undefined) return 'deleted';
  return before === undefined ? 'added' : 'modified';
}

function modeOf(mode: string): '100644' | '100755' | '120000' {
  return mode === '100755' || mode === '120000' ? mode : '100644';
}
