import { applyEdits } from './edits.ts';
import type { Edit } from './edits.ts';

/**
 * Runs of what shows nothing or steers what is shown: controls, format characters, and all that
 * Unicode says to ignore where it is not known. Tabs and line breaks are text, and so are the signs
 * that Arabic, Syriac and Kaithi set before numbers, which are format characters by name only.
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const invisible =
  /(?:(?!\r\n)[[\p{Cc}\p{Cf}\p{Cs}\p{DI}]--[\t\n\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]])+/gv;

/** What a zero-width joiner or non-joiner shapes: cursive and Brahmic scripts. */
const joined =
  /[\p{scx=Arab}\p{scx=Syrc}\p{scx=Nkoo}\p{scx=Mand}\p{scx=Mani}\p{scx=Adlm}\p{scx=Rohg}\p{scx=Mong}\p{scx=Phag}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Tibt}\p{scx=Mymr}\p{scx=Khmr}\p{scx=Java}\p{scx=Bali}\p{scx=Sund}\p{scx=Cakm}\p{scx=Newa}\p{scx=Gran}\p{scx=Sidd}\p{scx=Tirh}\p{scx=Kthi}\p{scx=Modi}\p{scx=Shrd}\p{scx=Limb}]/u;

/** Written without spaces: a zero-width one says where a line may break. */
const unspaced =
  /[\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Lana}\p{scx=Tale}\p{scx=Talu}\p{scx=Java}\p{scx=Bali}\p{scx=Tibt}]/u;

/** Letters of the scripts that run from right to left. */
const rightToLeft =
  /[\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Samr}\p{sc=Mand}\p{sc=Adlm}\p{sc=Rohg}\p{sc=Mani}]/u;

/** Takes one of the variation selectors 1 to 14. https://www.unicode.org/Public/UCD/latest/ucd/StandardizedVariants.txt */
const varied =
  /[\p{sc=Han}\p{sc=Mymr}\p{sc=Phag}\p{sc=Mani}\p{sc=Egyp}\p{Sm}0\u2018\u2019\u201c\u201d\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f]/u;

/** The flags of England, Scotland and Wales are all that there are. */
const tagFlag = /^\p{RGI_Emoji_Tag_Sequence}/v;

/** The longest run that has a meaning is a variation selector, a joiner, and one to spare. */
const longestRun = 3;

/**
 * The text with every invisible and steering character shown as what it is, as `[U+202E]`. Those
 * that a script or an emoji needs stay, where it needs them; a run of them is a hidden message, and
 * is only counted. It makes no difference between prose and code. Linear in the text's length.
 * https://www.unicode.org/reports/tr36/#Invisible_Characters
 */
export function showInvisible(text: string): string {
  const hasRightToLeft = createLineTest(text);
  const edits = [...text.matchAll(invisible)].flatMap(({ 0: run, index }) => {
    const before = lastCharacter(text.slice(Math.max(0, index - 2), index));
    const flag = tagFlag.exec(before + run)?.[0].slice(before.length) ?? '';
    const from = index + flag.length;
    const to = index + run.length;
    const after = text.codePointAt(to);
    return findUnneeded(run.slice(flag.length), {
      from,
      before: flag === '' ? before : '',
      after: after === undefined ? '' : String.fromCodePoint(after),
      hasRightToLeft: hasRightToLeft(index),
    });
  });
  return applyEdits(text, edits);
}

interface Surroundings {
  from: number;
  before: string;
  after: string;
  hasRightToLeft: boolean;
}

/** What of a run is shown, in pieces that stand together. */
function findUnneeded(run: string, around: Surroundings): Edit[] {
  const characters = Array.from(run);
  const pieces: { from: number; characters: string[] }[] = [];
  let { before, from } = around;
  let isOpen = false;
  for (const [index, character] of characters.entries()) {
    const after = characters[index + 1] ?? around.after;
    const isShort = characters.length <= longestRun;
    const stays = isShort && isNeeded(character, before, after, around.hasRightToLeft);
    if (!stays && isOpen) pieces.at(-1)?.characters.push(character);
    else if (!stays) pieces.push({ from, characters: [character] });
    isOpen = !stays;
    from += character.length;
    before = stays ? character : '';
  }
  return pieces.map((piece) => ({
    from: piece.from,
    to: piece.from + piece.characters.join('').length,
    text: describe(piece.characters),
  }));
}

/** Whether a character does there what it is for. */
function isNeeded(
  character: string,
  before: string,
  after: string,
  hasRightToLeft: boolean,
): boolean {
  if (/[\u200c\u200d]/.test(character) && (joined.test(before) || joined.test(after))) return true;
  if (character === '\u200d')
    return /[\p{ExtPict}\p{EMod}\ufe0f]/u.test(before) && /\p{ExtPict}/u.test(after);
  if (/[\ufe0e\ufe0f]/.test(character)) return /\p{Emoji}/u.test(before);
  if (/[\ufe00-\ufe0d]/.test(character)) return varied.test(before);
  if (/[\u{e0100}-\u{e01ef}]/u.test(character)) return /\p{sc=Han}/u.test(before);
  if (/[\u200e\u200f\u061c]/.test(character)) return hasRightToLeft;
  if (character === '\u200b') return unspaced.test(before) || unspaced.test(after);
  if (/[\u17b4\u17b5]/.test(character)) return /\p{sc=Khmr}/u.test(before);
  if (/[\u180b-\u180d\u180f]/.test(character)) return /\p{sc=Mong}/u.test(before);
  if (character === '\u180e') return /\p{sc=Mong}/u.test(before) && /\p{sc=Mong}/u.test(after);
  if (/[\u{13430}-\u{1345f}]/u.test(character)) return /\p{sc=Egyp}/u.test(before);
  return false;
}

function describe(characters: readonly string[]): string {
  if (characters.length > longestRun) return `[${characters.length} invisible characters]`;
  return `[${characters.map(nameOf).join(' ')}]`;
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The last whole character; a text's first is empty. */
function lastCharacter(text: string): string {
  return Array.from(text).at(-1) ?? '';
}

/** Tells of places, asked in order, whether their line has right-to-left letters. */
function createLineTest(text: string): (at: number) => boolean {
  let end = -1;
  let has = false;
  return (at) => {
    if (at >= end || end < 0) {
      const from = text.lastIndexOf('\n', at - 1) + 1;
      const next = text.indexOf('\n', at);
      end = next < 0 ? text.length + 1 : next;
      has = rightToLeft.test(text.slice(from, end));
    }
    return has;
  };
}
