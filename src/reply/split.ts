import { type Blocks, continuation, createBlocks, opening, readLine } from './blocks.ts';
import { closeHtml, readHtml } from './html.ts';

/**
 * One stretch of a longer text, as Markdown of its own: `lead` opens again what the cut closed,
 * `tail` closes what is open at its end. The bodies joined are the text to the letter.
 */
export interface Piece {
  lead: string;
  body: string;
  tail: string;
}

/** How far before the end of the room a better place to cut is looked for. */
const searchChars = 16_000;

/** How far before the end of the room a word's beginning is looked for. */
const wordChars = 2_000;

/** More than any lead and any tail take: `deepest` containers, `longestFence` and `mostDetails`. */
const closingChars = 5_000;

interface Cut {
  end: number;
  tail: string;
  nextLead: string;
}

/**
 * Cuts a text into at most `most` pieces of at most `room` UTF-16 code units each (lead and tail
 * included; at least 10,000), and says what did not fit. Cuts between paragraphs where it can, else
 * between lines, words, or grapheme clusters; code fences are closed and opened again with the same
 * info string. Takes time linear in the text.
 */
export function split(text: string, room: number, most: number): { pieces: Piece[]; rest: string } {
  const pieces: Piece[] = [];
  let lead = '';
  let start = 0;
  while (pieces.length < most && (start < text.length || pieces.length === 0)) {
    const cut = chooseCut(text, start, lead, room);
    pieces.push({ lead, body: text.slice(start, cut.end), tail: cut.tail });
    lead = cut.nextLead;
    start = cut.end;
  }
  return { pieces, rest: text.slice(start) };
}

/** What must follow a text so that whatever comes next is neither code nor hidden; often nothing. */
export function closingOf(text: string): string {
  const { blocks } = scan(text, 0, '', text.length, () => {});
  return closing(blocks, /[\r\n]$/.test(text));
}

/** The largest index up to `limit` (and above `from`) that lies between two grapheme clusters. */
export function clusterEnd(text: string, from: number, limit: number): number {
  if (limit >= text.length) return text.length;
  const around = text.slice(from, limit + 200);
  const start = new Intl.Segmenter().segment(around).containing(limit - from)?.index ?? 0;
  if (start > 0) return from + start;
  const isInPair = /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(limit - 1, limit + 1));
  return isInPair ? limit - 1 : limit;
}

function chooseCut(text: string, start: number, lead: string, room: number): Cut {
  const earliest = start + room - lead.length - Math.min(searchChars, room / 2);
  const best: (Cut | undefined)[] = [];
  const { at, blocks } = scan(text, start, lead, start + room - lead.length, (end, state, line) => {
    if (end < earliest && end < text.length) return;
    const cut = { end, tail: closing(state, end < text.length), nextLead: reopening(state, false) };
    if (lead.length + end - start + cut.tail.length > room) return;
    best[end === text.length ? 0 : rankOf(state, line, text[end])] = cut;
  });
  return best.find((cut) => cut !== undefined) ?? cutLine(text, start, at, blocks, lead, room);
}

/** Lower is better: 0 is the text's end, 1 between blocks, 2 after a blank line, 3 and 4 a line. */
function rankOf(blocks: Blocks, line: string, next = ''): number {
  if (blocks.leaf.kind === 'fence') return 4;
  if (line.trim() !== '' || blocks.leaf.kind === 'html') return 3;
  return /[\s>]/.test(next) ? 2 : 1;
}

/** Cuts within the line at `at`, which does not fit. */
function cutLine(
  text: string,
  start: number,
  at: number,
  blocks: Blocks,
  lead: string,
  room: number,
): Cut {
  const limit = start + room - lead.length - closingChars;
  const from = Math.min(at, limit);
  const end = wordStart(text, from, limit) ?? clusterEnd(text, from, limit);
  const isWhole = at < limit;
  const state = isWhole ? blocks : createBlocks();
  if (isWhole) readLine(state, unfinished(lead, at === start) + text.slice(at, end));
  return { end, tail: closing(state, false), nextLead: reopening(state, true) };
}

function wordStart(text: string, from: number, limit: number): number | undefined {
  const first = Math.max(from, limit - wordChars);
  const match = /^.*[ \t](?=\p{L})/su.exec(text.slice(first, limit));
  return match === null ? undefined : first + match[0].length;
}

/** Reads lead and text, line by line, as long as whole lines end by `limit`. */
function scan(
  text: string,
  start: number,
  lead: string,
  limit: number,
  visit: (end: number, blocks: Blocks, line: string) => void,
): { at: number; blocks: Blocks } {
  const blocks = createBlocks();
  for (const line of lead.split('\n').slice(0, -1)) readLine(blocks, line);
  const ending = /\r\n|\n|\r|$/g;
  let at = start;
  while (at < text.length) {
    ending.lastIndex = at;
    const found = ending.exec(text);
    const lineEnd = found?.index ?? text.length;
    const end = lineEnd + (found?.[0].length ?? 0);
    if (end > limit) break;
    const line = unfinished(lead, at === start) + text.slice(at, lineEnd);
    readLine(blocks, line);
    visit(end, blocks, line);
    at = end;
  }
  return { at, blocks };
}

/** The part of a lead that the text's first line goes on from. */
function unfinished(lead: string, isFirst: boolean): string {
  return isFirst ? lead.slice(lead.lastIndexOf('\n') + 1) : '';
}

function closing(blocks: Blocks, isAtLineStart: boolean): string {
  const { leaf } = blocks;
  const newLine = isAtLineStart ? '' : '\n';
  const html = { ...blocks.html };
  let text = '';
  if (leaf.kind === 'fence') text = newLine + continuation(blocks) + leaf.marker;
  if (leaf.kind === 'html' && leaf.closing !== '') {
    text = newLine + continuation(blocks) + leaf.closing;
    readHtml(html, leaf.closing, true);
  }
  const tags = closeHtml(html);
  return tags === '' ? text : `${text}\n\n${tags}`;
}

function reopening(blocks: Blocks, isInLine: boolean): string {
  const { leaf, containers } = blocks;
  if (leaf.kind === 'fence') {
    const line = `${opening(blocks)}${leaf.marker}${leaf.info}\n`;
    return isInLine ? line + continuation(blocks) : line;
  }
  const isQuote = containers.every((container) => container.kind === 'quote');
  return isInLine && isQuote ? continuation(blocks) : '';
}
