import type { Range } from './ranges.ts';
import type { Squeezed } from './squeeze.ts';

/** Texts are looked for by their first code units; no text that is sought is shorter. */
const gram = 4;

const { imul } = Math;

/** Texts to look for, by a hash of how they begin. */
export interface Index {
  isBeginning: Uint8Array;
  byBeginning: Map<number, string[]>;
}

/** What was found of an index. */
export interface Found {
  ranges: Range[];
  /** Where the text ends in the first `gram` code units or more of a text that is sought; else its length. */
  openAt: number;
  /** Whether what it ends in is most of that text, and no common word. */
  isMost: boolean;
}

/** Prepares looking for texts of `gram` code units or more. */
export function createIndex(sought: Iterable<string>): Index {
  const index: Index = { isBeginning: new Uint8Array(65_536), byBeginning: new Map() };
  for (const text of new Set(sought)) {
    const hash = hashOf(
      text.charCodeAt(0),
      text.charCodeAt(1),
      text.charCodeAt(2),
      text.charCodeAt(3),
    );
    index.isBeginning[hash] = 1;
    const known = index.byBeginning.get(hash);
    if (known === undefined) index.byBeginning.set(hash, [text]);
    else known.push(text);
  }
  return index;
}

/** Where in a text those of an index stand, in places of the squeezed text; one pass. */
export function search({ isBeginning, byBeginning }: Index, squeezed: Squeezed): Found {
  const { codes, length } = squeezed;
  const found: Found = { ranges: [], openAt: length, isMost: false };
  let [second = 0, third = 0, fourth = 0] = codes;
  for (let from = 0; from + gram <= length; from += 1) {
    const first = second;
    second = third;
    third = fourth;
    fourth = codes[from + gram - 1] ?? 0;
    const hash = hashOf(first, second, third, fourth);
    if (isBeginning[hash] === 1)
      for (const text of byBeginning.get(hash) ?? []) compare(text, squeezed, from, found);
  }
  return found;
}

function hashOf(first: number, second: number, third: number, fourth: number): number {
  const pair = imul(first, 31) + second;
  return imul(imul(pair, 961) + imul(third, 31) + fourth, 0x9e3779b1) >>> 16;
}

function compare(text: string, { codes, length }: Squeezed, from: number, found: Found): void {
  const most = Math.min(text.length, length - from);
  let same = 0;
  while (same < most && codes[from + same] === text.charCodeAt(same)) same += 1;
  if (same === text.length) found.ranges.push({ from, to: from + same });
  else if (same === most && same >= gram) {
    found.openAt = Math.min(found.openAt, from);
    found.isMost ||= same >= 2 * gram && same * 2 >= text.length;
  }
}
