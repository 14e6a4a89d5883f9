import type { Piece } from '../markdown/parse.ts';
import type { Edit } from './outgoing.ts';

/** Markdown's escapes. https://spec.commonmark.org/0.31.2/#backslash-escapes */
const escaped = /\\([!-/:-@[-`{-~])/g;

/**
 * Turns the Markdown images of a text that `isAllowed` does not let stand into links; inside of
 * another link, into their alternative text.
 */
export function unlinkImages(
  text: string,
  pieces: readonly Piece[],
  isAllowed: (address: string) => boolean,
): Edit[] {
  const definitions = readDefinitions(text, pieces);
  const edits: Edit[] = [];
  let linkEnd = 0;
  for (const [index, piece] of pieces.entries()) {
    if (piece.name === 'Link') linkEnd = Math.max(linkEnd, piece.to);
    if (piece.name !== 'Image') continue;
    const image = readImage(text, piece, pieces, index);
    const address = image.address ?? definitions.get(image.label);
    // A reference that nothing defines is no image: `#![allow(dead_code)]` is Rust.
    if (address === undefined || isAllowed(address)) continue;
    edits.push(...(piece.to <= linkEnd ? toText(image) : toLink(text, image)));
    linkEnd = Math.max(linkEnd, piece.to);
  }
  return edits;
}

interface Image {
  from: number;
  to: number;
  /** Where its alternative text ends. */
  altTo: number;
  isBlank: boolean;
  /** Undefined for a reference. */
  address: string | undefined;
  label: string;
}

function readImage(text: string, { from, to, depth }: Piece, pieces: readonly Piece[], at: number) {
  const own: Piece[] = [];
  for (let next = at + 1; next < pieces.length; next += 1) {
    const piece = pieces[next];
    if (piece === undefined || piece.from >= to) break;
    if (piece.depth === depth + 1) own.push(piece);
  }
  const textOf = (name: string): string | undefined => {
    const found = own.find((piece) => piece.name === name);
    return found && text.slice(found.from, found.to);
  };
  const altTo = own.filter(({ name }) => name === 'LinkMark')[1]?.from ?? to;
  const alt = text.slice(from + 2, altTo);
  const named = textOf('LinkLabel')?.slice(1, -1) ?? '';
  const url = textOf('URL');
  return {
    from,
    to,
    altTo,
    isBlank: alt.trim() === '',
    address: url === undefined ? undefined : readAddress(url),
    label: normalise(named === '' ? alt : named),
  };
}

/** Of several of one label, the first counts. */
function readDefinitions(text: string, pieces: readonly Piece[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const [index, { name }] of pieces.entries()) {
    if (name !== 'LinkReference') continue;
    const [label, , url] = pieces.slice(index + 1, index + 4);
    if (label === undefined || url?.name !== 'URL') continue;
    const key = normalise(text.slice(label.from + 1, label.to - 1));
    if (!found.has(key)) found.set(key, readAddress(text.slice(url.from, url.to)));
  }
  return found;
}

function readAddress(written: string): string {
  return written.replace(/^<(.*)>$/s, '$1').replaceAll(escaped, '$1');
}

/** https://spec.commonmark.org/0.31.2/#matches : case is folded, and `ẞ` is `ss`. */
function normalise(label: string): string {
  return label.replaceAll(/\s+/g, ' ').trim().toLowerCase().toUpperCase();
}

/** A `!` before it would make an image of the link again. */
function toLink(text: string, { from, altTo, isBlank }: Image): Edit[] {
  const apart = text[from - 1] === '!' ? '<!-- -->' : '';
  const name: Edit[] = isBlank ? [{ from: from + 2, to: altTo, text: 'image' }] : [];
  return [{ from, to: from + 1, text: apart }, ...name];
}

function toText({ from, to, altTo, isBlank }: Image): Edit[] {
  return [
    { from, to: from + 2, text: isBlank ? 'image' : '' },
    { from: altTo, to, text: '' },
  ];
}
