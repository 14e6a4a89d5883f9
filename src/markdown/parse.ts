import { GFM, parser } from '@lezer/markdown';

/**
 * GitHub's Markdown without emphasis and strikethrough: they hide nothing and show nothing of their
 * own, and looking for their ends is what takes quadratic time.
 */
const github = parser.configure([GFM, { remove: ['Emphasis', 'Strikethrough'] }]);

/**
 * One piece of a Markdown text, by its place in UTF-16 code units. `name` is the parser's, such as
 * `FencedCode`, `CodeBlock`, `InlineCode`, `HTMLBlock`, `HTMLTag`, `Comment`, `CommentBlock`,
 * `ProcessingInstruction`, `ProcessingInstructionBlock`, `Image`, `Link`, `LinkReference` (a
 * definition), `LinkLabel`, `URL` (bare addresses too), `Autolink`, `Entity`, `Escape`.
 */
export interface Piece {
  name: string;
  from: number;
  to: number;
  /** 1 for blocks at the top; what is in a piece is deeper by one or more. */
  depth: number;
}

const code = /^(?:CodeBlock|InlineCode)$/;

/** As many brackets in one paragraph take half a second. */
const mostBrackets = 5_000;

/**
 * The pieces of a text, outer ones first, in order; but for fences, code is one piece. What nobody has closed
 * (fences, comments) ends with the text, as on GitHub. Time is linear, but for the brackets of one paragraph, in whose number
 * it is quadratic: with more than 5,000, more than any person writes, undefined.
 */
export function readMarkdown(text: string): Piece[] | undefined {
  if (isDense(text)) return undefined;
  const pieces: Piece[] = [];
  let depth = 0;
  github.parse(text).iterate({
    enter: ({ name, from, to }) => {
      if (depth > 0) pieces.push({ name, from, to, depth });
      if (code.test(name)) return false;
      depth += 1;
      return undefined;
    },
    leave: () => {
      depth -= 1;
    },
  });
  return pieces;
}

/** Blank lines and list items end a paragraph for certain. */
function isDense(text: string): boolean {
  let brackets = 0;
  for (const [found] of text.matchAll(/\[|^[ \t]*(?:$|[-*+] |\d{1,9}[.)] )/gm)) {
    brackets = found === '[' ? brackets + 1 : 0;
    if (brackets > mostBrackets) return true;
  }
  return false;
}
