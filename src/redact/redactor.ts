import { cover, merge, type Range } from './ranges.ts';
import { createIndex, search } from './search.ts';
import { findOpenShape, findShapes } from './shapes.ts';
import { spellingsOf } from './spellings.ts';
import { hidesAny, reveal, squeeze, toText } from './squeeze.ts';

/** What is known of a text's secrets. */
export interface Found {
  /** Where they are, in order, apart from each other. */
  ranges: Range[];
  /** Where one begins that may go on behind the text's end; the text's length where none does. */
  openAt: number;
  /** Whether most of that one is there already. */
  isMost: boolean;
}

/** Takes secrets out of texts. */
export interface Redactor {
  /**
   * The text with `***` in the place of every secret. What holds none is returned as it is, to the
   * letter. Takes time linear in the text.
   */
  redact: (text: string) => string;
  /** Where a text has secrets, or the beginning of one. */
  find: (text: string) => Found;
}

/**
 * Makes what takes these secrets out, in all of their spellings, white space or not, and the tokens
 * and private keys that are known by their shape. Secrets under `secretChars` are not sought.
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const index = createIndex([...new Set(secrets)].flatMap(spellingsOf));
  const find = (text: string): Found => {
    const squeezed = squeeze(text);
    const { ranges, openAt, isMost } = search(index, squeezed);
    const { places, length } = squeezed;
    const shapes = shapesOf(text);
    const all = merge([...ranges.map((range) => placed(range, places)), ...shapes.ranges]);
    const begun = openAt < length ? (places[openAt] ?? 0) : text.length;
    const open = Math.min(begun, shapes.openAt);
    const around = all.find(({ from, to }) => from < open && open < to);
    return { ranges: all, openAt: around?.from ?? open, isMost };
  };
  return {
    find,
    redact: (text) => {
      const { ranges } = find(text);
      return ranges.length === 0 ? text : cover(text, ranges);
    },
  };
}

/** Shapes hold no white space, but may be broken up by what nobody sees. */
function shapesOf(text: string): { ranges: Range[]; openAt: number } {
  if (!hidesAny(text)) return shapesIn(text);
  const seen = reveal(text);
  const { places } = seen;
  const { ranges, openAt } = shapesIn(toText(seen));
  return {
    ranges: ranges.map((range) => placed(range, places)),
    openAt: openAt < seen.length ? (places[openAt] ?? 0) : text.length,
  };
}

/** A shape that reaches the text's end may go on behind it. */
function shapesIn(text: string): { ranges: Range[]; openAt: number } {
  const ranges = findShapes(text);
  const atEnd = ranges.filter(({ to }) => to === text.length).map(({ from }) => from);
  return { ranges, openAt: Math.min(findOpenShape(text), ...atEnd) };
}

function placed({ from, to }: Range, places: Uint32Array): Range {
  return { from: places[from] ?? 0, to: (places[to - 1] ?? 0) + 1 };
}
