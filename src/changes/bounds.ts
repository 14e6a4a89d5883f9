import type { Change } from './change.ts';

/** What may be pushed: the inputs `max-changed-files` and `max-changed-bytes`. */
export interface Bounds {
  files: number;
  /** Sum of the sizes of all files that are not deleted. */
  bytes: number;
}

/** Why the changes are too many to be pushed, as half a sentence; undefined where they are not. */
export function findExcess(changes: readonly Change[], bounds: Bounds): string | undefined {
  return changes.length > bounds.files ? 'too many' : undefined;
}
