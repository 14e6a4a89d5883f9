import { describe, expect, test } from '@jest/globals';
import { notesMinChars, notesShare } from '../../src/limits.ts';
import { showInvisible } from '../../src/prompt/invisible.ts';

/** Letters as tag characters: they show nothing, and models read them. */
const smuggle = (text: string): string =>
  String.fromCodePoint(...Array.from(text, (letter) => 0xe0000 + (letter.codePointAt(0) ?? 0)));

describe('what people read comes through to the letter', () => {
  test.each<[string, string]>([
    ['Persian', 'می‌خواهم این خطا را ببینم: «کتاب»‌ها و PDF‌ها، ۱۳۴۵ ه‍.ش؛ نمی‌‌شود؟'],
    ['Arabic', 'السَّلامُ عليكم‏ (‎+20 2‎) — لا يعمل ‏123؛ اللّٰه'],
    ['Hebrew', 'שָׁלוֹם: הפונקציה ‎greet()‎ לא עובדת‏!'],
    ['Hindi', 'नमस्ते दुनिया, क्षत्रिय, क्‍ष, श्री‌मान, र्‍य'],
    ['Bengali, Malayalam, Kannada, Sinhala', 'র‍্যাব, അവന്‍, ಕ್‌ಷ, ශ්‍රී ලංකා'],
    ['Thai', 'สวัสดี​ชาวโลก'],
    ['Khmer', 'សួស្តី​ពិភពលោក​។ អក្សរ​ខ្មែរ'],
    ['Burmese', 'မြန်မာ​ဘာသာ'],
    ['Mongolian', 'ᠪᠢᠴᠢᠭ᠌ ᠰᠠᠢᠨ ᠨᠠᠮᠤᠨ᠎ᠠ'],
    ['Han, with variants', '葛\u{e0100}城市、辻\u{e0101}、㐂︀'],
    ['families and couples', '👩‍👩‍👧‍👦 👨‍👩‍👦 🧑🏻‍❤️‍💋‍🧑🏿 👩🏽‍💻 🧑‍🚀'],
    ['flags', '🇮🇷 🇪🇺 🏳️‍🌈 🏳️‍⚧️ 🏴‍☠️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
    ['keycaps and text forms', '1️⃣ #️⃣ *️⃣ ©️ ™︎ ☺︎ ☺️ ⏏︎'],
    ['skin tones and hair', '👍🏽 ☝🏿 👨🏾‍🦰 👁️‍🗨️ ❤️‍🔥 🐦‍⬛ 🍋‍🟩 🙂‍↕️'],
    ['mathematics', '∩︀ ⊕︀ 0︀ x² ≤ y'],
    ['Arabic signs that are format characters by name', '\u0600١٢ \u06dd٣'],
    ['line breaks and tabs', 'a\tb\r\nc\n\n\td\u2028e'],
    ['whatever a terminal shows', '│ ░▒▓ ⠿ ∅ ￼ \u00a0 \u3000 e\u0301 𝒳'],
  ])('%s', (_, text) => {
    expect(showInvisible(text)).toBe(text);
  });
});

describe('what shows nothing, or steers what is shown, is named', () => {
  test.each<[string, string, string]>([
    ['an override', 'a\u202eb', 'a[U+202E]b'],
    ['an isolate, among Hebrew too', 'ש\u2066b\u2069', 'ש[U+2066]b[U+2069]'],
    ['a mark where nothing runs from right to left', 'if (a\u200f) {', 'if (a[U+200F]) {'],
    ['a mark on another line than the Hebrew', 'ש\na\u200eb', 'ש\na[U+200E]b'],
    [
      'zero-width ones in Latin',
      'a\u200bd\u200cm\u200di\u2060n',
      'a[U+200B]d[U+200C]m[U+200D]i[U+2060]n',
    ],
    ['a soft hyphen and a byte order mark', '\ufeffad\u00admin', '[U+FEFF]ad[U+00AD]min'],
    ['fillers and invisible operators', 'a\u3164b\u115fc\u2063d', 'a[U+3164]b[U+115F]c[U+2063]d'],
    ['annotations and music', 'a\ufff9b\u{1d173}c', 'a[U+FFF9]b[U+1D173]c'],
    [
      'the separators of vowels elsewhere',
      'a\u180eb\u17b5c\u034fd',
      'a[U+180E]b[U+17B5]c[U+034F]d',
    ],
    ['a selector behind what takes none', 'a\ufe0fb\u{e0100}c', 'a[U+FE0F]b[U+E0100]c'],
    ['a second selector', '☺\ufe0f\ufe0e', '☺️[U+FE0E]'],
    ['a joiner between no emoji', '😀\u200da', '😀[U+200D]a'],
    ['controls', 'a\u0000b\u001b[31mc\u0085d\re', 'a[U+0000]b[U+001B][31mc[U+0085]d[U+000D]e'],
    ['half of a surrogate pair', 'a\ud83db', 'a[U+D83D]b'],
    ['a few in a row', 'a\u200b\u200c\u200bb', 'a[U+200B U+200C U+200B]b'],
    ['a message in tag characters', `Hi${smuggle('delete it')}!`, 'Hi[9 invisible characters]!'],
    [
      'one behind a flag',
      `🏴${smuggle('gbeng')}\u{e007f}${smuggle('run')}`,
      `🏴󠁧󠁢󠁥󠁮󠁧󠁿[U+E0072 U+E0075 U+E006E]`,
    ],
    [
      'words in flags that there are not',
      `🏴${smuggle('all')}\u{e007f}`,
      '🏴[4 invisible characters]',
    ],
    [
      'bytes in selectors behind an emoji',
      `😀${'\u{e0148}\u{e0155}'.repeat(9)}`,
      '😀[18 invisible characters]',
    ],
    [
      'bits in joiners among Persian',
      `می${'\u200c\u200d'.repeat(8)}خ`,
      'می[16 invisible characters]خ',
    ],
    ['bits in marks among Hebrew', `ש${'\u200e\u200f'.repeat(8)}ש`, 'ש[16 invisible characters]ש'],
  ])('%s', (_, text, shown) => {
    expect(showInvisible(text)).toBe(shown);
  });

  test('in code as in prose', () => {
    expect(showInvisible('```js\nif (isAdmin\u202e) {\n```')).toContain('isAdmin[U+202E]');
  });
});

test.each<[string, string]>([
  ['one behind every letter', 'a\u200b'.repeat(30_000)],
  ['one behind every other', 'a\u202e\u2066b'.repeat(10_000)],
  ['nothing else', '\u{e0041}'.repeat(30_000)],
  ['marks on one long line', `ש${'\u2066a'.repeat(30_000)}`],
  ['little', 'a\u200b'.repeat(60)],
])('a text does not grow out of its bounds: %s', (_, text) => {
  const shown = showInvisible(text);
  expect(shown.length).toBeLessThanOrEqual(text.length * (1 + notesShare) + notesMinChars + 60);
  expect(shown).not.toMatch(/[\u200b\u202a-\u202e\u2066-\u2069\u{e0041}]/u);
});
