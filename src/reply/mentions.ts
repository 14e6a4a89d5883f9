import type { Piece } from '../markdown/parse.ts';
import type { Edit } from './outgoing.ts';
import { isHtml } from './tags.ts';

/** What GitHub reads no mention in, beside tags. An HTML block is read outside of its tags. */
const opaque = new Set(`FencedCode CodeBlock InlineCode URL LinkReference LinkTitle`.split(' '));

/** An `@` in any of its spellings. */
const at = '(?:@|&(?:#0*64|#x0*40|commat);)';
const anyAt = new RegExp(at, 'gi');
const letter = String.raw`[\w-]|&#?\w+;`;

/**
 * A login or team and its `@`, with what would be a mention once this one is none any more. A `_`
 * before it may be the beginning of emphasis, and a browser drops a tag behind it that ends nothing.
 */
const mention = new RegExp(
  String.raw`(?<![a-z0-9]|<code>)${at}(?:(?=</?[a-z])|[a-z0-9]|&#?\w+;)(?:${letter}|${at})*(?:\/(?:${letter}|${at}|\.)+)*`,
  'gi',
);

const tag = /<\/?[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gi;

/**
 * Shows the mentions of a text as code, so that nobody is called, but for those of `people`. Teams
 * are nobody. What stands in code or in an address is no mention, and stays.
 * https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#mentioning-people-and-teams
 */
export function muteMentions(
  text: string,
  pieces: readonly Piece[],
  people: readonly string[],
): Edit[] {
  const known = new Set(people.map((login) => login.toLowerCase()));
  const skipped = pieces
    .filter((piece) => opaque.has(piece.name) || isTag(text, piece))
    .filter((piece) => !isDoubtful(text, piece))
    .map((piece) => (piece.name === 'URL' ? beginningOf(text, piece) : piece));
  const html = pieces.filter((piece) => isHtml(piece) && !isTag(text, piece));
  const tags = html.filter((block) => isPlain(text, block)).flatMap((block) => tagsIn(text, block));
  const closed = [...skipped, ...tags].toSorted((one, other) => one.from - other.from);
  const closedAt = follow(closed);
  const htmlAt = follow(html);
  const inProse = hasLoneBacktick(text, skipped) ? asTag : asSpan;
  return [...text.matchAll(mention)].flatMap((found): Edit[] => {
    const [written] = found;
    const place = found.index;
    const login = written.toLowerCase().replace(/[-_]+$/, '');
    const isKnown = login.startsWith('@') && known.has(login.slice(1));
    if (isKnown || closedAt(place) !== undefined) return [];
    const block = htmlAt(place);
    const isEscaped = block === undefined && backslashesBefore(text, place) % 2 === 1;
    // An escaped `&` begins no character; before an `@`, GitHub does not see the backslash.
    if (isEscaped && written.startsWith('&')) return [];
    const show = block === undefined ? inProse : inHtml(text, block);
    const shown = show(written.replaceAll(anyAt, '@'));
    return [{ from: isEscaped ? place - 1 : place, to: place + written.length, text: shown }];
  });
}

/** A tag, and no declaration or CDATA, which the parser calls so too. */
function isTag(text: string, { name, from }: Piece): boolean {
  return name === 'HTMLTag' && /[a-z/]/i.test(text[from + 1] ?? '');
}

/** Behind a tab in a quotation or a list, the parser takes for code what may be none. */
function isDoubtful(text: string, { name, from }: Piece): boolean {
  if (name !== 'CodeBlock') return false;
  const before = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  return before.includes('\t') && before.trim() !== '';
}

/** Where a bare address ends is told in as many ways as there are parsers; so far all agree. */
function beginningOf(text: string, { from, to }: Range): Range {
  const [beginning = ''] = /^<?[\w:/.?=%~+,;#@-]*/.exec(text.slice(from, to)) ?? [];
  return { from, to: from + beginning.length };
}

function backslashesBefore(text: string, place: number): number {
  let count = 0;
  while (text[place - 1 - count] === '\\') count += 1;
  return count;
}

/** Backticks mean nothing in HTML; and a `>` ends what only a browser takes for a comment. */
function inHtml(text: string, block: Range): (name: string) => string {
  return isPlain(text, block) ? asTag : (name) => name.replaceAll('@', '@&#8203;');
}

/** Whole tags and text alone: where all else ends, browsers have their own opinion. */
function isPlain(text: string, { from, to }: Range): boolean {
  return !text.slice(from, to).replaceAll(tag, '').includes('<');
}

function asSpan(name: string): string {
  return `\`${name}\``;
}

function asTag(name: string): string {
  return `<code>${name}</code>`;
}

/** A backtick outside of all code would make a pair with one of ours. */
function hasLoneBacktick(text: string, closed: readonly Range[]): boolean {
  const closedAt = follow(closed);
  return [...text.matchAll(/`/g)].some(({ index }) => closedAt(index) === undefined);
}

interface Range {
  from: number;
  to: number;
}

function tagsIn(text: string, { from, to }: Range): Range[] {
  return [...text.slice(from, to).matchAll(tag)].map((found) => ({
    from: from + found.index,
    to: from + found.index + found[0].length,
  }));
}

/** Which of the ranges, which are in order, a place is in; for places that are asked in order. */
function follow(ranges: readonly Range[]): (place: number) => Range | undefined {
  let next = 0;
  let last: Range | undefined;
  return (place) => {
    for (let range = ranges[next]; range && range.from <= place; range = ranges[next]) {
      if (last === undefined || range.to > last.to) last = range;
      next += 1;
    }
    return last !== undefined && place < last.to ? last : undefined;
  };
}
