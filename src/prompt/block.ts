import { showInvisible } from './invisible.ts';

/**
 * Makes blocks of others' text, each between two lines that carry the run's random boundary. What is
 * invisible in it is shown.
 */
export interface Blocks {
  /** One block; `heading` is kept on its line, whatever it holds. */
  render(heading: string, text: string): string;
  /** Text outside the blocks, as it is in them: no boundary, nothing invisible. */
  plain(text: string): string;
}

/**
 * Blocks with the given boundary, which must be new for every run and not to be guessed.
 * Even so it is taken out of all text, so that no text can end its own block: last of all, behind
 * `showInvisible`, so that nothing that is done to a text can put a boundary together.
 * Throws `RangeError` for a boundary under 16 characters, or with others than letters and digits.
 */
export function createBlocks(boundary: string): Blocks {
  if (!/^[A-Za-z0-9-]{16,}$/.test(boundary)) throw new RangeError('not a boundary');
  const found = new RegExp(boundary, 'gi');
  const plain = (text: string) => showInvisible(text).replaceAll(found, '[removed]');
  const render = (heading: string, text: string) =>
    [
      `--- begin ${boundary}: ${oneLine(plain(oneLine(heading)))}`,
      plain(text)
        .replace(/^\s*\n/, '')
        .trimEnd() || '(no text)',
      `--- end ${boundary}`,
    ].join('\n');
  return { render, plain };
}

/** Control characters and line breaks of every kind become spaces. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
