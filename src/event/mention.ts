import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';

/**
 * Anybody may comment, so the parser must not be slow on purpose-made text: markdown-it takes linear
 * time on nested quotations, lists and emphasis, where micromark takes minutes for 65,536 characters.
 * Its option `linkify` is quadratic (`www.|www.|...`): bare addresses are left to `bareAddress`.
 */
const markdown = new MarkdownIt({ html: true });

/** As GitHub links them. An e-mail address needs no rule of its own: `@` and `.` continue a word. */
const bareAddress = /(?:\b(?:https?|ftp):\/\/|\bwww\.)[^\s<]*/gi;

/** Stands for what is no prose (code, an image, a link): part of the word it touches. */
const opaque = '\u{fffc}';

/** HTML elements whose text is quoted or linked, so that it is no prose either. */
const quotingElement =
  /^<(\/?)(?:a|blockquote|code|kbd|pre|q|samp|script|style|textarea|tt|var)(?![\w-])[^>]*?(\/?)>$/i;

/** What shows nothing of itself in an HTML block, to that block's end where it is never closed. */
const hiddenHtml = /<(?:!---?>|!--[^]*?(?:-->|$)|[!?][^]*?(?:>|$))/g;

/**
 * The first of the phrases that stands as a word of its own in the comment's prose, in any case;
 * undefined where none does. Code, quotations, links, e-mail addresses, tags and HTML comments are
 * no prose; the text between tags is.
 */
export function findMention(comment: string, phrases: readonly string[]): string | undefined {
  return locate(comment, phrases)?.phrase;
}

/**
 * The comment's prose behind the phrase that `findMention` finds, without spaces around it; code,
 * links and quotations in it are one U+FFFC each. Undefined where no phrase is found.
 */
export function readAfterMention(comment: string, phrases: readonly string[]): string | undefined {
  return locate(comment, phrases)?.after;
}

function locate(
  comment: string,
  phrases: readonly string[],
): { phrase: string; after: string } | undefined {
  const lowerCased = comment.toLowerCase();
  const written = phrases.filter((phrase) => lowerCased.includes(phrase.toLowerCase()));
  if (written.length === 0) return undefined;
  const prose = readProse(comment);
  for (const phrase of written) {
    const found = asWord(phrase).exec(prose);
    if (found !== null) return { phrase, after: prose.slice(found.index + found[0].length).trim() };
  }
  return undefined;
}

/**
 * Matches the phrase where it neither continues nor is continued by a word, a path, a file name or
 * an address. Han and kana are written without spaces: next to them a word ends all the same.
 */
function asWord(phrase: string): RegExp {
  const letter = String.raw`[[\p{L}\p{N}\p{M}_${opaque}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]]`;
  const before = String.raw`(?<!${letter}|[\-\/\\.@#:~$%&=+]|${letter}['’])`;
  const after = String.raw`(?!${letter}|[\-\/\\@#~$%&=+]|[.:'’]+${letter}|[.:]+[\/\\])`;
  return new RegExp(before + RegExp.escape(phrase) + after, 'iv');
}

/** The text of every paragraph, heading and table cell outside quotations, one a line. */
function readProse(comment: string): string {
  const lines: string[] = [];
  let quotations = 0;
  for (const token of markdown.parse(comment, {})) {
    if (token.type === 'blockquote_open') quotations += 1;
    else if (token.type === 'blockquote_close') quotations -= 1;
    else if (quotations > 0) continue;
    else if (token.type === 'inline') lines.push(readLine(token.children ?? []));
    else if (token.type === 'html_block') lines.push(readHtml(token.content));
  }
  return lines.join('\n');
}

/**
 * The text of an HTML block, which CommonMark lets go on to the next blank line: behind a pasted
 * image or `</details>`, that is what people write. They mean the Markdown in it, though it is shown
 * as it stands: code spans and lines behind `>` are no prose here either.
 * https://spec.commonmark.org/0.31.2/#html-blocks
 */
function readHtml(block: string): string {
  const [inline] = markdown.parseInline(block.replace(hiddenHtml, ''), {});
  return readLine(inline?.children ?? []).replace(/^>.*/gm, opaque);
}

function readLine(tokens: readonly Token[]): string {
  const line: string[] = [];
  let quoting = 0;
  for (const token of tokens) {
    quoting = Math.max(0, quoting + quotingStep(token));
    line.push(quoting > 0 ? opaque : textOf(token));
  }
  return line.join('');
}

/** 1 where a link or a quoting element begins, -1 behind its end, else 0. */
function quotingStep(token: Token): number {
  if (token.type === 'link_open') return 1;
  if (token.type === 'link_close') return -1;
  if (token.type !== 'html_inline') return 0;
  const [, closing, empty] = quotingElement.exec(token.content) ?? [];
  if (closing === undefined || empty === '/') return 0;
  return closing === '' ? 1 : -1;
}

function textOf(token: Token): string {
  switch (token.type) {
    case 'text':
      return token.content.replace(bareAddress, opaque);
    case 'softbreak':
    case 'hardbreak':
      return '\n';
    case 'code_inline':
    case 'image':
      return opaque;
    default:
      return '';
  }
}
