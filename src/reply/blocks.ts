import { createHtmlState, readHtml, type HtmlState } from './html.ts';

/**
 * Reads Markdown line by line, only as far as to know what is open at the end of each line: the
 * containers (quotations, list items) and the block that can run on across lines. It follows
 * CommonMark's block rules (https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy) in
 * time linear in the text. The full parser takes over a second for a long list, and what a run may
 * take from the end of its turn to the answer is 0.3 s.
 */
export interface Blocks {
  containers: Container[];
  leaf: Leaf;
  html: HtmlState;
}

type Container = { kind: 'quote' } | { kind: 'item'; indent: number; isEmpty: boolean };

type Leaf =
  | { kind: 'none' }
  | { kind: 'paragraph' }
  | { kind: 'fence'; marker: string; info: string }
  | { kind: 'html'; end: RegExp | undefined; closing: string };

const none: Leaf = { kind: 'none' };

/** Deeper nesting is read as text, so that no line costs more than its length and this. */
const deepest = 100;

/** A fence whose opening line is longer is read as text: it could not be repeated in every piece. */
const longestFence = 500;

const fenceStart = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/;
const listMarker = /^(?:[-+*]|(\d{1,9})[.)])(?= |$)/;
const thematicBreak = /^ {0,3}(?:(?:\* *){3,}|(?:_ *){3,}|(?:- *){3,})$/;
const setextLine = /^ {0,3}(?:=+|-+) *$/;
const heading = /^ {0,3}#{1,6}(?: |$)/;
const loneTag =
  /^ {0,3}(?:<[a-z][a-z0-9-]*(?:\s+[a-z:_][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?>|<\/[a-z][a-z0-9-]*\s*>)\s*$/i;
const blockTag =
  /^ {0,3}<\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:\s|\/?>|$)/i;
const rawStarts: [start: RegExp, end: RegExp, closing: string][] = [
  [/^ {0,3}<!--/, /-->/, '-->'],
  [/^ {0,3}<\?/, /\?>/, '?>'],
  [/^ {0,3}<!\[CDATA\[/, /\]\]>/, ']]>'],
  [/^ {0,3}<![a-z]/i, />/, '>'],
  [/^ {0,3}<(?:script|pre|style|textarea)(?:\s|>|$)/i, /<\/(?:script|pre|style|textarea)>/i, ''],
];

/** The state before the first line. */
export function createBlocks(): Blocks {
  return { containers: [], leaf: none, html: createHtmlState() };
}

/** Takes in one line, given without its line ending. */
export function readLine(blocks: Blocks, line: string): void {
  const text = expandTabs(line);
  const { at, matched } = matchContainers(blocks.containers, text);
  const isInside = matched === blocks.containers.length;
  if (isInside && readOpenLeaf(blocks, text.slice(at))) return;
  const start = { at, matched, isInside };
  readNewLeaf(blocks, text, start);
}

/** What stands in front of a line that goes on inside the open containers. */
export function continuation(blocks: Blocks): string {
  return blocks.containers
    .map((container) => (container.kind === 'quote' ? '> ' : ' '.repeat(container.indent)))
    .join('');
}

/**
 * What stands in front of a line that opens containers as deep as those that are open: a list item
 * becomes bullets of the same width, so that the lines that follow still belong to it.
 */
export function opening(blocks: Blocks): string {
  return blocks.containers
    .map((container) => (container.kind === 'quote' ? '> ' : bullets(container.indent)))
    .join('');
}

function bullets(indent: number): string {
  if (indent < 2) return ' '.repeat(indent);
  const odd = indent % 2 === 1;
  return '- '.repeat((indent - (odd ? 3 : 0)) / 2) + (odd ? '-  ' : '');
}

function matchContainers(containers: Container[], line: string): { at: number; matched: number } {
  let at = 0;
  let matched = 0;
  for (const container of containers) {
    const indent = spacesAt(line, at);
    const isBlank = at + indent === line.length;
    if (container.kind === 'quote') {
      if (indent > 3 || line[at + indent] !== '>') break;
      at += indent + (line[at + indent + 1] === ' ' ? 2 : 1);
    } else if (isBlank) {
      if (container.isEmpty) break;
      at += Math.min(indent, container.indent);
    } else {
      if (indent < container.indent) break;
      container.isEmpty = false;
      at += container.indent;
    }
    matched += 1;
  }
  return { at, matched };
}

/** Whether the line went into the fence or the HTML that is open. */
function readOpenLeaf(blocks: Blocks, text: string): boolean {
  const { leaf, html } = blocks;
  if (leaf.kind === 'fence') {
    if (isClosing(text, leaf.marker)) blocks.leaf = none;
    return true;
  }
  if (leaf.kind !== 'html') return false;
  const isOver = leaf.end === undefined ? text.trim() === '' : leaf.end.test(text);
  if (isOver) blocks.leaf = none;
  readHtml(html, text, true);
  return true;
}

function isClosing(text: string, marker: string): boolean {
  const trimmed = text.trimEnd();
  const run = trimmed.trimStart();
  if (trimmed.length - run.length > 3 || run.length < marker.length) return false;
  const character = marker[0] ?? '';
  return run === character.repeat(run.length);
}

interface LineStart {
  at: number;
  matched: number;
  isInside: boolean;
}

function readNewLeaf(blocks: Blocks, line: string, start: LineStart): void {
  const wasParagraph = blocks.leaf.kind === 'paragraph';
  const opened = openContainers(line, start, wasParagraph && start.isInside);
  const text = line.slice(opened.at);
  const isBlank = text.trim() === '';
  const canContinue = wasParagraph && opened.containers.length === 0 && !isBlank;
  const leaf = leafOf(text, canContinue);
  if (canContinue && leaf.kind === 'paragraph') {
    if (!thematicBreak.test(text) && !(start.isInside && setextLine.test(text))) {
      return readHtml(blocks.html, text, false);
    }
  }
  blocks.containers.length = start.matched;
  blocks.containers.push(...opened.containers);
  const last = blocks.containers.at(-1);
  if (opened.containers.length > 0 && last?.kind === 'item') last.isEmpty = isBlank;
  blocks.leaf = isPlainBlock(text, leaf, start.isInside && canContinue) ? none : leaf;
  if (leaf.kind !== 'fence' && !isIndented(text)) readHtml(blocks.html, text, leaf.kind === 'html');
  if (leaf.kind === 'html' && leaf.end?.test(text) === true) blocks.leaf = none;
}

function isPlainBlock(text: string, leaf: Leaf, isUnderline: boolean): boolean {
  if (leaf.kind !== 'paragraph') return false;
  return thematicBreak.test(text) || heading.test(text) || (isUnderline && setextLine.test(text));
}

function openContainers(
  line: string,
  start: LineStart,
  isInParagraph: boolean,
): { at: number; containers: Container[] } {
  let at = start.at;
  const containers: Container[] = [];
  while (start.matched + containers.length < deepest) {
    const indent = spacesAt(line, at);
    if (indent > 3) break;
    if (line[at + indent] === '>') {
      containers.push({ kind: 'quote' });
      at += indent + (line[at + indent + 1] === ' ' ? 2 : 1);
      continue;
    }
    const width = itemWidth(line, at, indent, isInParagraph && containers.length === 0);
    if (width === undefined) break;
    containers.push({ kind: 'item', indent: width, isEmpty: false });
    at = Math.min(at + width, line.length);
  }
  return { at, containers };
}

/** How wide a list item's marker is with the space around it; undefined where none starts. */
function itemWidth(
  line: string,
  at: number,
  indent: number,
  isInParagraph: boolean,
): number | undefined {
  const match = listMarker.exec(line.slice(at + indent, at + indent + 12));
  if (match === null) return undefined;
  const text = line.slice(at);
  if (thematicBreak.test(text) || (isInParagraph && setextLine.test(text))) return undefined;
  const end = at + indent + match[0].length;
  const gap = spacesAt(line, end);
  const isBlank = end + gap === line.length;
  if (isInParagraph && (isBlank || (match[1] ?? '1') !== '1')) return undefined;
  return indent + match[0].length + (isBlank || gap > 4 ? 1 : gap);
}

function leafOf(text: string, isInParagraph: boolean): Leaf {
  if (text.trim() === '') return none;
  if (isIndented(text)) return isInParagraph ? { kind: 'paragraph' } : none;
  const fence = text.length > longestFence ? null : fenceStart.exec(text);
  if (fence !== null) return { kind: 'fence', marker: fence[1] ?? '', info: fence[2] ?? '' };
  for (const [start, end, closing] of rawStarts) {
    if (!start.test(text)) continue;
    const name = /[a-z]+/i.exec(text.slice(0, 14))?.[0] ?? 'pre';
    return { kind: 'html', end, closing: closing === '' ? `</${name}>` : closing };
  }
  if (blockTag.test(text) || (!isInParagraph && loneTag.test(text))) {
    return { kind: 'html', end: undefined, closing: '' };
  }
  return { kind: isInParagraph && heading.test(text) ? 'none' : 'paragraph' };
}

function isIndented(text: string): boolean {
  return spacesAt(text, 0) > 3;
}

function spacesAt(line: string, at: number): number {
  let end = at;
  while (line[end] === ' ') end += 1;
  return end - at;
}

/** Tabs count up to the next multiple of four columns wherever they stand in for indentation. */
function expandTabs(line: string): string {
  if (!line.includes('\t')) return line;
  let text = '';
  for (const [index, piece] of line.split('\t').entries()) {
    if (index > 0) text += ' '.repeat(4 - (text.length % 4));
    text += piece;
  }
  return text;
}
