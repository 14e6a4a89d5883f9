import type { Change } from './change.ts';

/** What may be pushed: the inputs `max-changed-files` and `max-changed-bytes`. */
export interface Bounds {
  files: number;
  /** Sum of the sizes of all changed files, as they are after it. */
  bytes: number;
}

/** Why the changes are too many to be pushed, as half a sentence; undefined where they are not. */
export function findExcess(
  changes: readonly Pick<Change, 'after'>[],
  { files, bytes }: Bounds,
): string | undefined {
  if (changes.length > files)
    return `${changes.length.toLocaleString('en')} files changed, more than the ${files.toLocaleString('en')} of \`max-changed-files\``;
  const sum = changes.reduce((total, { after }) => total + (after?.bytes ?? 0), 0);
  if (sum <= bytes) return undefined;
  return `the changed files have ${sum.toLocaleString('en')} bytes, more than the ${bytes.toLocaleString('en')} of \`max-changed-bytes\``;
}
