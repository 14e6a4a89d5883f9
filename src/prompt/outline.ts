import { walkMarkdown } from '../markdown/parse.ts';
import type { Piece } from '../markdown/parse.ts';

/** A piece with the parts of its own, those of links inside of it excepted. */
export interface Part extends Piece {
  /** `[...]` behind a link's text, or before a definition's colon. */
  label?: Piece;
  /** Where a link's text ends. */
  textEnd?: number;
  address?: Piece;
  title?: Piece;
}

/** A text's pieces in order, and the text with spaces where containers have their marks. */
export interface Outline {
  parts: Part[];
  /** The same places as in the text: without the `>` of quotations, which is no end of a tag. */
  unmarked: string;
}

/** Reads all pieces of a Markdown text that something may be hidden in. */
export function outline(text: string): Outline {
  const parts: Part[] = [];
  const links: Part[] = [];
  const marks: string[] = [];
  let at = 0;
  walkMarkdown(text, (piece) => {
    const { name, from, to } = piece;
    while ((links.at(-1)?.to ?? to) <= from) links.pop();
    const part: Part = piece;
    parts.push(part);
    const link = links.at(-1);
    if (name === 'QuoteMark') {
      marks.push(text.slice(at, from), ' '.repeat(to - from));
      at = to;
    } else if (name === 'LinkMark' && text[from] === ']' && link !== undefined) link.textEnd = from;
    else if (name === 'LinkLabel' && link !== undefined) link.label = piece;
    else if (name === 'LinkTitle' && link !== undefined) link.title = piece;
    else if (name === 'URL' && link !== undefined && mayHaveAddress(link)) link.address = piece;
    else if (/^(?:Link|Image|LinkReference)$/.test(name)) links.push(part);
    return !/^(?:CodeBlock|InlineCode)$/.test(name) || undefined;
  });
  return { parts, unmarked: marks.join('') + text.slice(at) };
}

/** A bare address in a link's text is not the link's own. */
function mayHaveAddress({ name, textEnd }: Part): boolean {
  return name === 'LinkReference' || textEnd !== undefined;
}
