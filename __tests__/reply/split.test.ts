import { describe, expect, test } from '@jest/globals';
import { closingOf, clusterEnd, split } from '../../src/reply/split.ts';
import { endsWith, parse } from './markdown.ts';
import { pick, seeded } from './random.ts';

const room = 12_000;
const fold = '\n\n<details>\n<summary>S</summary>\n\nsentinel\n\n</details>';

/** Whether what follows a text stands at the top level of the document, unswallowed. */
function standsAlone(text: string): boolean {
  return endsWith(text + fold, ['<details>\n<summary>S</summary>', 'sentinel', '</details>']);
}

const fences = ['```\n', '```js\n', '~~~~\n', '~~~ info `x`\n', '``` a`b\n', '`````\n', '\t```\n'];
const marks = ['- ', '  ', '1. ', '10) ', '> ', '>', '* ', '-\n', '\n', '\n\n', '    ', '\t', ' '];
const blocks = [
  'text\n',
  'more text',
  '# head\n',
  '===\n',
  '---\n',
  '- - -\n',
  '| a |\n|---|\n',
  '\r\n',
];
const html = [
  '<!-- ',
  '-->\n',
  '<div>\n',
  '</div>\n',
  '<pre>\n',
  '</pre>',
  '<?php\n',
  '?>',
  '<b>\n',
  '<![CDATA[',
  ']]>',
];
const fragments = [...fences, ...marks, ...blocks, ...html];

describe('closing what a text leaves open', () => {
  test.each([
    ['nothing where nothing is open', 'a\n\n```\nb\n```\n', ''],
    ['a fence', '```js\ncode', '\n```'],
    ['a fence at the end of a line', '~~~~\ncode\n', '~~~~'],
    ['a fence with a shorter one in it', '`````\n```\n', '`````'],
    ['a fence in a list item', '- a\n\n  ```\n  code', '\n  ```'],
    ['a fence in a quotation', '> ```\n> code', '\n> ```'],
    ['an HTML comment', 'a\n\n<!-- b', '\n-->'],
    ['raw text in HTML', '<pre>\nlog\n\nlog\n', '</pre>'],
    ['folded details', '<details>\n<summary>x</summary>\n\ntext', '\n\n</details>'],
    ['details in a paragraph', 'see <details> here', '\n\n</details>'],
    ['details closed too often', '</details>\n<details>\na', '\n\n</details>'],
    ['no details that were closed', '<details>\n\na\n\n</details>', ''],
    ['no details in code', '```\n<details>\n```\n', ''],
    ['details whose end is only quoted', '<details>\n\n`</details>`', '\n\n</details>'],
    ['a tag', '<div class=a', '\n\n</details>'],
    ['a quoted attribute', '<div title="a', '\n\n</details ">'],
    ['an HTML comment in HTML', '<div>\n<!-- a\n\ntext', '\n\n<!-- -->'],
    ['no tag that a paragraph shows as text', 'a <b c', ''],
  ])('adds %s', (_, text, expected) => {
    expect(closingOf(text)).toBe(expected);
    expect(standsAlone(text + closingOf(text))).toBe(true);
  });

  test('agrees with the full Markdown parser on what is open', () => {
    for (let seed = 1; seed <= 3_000; seed += 1) {
      const random = seeded(seed);
      const length = 1 + Math.floor(random() * 14);
      const text = Array.from({ length }, () => pick(random, fragments)).join('');
      const result = { seed, text, isAlone: standsAlone(text + closingOf(text)) };
      expect(result).toEqual({ seed, text, isAlone: true });
      if (!standsAlone(text))
        expect({ seed, text, closing: closingOf(text) }).not.toHaveProperty('closing', '');
    }
  });

  test('adds nothing to fences and lists that are complete', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      expect({ seed, closing: closingOf(randomDocument(seed, 3_000)) }).toEqual({
        seed,
        closing: '',
      });
    }
  });
});

/** What stands before a line in a container, and what opens the container. */
const containers = [
  ['', ''],
  ['  ', '- item\n\n'],
  ['    ', '1.  item\n\n'],
  ['> ', ''],
  ['   ', '1. item\n\n'],
];

/** Paragraphs, lists and fences in which every word says whether it is code. */
function randomDocument(seed: number, chars: number): string {
  const random = seeded(seed);
  let text = '';
  let number = 0;
  const words = (kind: string, most: number) =>
    Array.from({ length: 1 + Math.floor(random() * most) }, () => `${kind}${(number += 1)}`).join(
      ' ',
    );
  while (text.length < chars) {
    const [prefix = '', item = ''] = pick(random, containers);
    const fence = pick(random, ['```', '~~~', '``````', '~~~~~']);
    const lines = Array.from({ length: Math.floor(random() * 200) }, () => words('code', 9));
    text += `${words('prose', 80)}\n\n${item}`;
    text += `${prefix}${fence}${pick(random, ['js', '', ' ts title="x"'])}\n`;
    text += lines.map((line) => `${prefix}${line}\n`).join('');
    text += `${prefix}${fence}\n\n${words('prose', 9)}\n\n`;
  }
  return text;
}

