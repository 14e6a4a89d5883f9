import { cover, mark } from './ranges.ts';
import type { Redactor } from './redactor.ts';
import { placeBefore } from './squeeze.ts';

/**
 * What is looked at again with what comes behind it: a secret's first characters that are too few
 * to be held back, or the line that a private key begins with.
 */
const contextChars = 64;

/** Takes secrets out of a text that grows between two looks at it. */
export interface GrowingText {
  /**
   * What may be shown of it by now: to where a secret may have begun that is not whole yet. Takes
   * time linear in what is new; a text that is another one is begun anew.
   */
  read: (text: string) => string;
}

/** A text that has not been looked at. */
export function createGrowingText({ find }: Redactor): GrowingText {
  let seen = '';
  let shown = '';
  /** Where in the text `shown` ends, and where looking begins. */
  let settled = 0;
  let start = 0;
  return {
    read: (text) => {
      if (text === seen) return shown;
      if (!text.startsWith(seen)) [shown, settled, start] = ['', 0, 0];
      seen = text;
      const rest = text.slice(start);
      const { ranges, openAt } = find(rest);
      const end = Math.max(settled, start + openAt);
      if (end > settled) shown += cover(rest, ranges, { from: settled - start, to: end - start });
      settled = end;
      start = placeBefore(text, end, contextChars);
      return shown;
    },
  };
}

/**
 * All of a text that grows no more. It may have been cut in the middle of a secret: what is most of
 * one is taken for it.
 */
export function redactEnded({ find }: Redactor, text: string): string {
  const { ranges, openAt, isMost } = find(text);
  if (!isMost) return ranges.length === 0 ? text : cover(text, ranges);
  return cover(text, ranges, { from: 0, to: openAt }) + mark;
}
