import type { Change, ChangeSet, LeftOut } from './change.ts';
import { compareTrees } from './compare.ts';
import { type Difference, listDifferences } from './difference.ts';
import { matchOwners, ownersPlaces } from './owners.ts';
import { matchIgnoring, type Matcher } from './patterns.ts';
import { toInput, toRecord, toText } from './records.ts';
import type { Store } from './store.ts';

/** What the agent may not change, as it is before the agent starts. */
export interface Protection {
  /** The input `protected-paths`: patterns as in a `.gitignore`; the last that means a path counts. */
  patterns: readonly string[];
  /** The text of CODEOWNERS; undefined where it does not count. */
  codeOwners: string | undefined;
}

/** Why a path may not be changed; undefined where it may. */
export type Judge = (path: string) => LeftOut['why'] | undefined;

/** The input `protected-paths` as patterns: one a line, or parted by commas; `#` begins a comment. */
export function parsePatterns(input: string): string[] {
  return input
    .split(/[,\n]/)
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '' && !pattern.startsWith('#'));
}

/** Says of a path what protects it. CODEOWNERS itself is protected where it counts. */
export function judge({ patterns, codeOwners }: Protection): Judge {
  const rules = patterns.map((pattern) => {
    const isNegated = pattern.startsWith('!');
    return { isNegated, matches: matchIgnoring(isNegated ? pattern.slice(1) : pattern) };
  });
  const isOwned: Matcher = codeOwners === undefined ? () => false : matchOwners(codeOwners);
  const own =
    codeOwners === undefined ? [] : ownersPlaces.map((place) => matchIgnoring(`/${place}`));
  return (path) => {
    const rule = rules.findLast(({ matches }) => matches(path));
    if (rule?.isNegated === false) return 'protected';
    return isOwned(path) || own.some((matches) => matches(path)) ? 'code-owners' : undefined;
  };
}

/**
 * The change set without what may not be delivered: `after` is another tree then, in which those
 * files are as before. A rename goes as a whole, and so does what stands in the way of a file that
 * is put back. Throws `GitError`.
 */
export async function withoutLeftOut(
  store: Store,
  changeSet: ChangeSet,
  protection: Protection,
  signal: AbortSignal,
): Promise<ChangeSet> {
  const differences = await listDifferences(store, changeSet, signal);
  const why = findLeftOut(differences, changeSet, judge(protection));
  if (why.size === 0) return changeSet;
  const restored = differences.filter(({ path }) => why.has(path));
  const after = await restore(store, changeSet.after, restored, signal);
  const rest = await compareTrees(store, { before: changeSet.before, after }, signal);
  const leftOut = [...changeSet.leftOut, ...named(why, changeSet.leftOut)];
  return { ...rest, leftOut: leftOut.toSorted((one, other) => (one.path < other.path ? -1 : 1)) };
}

/** What is in the list already is not in it again. */
function named(why: ReadonlyMap<string, LeftOut['why']>, known: readonly LeftOut[]): LeftOut[] {
  const names = new Set(known.map(({ path }) => path));
  return [...why].flatMap(([record, reason]) => {
    const path = toText(record);
    return path === undefined || names.has(path) ? [] : [{ path, why: reason }];
  });
}

/** By path, as records. */
function findLeftOut(
  differences: readonly Difference[],
  { changes, leftOut }: ChangeSet,
  judgeOf: Judge,
): Map<string, LeftOut['why']> {
  const known = new Map(leftOut.map((each) => [toRecord(each.path), each.why]));
  const why = new Map<string, LeftOut['why']>();
  for (const { path } of differences) {
    const name = toText(path);
    const reason = name === undefined ? 'name' : (known.get(path) ?? judgeOf(name));
    if (reason !== undefined) why.set(path, reason);
  }
  const halves = halvesOf(changes);
  for (;;) {
    const blocked = findBlocked(differences, why);
    const size = why.size;
    for (const { path } of differences) {
      const reason = blocked.get(path) ?? why.get(halves.get(path) ?? '');
      if (reason !== undefined && !why.has(path)) why.set(path, reason);
    }
    if (why.size === size) return why;
  }
}

/** The other half of each half of a rename. */
function halvesOf(changes: readonly Change[]): Map<string, string> {
  return new Map(
    changes.flatMap(({ path, previousPath }) => {
      if (previousPath === undefined) return [];
      const [to, from] = [toRecord(path), toRecord(previousPath)];
      return [
        [to, from],
        [from, to],
      ] as const;
    }),
  );
}

/** New files that stand where a file is put back, above or below it: a link in place of a folder. */
function findBlocked(
  differences: readonly Difference[],
  why: ReadonlyMap<string, LeftOut['why']>,
): Map<string, LeftOut['why']> {
  const back = new Map<string, LeftOut['why']>();
  const above = new Map<string, LeftOut['why']>();
  for (const { path, before } of differences) {
    const reason = why.get(path);
    if (reason === undefined || before === undefined) continue;
    back.set(path, reason);
    for (const folder of foldersOf(path)) above.set(folder, reason);
  }
  const blocked = new Map<string, LeftOut['why']>();
  for (const { path, after } of differences) {
    if (after === undefined) continue;
    const under = foldersOf(path).find((folder) => back.has(folder));
    const reason = above.get(path) ?? (under === undefined ? undefined : back.get(under));
    if (reason !== undefined) blocked.set(path, reason);
  }
  return blocked;
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

/** https://git-scm.com/docs/git-update-index#_using_index_info */
async function restore(
  { folder, alone }: Store,
  tree: string,
  differences: readonly Difference[],
  signal: AbortSignal,
): Promise<string> {
  const env = { GIT_INDEX_FILE: `${folder}/index.restored` };
  await alone(['read-tree', tree], signal, { env });
  const gone = differences.map(({ path }) => `0 ${'0'.repeat(40)}\t${path}`);
  const back = differences.flatMap(({ path, before }) =>
    before === undefined ? [] : [`${before.mode} ${before.blob}\t${path}`],
  );
  const input = toInput([...gone, ...back]);
  await alone(['update-index', '-z', '--index-info'], signal, { env, input });
  return (await alone(['write-tree', '--missing-ok'], signal, { env })).trim();
}