describe('cutting a long text', () => {
  test('leaves a short text as it is', () => {
    expect(split('text', room, 5)).toEqual({
      pieces: [{ lead: '', body: 'text', tail: '' }],
      rest: '',
    });
  });

  test('gives one empty piece for an empty text', () => {
    expect(split('', room, 5).pieces).toHaveLength(1);
  });

  test('keeps code code and prose prose in every piece, and the text to the letter', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const text = randomDocument(seed, 45_000);
      const { pieces, rest } = split(text, room, 9);
      expect(pieces.map(({ body }) => body).join('') + rest).toBe(text);
      for (const { lead, body, tail } of pieces) {
        const piece = lead + body + tail;
        expect(piece.length).toBeLessThanOrEqual(room);
        const { code, prose } = parse(piece);
        expect({ seed, found: /.*prose\d.*/.exec(code)?.[0] }).toEqual({ seed });
        expect({ seed, found: /.*code\d.*/.exec(prose)?.[0] }).toEqual({ seed });
        expect(standsAlone(piece)).toBe(true);
      }
    }
  });

  test('opens a fence again with its own marker and info string', () => {
    const text = `~~~~ts title="x"\n${'let x;\n'.repeat(3_000)}~~~~\n`;
    const { pieces } = split(text, room, 5);
    expect(pieces[0]?.tail).toBe('~~~~');
    expect(pieces[1]?.lead).toBe('~~~~ts title="x"\n');
    expect(pieces.at(-1)?.tail).toBe('');
  });

  test('cuts between paragraphs rather than in one', () => {
    const text = `${'word '.repeat(600)}\n\n`.repeat(10);
    const { pieces } = split(text, room, 9);
    for (const { body } of pieces.slice(0, -1)) expect(body).toMatch(/\n\n$/);
  });

  test('cuts between words where a line does not fit', () => {
    const { pieces } = split('word '.repeat(10_000), room, 9);
    for (const { body } of pieces.slice(0, -1)) expect(body).toMatch(/word $/);
  });

  test('repeats the quotation mark where a quoted line is cut', () => {
    const { pieces } = split(`> \`\`\`\n> ${'x'.repeat(20_000)}`, room, 9);
    expect(pieces[0]?.tail).toBe('\n> ```');
    expect(pieces[1]?.lead).toBe('> ```\n> ');
  });

  test('repeats it without a fence, too', () => {
    const { pieces } = split(`> ${'word '.repeat(5_000)}`, room, 9);
    expect(pieces.slice(1).every(({ lead }) => lead === '> ')).toBe(true);
  });

  test('opens a fence again as deep in lists as it stood', () => {
    const text = `1. a\n   - b\n\n     ~~~js\n${'     code\n'.repeat(2_000)}     ~~~\n\n     after`;
    const { pieces } = split(text, room, 9);
    expect(pieces[1]?.lead).toBe('-  - ~~~js\n');
    const { tokens, code } = parse(pieces.map(({ lead, body }) => lead + body)[1] ?? '');
    expect(tokens.filter(({ type }) => type === 'fence')).toHaveLength(1);
    expect(code).toMatch(/^(code\n)+$/);
  });

  test('cuts between the items of a list rather than in one', () => {
    const { pieces } = split(`- word\n\n  ${'more '.repeat(150)}\n\n  end\n\n`.repeat(60), room, 9);
    for (const { body } of pieces) expect(body).toMatch(/^- /);
  });

  test('says what did not fit', () => {
    const text = 'line\n'.repeat(10_000);
    const { pieces, rest } = split(text, room, 2);
    expect(pieces).toHaveLength(2);
    expect(pieces.map(({ body }) => body).join('') + rest).toBe(text);
    expect(rest).not.toBe('');
  });

  const letters = ['👨‍👩‍👧‍👦', '🇩🇪', 'é', 'שלום', 'مرحبا', 'x', 'नि', '\u{1F44D}\u{1F3FD}', '한', '\r\n'];

  test('never cuts within a grapheme cluster, in lines of any length', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = seeded(seed);
      const length = 4_000 + Math.floor(random() * 4_000);
      const known = random() < 0.5 ? letters.slice(0, 8) : letters;
      const text = Array.from({ length }, () => pick(random, known)).join('');
      const ends = new Set(Array.from(new Intl.Segmenter().segment(text), ({ index }) => index));
      const { pieces, rest } = split(text, room, 9);
      expect(pieces.map(({ body }) => body).join('') + rest).toBe(text);
      let at = 0;
      for (const { lead, body, tail } of pieces) {
        expect((lead + body + tail).length).toBeLessThanOrEqual(room);
        at += body.length;
        expect({ seed, at, isEnd: at === text.length || ends.has(at) }).toEqual({
          seed,
          at,
          isEnd: true,
        });
      }
    }
  });

  test('cuts a cluster that is larger than the room, since it must, but no surrogate pair', () => {
    const { pieces, rest } = split('👍🏽\u200d'.repeat(10_000), room, 9);
    expect([...pieces.map(({ body }) => body), rest].every((body) => body.isWellFormed())).toBe(
      true,
    );
  });

  test('comes to an end on fences longer than any line may be', () => {
    const text = `${'`'.repeat(30_000)}\n${'x\n'.repeat(10_000)}`;
    const { pieces, rest } = split(text, room, 9);
    expect(pieces.map(({ body }) => body).join('') + rest).toBe(text);
    for (const { lead, body, tail } of pieces) {
      expect((lead + body + tail).length).toBeLessThanOrEqual(room);
    }
  });

  test('finds the end of a cluster before the limit', () => {
    expect(clusterEnd('a👨‍👩‍👧b', 0, 5)).toBe(1);
    expect(clusterEnd('abc', 0, 2)).toBe(2);
    expect(clusterEnd('abc', 0, 9)).toBe(3);
  });
});
