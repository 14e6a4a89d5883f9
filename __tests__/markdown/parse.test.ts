import { expect, test } from '@jest/globals';

import { readMarkdown } from '../../src/markdown/parse.ts';

function piecesOf(text: string): string[] {
  const pieces = readMarkdown(text) ?? [];
  return pieces.map(({ name, from, to }) => `${name}: ${text.slice(from, to)}`);
}

test.each([
  ['a comment', 'a <!-- b --> c', 'Comment: <!-- b -->'],
  ['a comment that nobody closes', 'a\n\n<!-- b\n\nc', 'CommentBlock: <!-- b\n\nc'],
  ['an image', 'a ![b](c "d") e', 'Image: ![b](c "d")'],
  ['an image by reference', 'a ![b][c] e', 'Image: ![b][c]'],
  ['a tag', 'a <img src=b> c', 'HTMLTag: <img src=b>'],
  ['HTML', '<div>\n![a](b)\n</div>', 'HTMLBlock: <div>\n![a](b)\n</div>'],
  ['a definition', '[//]: # (a)', 'LinkReference: [//]: # (a)'],
  ['code', 'a `![b](c)` d', 'InlineCode: `![b](c)`'],
  ['a fence in a quotation', '> ```\n> <!-- a -->\n> ```', 'FencedCode: ```\n> <!-- a -->\n> ```'],
  ['a bare address', 'a https://b.example/@c d', 'URL: https://b.example/@c'],
  ['an entity', 'a &#64;b', 'Entity: &#64;'],
])('finds %s', (_what, text, piece) => {
  expect(piecesOf(text)).toContain(piece);
});

test('finds nothing in code', () => {
  const inCode = '```\n<!-- a --> ![b](c)\n```\n\n    <!-- d -->\n';
  expect(piecesOf(inCode).filter((piece) => /^(Comment|Image)/.test(piece))).toEqual([]);
});

test('says how deep a piece is', () => {
  const pieces = readMarkdown('[![a](b)](c)') ?? [];
  const depths = pieces.map(({ name, depth }) => `${name} ${depth}`);
  expect(depths.slice(0, 4)).toEqual(['Paragraph 1', 'Link 2', 'LinkMark 3', 'Image 3']);
});

test.each([
  ['[]('.repeat(20_000), false],
  ['- [a](b)\n'.repeat(20_000), true],
  ['a [b](c) d\n\n'.repeat(20_000), true],
])('reads no paragraph of which it would never see the end (%#)', (text, isRead) => {
  expect(readMarkdown(text) !== undefined).toBe(isRead);
});
