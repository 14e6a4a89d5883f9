import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';

const markdown = new MarkdownIt({ html: true });

/** What a Markdown document holds: its code blocks' text, all other text, and its blocks. */
export interface Parsed {
  code: string;
  prose: string;
  tokens: Token[];
}

/** Reads Markdown with a full CommonMark parser, tables included. */
export function parse(text: string): Parsed {
  const tokens = markdown.parse(text, {});
  const isCode = ({ type }: Token) => type === 'fence' || type === 'code_block';
  const contents = (some: Token[]) => some.map(({ content }) => content).join('\n');
  return {
    code: contents(tokens.filter(isCode)),
    prose: contents(tokens.filter((token) => !isCode(token))),
    tokens,
  };
}

/** Whether a document ends with these blocks at its top level: paragraphs by text, HTML as it is. */
export function endsWith(text: string, expected: string[]): boolean {
  const { tokens } = parse(text);
  const blocks = tokens
    .filter(({ type }) => type === 'inline' || type === 'html_block' || type === 'fence')
    .map(({ type, level, content }) =>
      level === (type === 'inline' ? 1 : 0) ? content.trim() : '',
    );
  return JSON.stringify(blocks.slice(-expected.length)) === JSON.stringify(expected);
}
