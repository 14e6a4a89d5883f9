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
}

/**
 * Calls `enter` with every piece of a text, outer ones first, in order; `false` leaves out what is
 * in it. A text that nobody has closed (fences, comments) ends with the text, as on GitHub. Time is
 * linear, but for the links and images of one paragraph, in whose number it is quadratic.
 */
export function walkMarkdown(text: string, enter: (piece: Piece) => boolean | undefined): void {
  github.parse(text).iterate({
    enter: ({ name, from, to }) =>
      name === 'Document' ? undefined : (enter({ name, from, to }) ?? undefined),
  });
}
