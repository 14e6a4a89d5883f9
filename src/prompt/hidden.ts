import { linkBrackets } from '../limits.ts';
import { applyEdits } from './edits.ts';
import type { Edit } from './edits.ts';
import { findInHtml } from './html.ts';
import type { Open } from './html.ts';
import { outline } from './outline.ts';
import type { Outline, Part } from './outline.ts';
import { findFootnotes, hidesLabel, labelOf, readReferences } from './references.ts';
import type { References } from './references.ts';
import { findExcessCells } from './tables.ts';

/**
 * A Markdown text in which everything that GitHub renders nowhere is replaced by a few words that
 * say what it was: comments, definitions and footnotes that nothing refers to, titles, attributes,
 * images' alternative texts, cells outside of their table; an image keeps its address. Code is as it
 * was, to the letter, its fence's language included.
 * A text with more than `linkBrackets` opening brackets ends there, and says so.
 */
export function showHidden(markdown: string): string {
  if (!/[<[&|]|```|~~~/.test(markdown)) return markdown;
  const { text, note } = bound(markdown);
  const read = outline(text);
  const references = readReferences(text, read);
  const edits = read.parts.flatMap((part) => editsOf(text, part, references));
  return (
    applyEdits(text, [
      ...findFootnotes(text, read),
      ...findExcessCells(text, read),
      ...edits,
      ...findHtml(read),
    ]) + note
  );
}

function bound(markdown: string): { text: string; note: string } {
  let at = -1;
  for (let count = 0; count <= linkBrackets; count += 1) {
    at = markdown.indexOf('[', at + 1);
    if (at < 0) return { text: markdown, note: '' };
  }
  const note = `\n[removed: the last ${markdown.length - at} characters, with too many brackets]`;
  return { text: markdown.slice(0, at), note };
}

function editsOf(text: string, part: Part, references: References): Edit[] {
  const { name, from, to } = part;
  const source = text.slice(from, to);
  switch (name) {
    case 'LinkReference':
      if (references.isUsed(part)) return [];
      return [{ from, to, text: '[removed: link definition that nothing refers to]' }];
    case 'Link':
      return editsOfLink(text, part, references);
    case 'Image':
      return editsOfImage(text, part, references);
    case 'LinkTitle':
      return [{ from, to, text: '"removed: title"' }];
    case 'URL':
      return /^<[^]*\s/.test(source)
        ? [{ from, to, text: '<removed: no address>', short: '<>' }]
        : [];
    case 'CodeInfo':
      return editsOfCodeInfo(part, source);
    case 'Entity':
      return editsOfEntity(part, source);
    default:
      return [];
  }
}

/** Instead of a label that shows nowhere, the address that it stands for. */
function editsOfLink(text: string, part: Part, { addresses }: References): Edit[] {
  const { label } = part;
  const url = addresses.get(labelOf(text, part) ?? '');
  if (label === undefined || url === undefined || !hidesLabel(text, part)) return [];
  return [{ from: label.from, to: label.to, text: `(${/\s/.test(url) ? '' : url})` }];
}

/** One by a label that is not defined is no image but text. */
function editsOfImage(text: string, part: Part, { addresses }: References): Edit[] {
  const { from, to, address, title, textEnd = from } = part;
  const label = labelOf(text, part);
  const own = address === undefined ? '' : text.slice(address.from, address.to);
  const url = label === undefined ? own : addresses.get(label);
  if (url === undefined) return [];
  const isBare = label === undefined && title === undefined && textEnd === from + 2;
  if (isBare && !/\s/.test(url)) return [];
  const shown = /\s/.test(url) ? '' : url;
  const short = label === undefined ? `![](${shown})` : '![]';
  return [{ from, to, text: `![removed: alternative text](${shown})`, short }];
}

/** Of what stands behind a fence, the language alone has a meaning. */
function editsOfCodeInfo({ from, to }: Part, source: string): Edit[] {
  const [language = ''] = /^\S{0,40}(?!\S)/.exec(source) ?? [];
  const isAll = source.trim().length === language.length;
  return isAll ? [] : [{ from: from + language.length, to, text: ' [removed: words at a fence]' }];
}

/** A character by its number may be an invisible one. */
function editsOfEntity({ from, to }: Part, source: string): Edit[] {
  const [, decimal, hex] = /^&#(?:(\d+)|x([\da-f]+));$/i.exec(source) ?? [];
  const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
  if (!(code >= 0xe0000 && code <= 0xe0fff)) return [];
  return [{ from, to, text: `[U+${code.toString(16).toUpperCase()}]` }];
}

/** Raw HTML: what one piece leaves open hides everything to where a later one closes it. */
function findHtml({ parts, unmarked }: Outline): Edit[] {
  const edits: Edit[] = [];
  let open: { from: number; until: Open } | undefined;
  for (const { name, from, to } of parts) {
    if (!/^(?:HTML|Comment|ProcessingInstruction)/.test(name)) continue;
    const html = unmarked.slice(from, to);
    const closed = open === undefined ? 0 : html.indexOf(open.until) + open.until.length;
    if (open !== undefined && closed < open.until.length) continue;
    if (open !== undefined) edits.push(hide(open, from + closed));
    const found = findInHtml(html.slice(closed), from + closed);
    edits.push(...found.edits.filter((edit) => edit.from !== found.open?.from));
    open = found.open;
  }
  if (open !== undefined) edits.push(hide(open, unmarked.length));
  return edits;
}

function hide({ from, until }: { from: number; until: Open }, to: number): Edit {
  const what = until === '-->' ? 'HTML comment' : 'HTML tag that does not end';
  return { from, to, text: `[removed: ${what}]` };
}
