import type { Difference } from './difference.ts';
import { readBlobs } from './blobs.ts';
import type { Store } from './store.ts';

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer */
const pointerBytes = 1024;
const pointerStart = 'version https://git-lfs.github.com/spec/v1\n';

/**
 * The paths of new pointers of Git LFS: what they stand for is on this machine alone, and a commit
 * with one would be a file that nobody can read.
 */
export async function findPointers(
  store: Store,
  at: { differences: readonly Difference[]; sizes: ReadonlyMap<string, number> },
  signal: AbortSignal,
): Promise<Set<string>> {
  const known = new Set(at.differences.flatMap(({ before }) => before?.blob ?? []));
  const small = at.differences.flatMap(({ path, after }) => {
    if (after === undefined || known.has(after.blob)) return [];
    const bytes = at.sizes.get(after.blob) ?? 0;
    return bytes > pointerStart.length && bytes < pointerBytes ? [{ path, blob: after.blob }] : [];
  });
  const pointers = new Set<string>();
  const blobs = [...new Set(small.map(({ blob }) => blob))];
  await readBlobs(store, blobs, signal, (blob, content) => {
    if (content.toString('latin1').startsWith(pointerStart)) pointers.add(blob);
  });
  return new Set(small.flatMap(({ path, blob }) => (pointers.has(blob) ? path : [])));
}
