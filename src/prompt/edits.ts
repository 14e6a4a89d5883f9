import { notesMinChars, notesShare } from '../limits.ts';

/** One place of a text that is shown in another way. */
export interface Edit {
  from: number;
  /** Exclusive. */
  to: number;
  /** What is shown: it says what stood there. */
  text: string;
  /** What is shown once there were too many: no longer than what stood there. Nothing by default. */
  short?: string;
}

/**
 * The text with its edits; one that begins inside an earlier one is left out. A text must not grow
 * out of its bounds by what is said of it (`notesMinChars`, `notesShare`): from there on, edits that
 * would make it longer are made in their short form, and counted at its end.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let room = notesMinChars + Math.floor(text.length * notesShare);
  let unsaid = 0;
  let at = 0;
  const parts: string[] = [];
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    if (edit.from < at) continue;
    const growth = Math.max(0, edit.text.length - (edit.to - edit.from));
    const fits = growth <= room;
    if (fits) room -= growth;
    else unsaid += 1;
    parts.push(text.slice(at, edit.from), fits ? edit.text : (edit.short ?? ''));
    at = edit.to;
  }
  const rest = unsaid === 0 ? '' : `\n[removed: the like in ${unsaid} more places]`;
  return parts.join('') + text.slice(at) + rest;
}
