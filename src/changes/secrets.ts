import type { Redactor } from '../redact/redactor.ts';
import { readBlobs } from './blobs.ts';
import type { ChangeSet } from './change.ts';
import { type Difference, listDifferences } from './difference.ts';
import { toDisplay, toRecord } from './records.ts';
import type { Store } from './store.ts';

/** How often each secret stands in a text, by what it looks like there. */
type Counts = ReadonlyMap<string, number>;

/**
 * The paths of changes that add a secret, by content or by name; one that stood in the file before
 * as often does not count. Binary files are looked through too, and those in UTF-16; not what is
 * compressed. Takes time linear in the changed files. Throws `GitError`, also where an object is not
 * what its id says.
 */
export async function findSecrets(
  store: Store,
  changeSet: ChangeSet,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<string[]> {
  const differences = await listDifferences(store, changeSet, signal);
  const counts = await countAll(store, differences, redactor, signal);
  const previous = new Map(
    changeSet.changes.flatMap(({ path, previousPath }) =>
      previousPath === undefined ? [] : [[toRecord(path), toRecord(previousPath)]],
    ),
  );
  const byPath = new Map(differences.map((each) => [each.path, each]));
  return differences.flatMap(({ path, before, after }) => {
    if (after === undefined) return [];
    const from = before ?? byPath.get(previous.get(path) ?? '')?.before;
    const had = counts.get(from?.blob ?? '') ?? new Map<string, number>();
    const has = counts.get(after.blob) ?? new Map<string, number>();
    const isNewName = before === undefined && redactor.find(toDisplay(path)).ranges.length > 0;
    return isNewName || addsAny(had, has) ? [toDisplay(path)] : [];
  });
}

function addsAny(had: Counts, has: Counts): boolean {
  return [...has].some(([secret, times]) => times > (had.get(secret) ?? 0));
}

async function countAll(
  store: Store,
  differences: readonly Difference[],
  redactor: Redactor,
  signal: AbortSignal,
): Promise<Map<string, Counts>> {
  const blobs = differences.flatMap(({ before, after }) => [before, after]);
  const wanted = new Set(blobs.flatMap((entry) => entry?.blob ?? []));
  const counts = new Map<string, Counts>();
  await readBlobs(store, [...wanted], signal, (blob, content) =>
    counts.set(blob, countSecrets(content, redactor)),
  );
  return counts;
}

/** What is looked at in one go, and what of it again with the next: no secret is longer. */
const pieceBytes = 4 * 1024 * 1024;
const overlapBytes = 64 * 1024;

function countSecrets(content: Buffer, { find }: Redactor): Counts {
  const counts = new Map<string, number>();
  const step = pieceBytes - overlapBytes;
  for (let from = 0; from < content.length; from += step) {
    const isLast = from + pieceBytes >= content.length;
    const text = readText(content.subarray(from, from + pieceBytes));
    const end = isLast ? text.length : readText(content.subarray(from, from + step)).length;
    for (const range of find(text).ranges) {
      if (range.from >= end) continue;
      const secret = text.slice(range.from, range.to);
      counts.set(secret, (counts.get(secret) ?? 0) + 1);
    }
    if (isLast) break;
  }
  return counts;
}

/** With a NUL beside each letter it is UTF-16, which a secret must not hide in. */
function readText(bytes: Buffer): string {
  return bytes.toString('utf8').replaceAll('\0', '');
}
