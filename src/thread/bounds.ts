import type { Entry } from './thread.ts';

/**
 * The newest entries that fit into so many characters together, in the order given (oldest first).
 * Nothing older than the first that does not fit is kept, so that the conversation has no holes.
 */
export function keepNewest(
  entries: readonly Entry[],
  bounds: { chars: number; count: number },
): Entry[] {
  let room = bounds.chars;
  let from = entries.length;
  while (from > 0 && entries.length - from < bounds.count) {
    room -= charsOf(entries[from - 1]);
    if (room < 0) break;
    from -= 1;
  }
  return entries.slice(from);
}

/** Entries in the order in which they were written; those of one moment keep theirs. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
}

/** What an entry takes up, its heading included by a rough allowance. */
export function charsOf(entry: Entry | undefined): number {
  if (entry === undefined) return 0;
  return entry.body.length + (entry.place?.diffHunk.length ?? 0) + headingChars;
}

const headingChars = 200;
