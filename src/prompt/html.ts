import type { Edit } from './edits.ts';

/** What is left open at the end of a piece of HTML: a browser hides all text up to this. */
export type Open = '-->' | '"' | "'";

/** What a piece of raw HTML hides, and what it leaves open. */
export interface HiddenHtml {
  edits: Edit[];
  /** Where it begins, and what ends it. */
  open: { from: number; until: Open } | undefined;
}

/**
 * Finds in a piece of raw HTML what renders nowhere: comments, instructions, declarations, and
 * attributes such as `alt` and `title`. As a browser reads it, since GitHub passes it on: text
 * between tags is shown. `at` is the piece's place in the text. Linear in its length.
 * https://html.spec.whatwg.org/multipage/parsing.html#tokenization
 */
export function findInHtml(html: string, at: number): HiddenHtml {
  const edits: Edit[] = [];
  const start = /<(?:!--|[!?]|\/?[a-z]|\/)/gi;
  const find = createSearch(html);
  for (let match = start.exec(html); match !== null; match = start.exec(html)) {
    const [begin = ''] = match;
    const from = at + match.index;
    const { end, text, short = '', until } = readMarkup({ html, find }, match.index, begin);
    if (text !== undefined) edits.push({ from, to: at + end, text, short });
    if (until !== undefined) return { edits, open: { from, until } };
    start.lastIndex = end;
  }
  return { edits, open: undefined };
}

interface Markup {
  /** Exclusive. */
  end: number;
  /** What is shown in its place; undefined: as it is. */
  text?: string;
  short?: string;
  until?: Open;
}

interface Source {
  html: string;
  /** As `indexOf`; what was not found once is not looked for again. */
  find: (text: string, from: number) => number;
}

function createSearch(html: string): Source['find'] {
  const missing = new Set<string>();
  return (text, from) => {
    const at = missing.has(text) ? -1 : html.indexOf(text, from);
    if (at < 0) missing.add(text);
    return at;
  };
}

function readMarkup(source: Source, from: number, start: string): Markup {
  if (start === '<!--') return readComment(source.html, from);
  if (/[a-z]$/i.test(start)) return readTag(source.html, from);
  return readDeclaration(source, from);
}

function readComment(html: string, from: number): Markup {
  const text = '[removed: HTML comment]';
  const atOnce = /<!---?>/y;
  atOnce.lastIndex = from;
  const close = /--!?>/g;
  close.lastIndex = from + '<!--'.length;
  const end = atOnce.test(html) ? atOnce.lastIndex : close.test(html) ? close.lastIndex : -1;
  return end < 0 ? { end: html.length, text, until: '-->' } : { end, text };
}

/** Markdown and browsers do not agree where these end: at the later of the two. */
function readDeclaration({ html, find }: Source, from: number): Markup {
  const end = html.startsWith('<?', from) ? '?>' : html.startsWith('<![CDATA[', from) ? ']]>' : '>';
  const own = find(end, from + 2);
  const to = own < 0 ? find('>', from + 2) + 1 : own + end.length;
  return { end: to === 0 ? html.length : to, text: '[removed: HTML declaration]' };
}

interface Attribute {
  name: string;
  value: string;
  source: string;
}

function readTag(html: string, from: number): Markup {
  const name = /<\/?[^\s/>]*/y;
  name.lastIndex = from;
  const [head = ''] = name.exec(html) ?? [];
  const attributes: Attribute[] = [];
  const next =
    /[\s/]*(?:(>)|([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)("?)|'([^']*)('?)|([^\s>"'][^\s>]*))?)?)/y;
  next.lastIndex = from + head.length;
  for (let match = next.exec(html); match !== null; match = next.exec(html)) {
    const [whole, end, key, double, doubleEnd, single, singleEnd, bare] = match;
    if (end !== undefined) return describeTag(head, attributes, next.lastIndex);
    const until = doubleEnd === '' ? '"' : singleEnd === '' ? "'" : undefined;
    if (until !== undefined) return { end: html.length, text: '[removed: HTML tag]', until };
    const value = double ?? single ?? bare ?? '';
    attributes.push({ name: (key ?? '').toLowerCase(), value, source: whole.trim() });
  }
  return { end: html.length, text: '[removed: HTML tag]' };
}

/** Values of these are addresses, and what they load is shown. */
const addresses = new Set(['href', 'src', 'srcset', 'cite']);

/** These say how something is shown, in a word or a number. */
const plain =
  /^(?:align|border|checked|colspan|dir|disabled|height|lang|open|rowspan|start|type|valign|width)$/;

/** Of an element, or of a type in angle brackets, which GitHub takes for one; no sentence in hyphens. */
const isName = /^<\/?[a-z][\w:.]{0,23}(?:-[\w:.]{1,23})?$/i;

function describeTag(head: string, attributes: readonly Attribute[], end: number): Markup {
  if (!isName.test(head)) return { end, text: '[removed: HTML tag]' };
  const kept = attributes.filter(isShown);
  if (kept.length === attributes.length) return { end };
  const short = `${[head, ...kept.map(({ source }) => source)].join(' ')}>`;
  const what = /^<img$/i.test(head) ? 'alternative text' : 'HTML attributes';
  return { end, text: `${short}[removed: ${what}]`, short };
}

function isShown({ name, value }: Attribute): boolean {
  if (addresses.has(name)) return /^\S+(?: [\d.]+[wx])?$/.test(value);
  if (name === 'media') return /^\(prefers-color-scheme: (?:dark|light)\)$/.test(value);
  if (value === '') return plain.test(name) || name === 'alt' || name === 'title';
  return plain.test(name) && /^[\w%.-]{1,16}$/.test(value);
}
