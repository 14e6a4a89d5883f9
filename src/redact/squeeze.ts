/** A text without what may break up a secret in it, and where each code unit of it stood. */
export interface Squeezed {
  codes: Uint16Array;
  /** The place of each of `codes` in the text. */
  places: Uint32Array;
  length: number;
}

/** First and last, in code units. */
type Span = readonly [first: number, last: number];

/** White space, and the backslash that Markdown, JSON and shells put before a character. */
const spaces: readonly Span[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0x5c, 0x5c],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

/**
 * What a page shows nothing of: soft hyphen, fillers, zero-width and steering characters, variation
 * selectors. https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const invisible: readonly Span[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
];

/** The first half of every tag character and variation selector beyond U+FFFF (U+E0000 to U+E03FF). */
const highOfTags = 0xdb40;

const isSpace = 1;
const isInvisible = 2;
const kinds = new Uint8Array(65_536);
for (const [first, last] of spaces) kinds.fill(isSpace, first, last + 1);
for (const [first, last] of invisible) kinds.fill(isInvisible, first, last + 1);

/** A text without white space, backslashes and what is invisible. */
export function squeeze(text: string): Squeezed {
  return without(text, isSpace | isInvisible);
}

/** Whether a text holds anything that is invisible. */
export function hidesAny(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === highOfTags || kinds[code] === isInvisible) return true;
  }
  return false;
}

/** A text without what is invisible. */
export function reveal(text: string): Squeezed {
  return without(text, isInvisible);
}

function without(text: string, dropped: number): Squeezed {
  const codes = new Uint16Array(text.length);
  const places = new Uint32Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === highOfTags && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) at += 1;
    else if (((kinds[code] ?? 0) & dropped) === 0) {
      codes[length] = code;
      places[length] = at;
      length += 1;
    }
  }
  return { codes, places, length };
}

/** What is left of a text, as a string. */
export function toText({ codes, length }: Squeezed): string {
  return Buffer.from(codes.buffer, codes.byteOffset, length * 2).toString('utf16le');
}

/** The place before `end` where the last `count` code units of a squeezed text begin, or 0. */
export function placeBefore(text: string, end: number, count: number): number {
  let left = count;
  let at = end;
  while (at > 0 && left > 0) {
    at -= 1;
    if ((kinds[text.charCodeAt(at)] ?? 0) === 0) left -= 1;
  }
  return at;
}
