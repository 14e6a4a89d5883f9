import { describe, expect, test } from '@jest/globals';

import { isOnGitHub } from '../../src/reply/audience.ts';
import { renderHarmless } from '../../src/reply/outgoing.ts';
import { readEffects } from '../../src/reply/page.ts';
import { pick, seeded } from './random.ts';

const audience = { serverUrl: 'https://github.com', people: ['ada', 'Grace-H'] };
const calledIn = (text: string): string[] => readEffects(text).called;
const fetchedIn = (text: string): string[] =>
  readEffects(text).fetched.filter((address) => !isOnGitHub(address, audience));
const harmless = (text: string): string => renderHarmless(text, audience);

describe('an image on another host becomes a link', () => {
  test.each([
    ['with a title', 'a ![b](https://e.test/c?d "t") e', 'a [b](https://e.test/c?d "t") e'],
    ['without a text', '![](https://e.test/c)', '[image](https://e.test/c)'],
    ['in angle brackets', '![b](<https://e.test/c d>)', '[b](<https://e.test/c d>)'],
    ['by reference', '![b][R]\n\n[r]: https://e.test/c', '[b][R]\n\n[r]: https://e.test/c'],
    ['by its own name', '![r]\n\n[r]: //e.test/c', '[r]\n\n[r]: //e.test/c'],
    ['behind another !', '!![b](https://e.test)', '!<!-- -->[b](https://e.test)'],
    ['in a link', '[![b](https://e.test/i)](https://e.test)', '[b](https://e.test)'],
    ['in an image', '![a ![b](//e.test/1)](//e.test/2)', '[a b](//e.test/2)'],
    ['with backslashes', '![b](\\\\\\\\e.test/c)', '[b](\\\\\\\\e.test/c)'],
    ['with escapes', '![b](https\\://e.test/c)', '[b](https\\://e.test/c)'],
    ['with references', '![b](https&#58;//e.test/c)', '[b](https&#58;//e.test/c)'],
    ['in a quotation', '> ![b](https://e.test)', '> [b](https://e.test)'],
    ['in a table', '|a|\n|-|\n|![b](//e.test)|', '|a|\n|-|\n|[b](//e.test)|'],
    [
      'as a tag',
      'a <img src="https://e.test/c" alt="b"> d',
      'a <a href="https://e.test/c">b</a> d',
    ],
    ['as a tag in HTML', '<p><IMG/src=//e.test/c></p>', '<p><a href="//e.test/c">image</a></p>'],
    [
      'as a tag whose text is a tag',
      "<img src='//e.test' alt='<img src=x>'>",
      '<a href="//e.test">&lt;img src=x></a>',
    ],
  ])('%s', (_what, text, expected) => {
    expect(harmless(text)).toBe(expected);
  });

  test.each([
    ['with a set of sources', '<img srcset="//e.test/c 2x">'],
    ['in a picture', '<picture><source srcset="//e.test/c"></picture>'],
    ['as a poster', '<video poster=//e.test></video>'],
    ['in a tag that nobody closes', '<div>\n<img src="//e.test/c"\n\na'],
    ['behind what a browser takes for the end of a comment', '<!-- a --!> <img src=//e.test> -->'],
    ['behind an empty comment', '<!--> <img src=//e.test> -->'],
  ])('or is shown as it was written: %s', (_what, text) => {
    expect(fetchedIn(text)).not.toEqual([]);
    expect(fetchedIn(harmless(text))).toEqual([]);
    expect(harmless(text)).toContain('e.test');
  });
});

describe('a mention of somebody who is not on the thread is shown as code', () => {
  test.each([
    ['a person', 'ask @mallory, please', 'ask `@mallory`, please'],
    ['at the start', '@mallory', '`@mallory`'],
    ['a team', '(@octo/team)', '(`@octo/team`)'],
    ['a team of somebody who is', '@ada/team', '`@ada/team`'],
    ['a longer name than somebody has who is', '@ada-2', '`@ada-2`'],
    ['in bold', '**@mallory**', '**`@mallory`**'],
    ['in a list', '- @mallory', '- `@mallory`'],
    ['in a heading', '# @mallory', '# `@mallory`'],
    ['by a reference', 'a &#64;mallory &#x40;mallory', 'a `@mallory` `@mallory`'],
    ['by a name', '&commat;mallory', '`@mallory`'],
    ['with a letter by reference', '@m&#97;llory', '`@m&#97;llory`'],
    ['escaped', '\\@mallory', '`@mallory`'],
    ['behind a backslash', '\\\\@mallory', '\\\\`@mallory`'],
    ['beside a backtick', '`@mallory', '`<code>@mallory</code>'],
    ['in HTML', '<div>\n@mallory\n</div>', '<div>\n<code>@mallory</code>\n</div>'],
    ['in a link', '[@mallory](https://e.test/@x)', '[`@mallory`](https://e.test/@x)'],
    ['as a text of an image', '![@mallory](//e.test)', '[`@mallory`](//e.test)'],
  ])('%s', (_what, text, expected) => {
    expect(harmless(text)).toBe(expected);
    expect(calledIn(harmless(text)).filter((name) => name !== 'ada')).toEqual([]);
  });

  test('and nobody is called who is only in the markup of what Markdown cannot read', () => {
    const text = `${'[]('.repeat(6_000)} @mallory ![a](//e.test) <img src=//e.test>`;
    expect(calledIn(harmless(text))).toEqual([]);
    expect(fetchedIn(harmless(text))).toEqual([]);
  });
});

describe('to the letter goes', () => {
  test.each([
    ['who is on the thread', '@ada and @GRACE-h. @ada- @ada'],
    ['an address', 'mail a@mallory.test, https://e.test/@mallory, <https://e.test/@mallory>'],
    ['code', '`@mallory ![a](//e.test)`\n\n```\n@mallory <img src=//e.test>\n```\n\n    @mallory'],
    ['the code of a list', '1. a\n\n   ```\n   @mallory\n   ```'],
    ['a definition', '[a][b]\n\n[b]: https://e.test/@mallory'],
    ['an attribute', 'a <a href="https://e.test/@mallory">b</a>'],
    ['no reference to an image', '#![allow(dead_code)] and ![this]'],
    ['an image on GitHub', '![a](https://user-images.githubusercontent.com/1/2.png?a=b&amp;c=d)'],
    ['an image of the repository', '![a](docs/a.png) ![b](/octo/hello/raw/main/b.png) ![c](#d)'],
    ['an image in a tag', '<img width="9" src="https://github.com/a/b/raw/c.png">'],
    ['an escaped image', '\\![a](https://e.test) !\\[a](https://e.test)'],
    ['an ampersand', '\\&#64;mallory'],
    ['everything else', 'a | b\n\n<details>\n<summary>x</summary>\n\n**c**\n</details> 👩‍👩‍👧‍👦 שלום'],
  ])('%s', (_what, text) => {
    expect(harmless(text)).toBe(text);
  });
});

test.each([
  ['https://github.com/a/b.png', true],
  ['https://avatars.githubusercontent.com/u/1', true],
  ['https://github.com.e.test/a', false],
  ['https://notgithub.com/a', false],
  ['https://github.com@e.test/a', false],
  ['https:/\\e.test/a', false],
  ['/\\e.test/a', false],
  ['ht\ntps://e.test', false],
  ['ftp://github.com/a', false],
  ['data:image/png;base64,AA', true],
])('%j is on GitHub: %s', (address, expected) => {
  expect(isOnGitHub(address, audience)).toBe(expected);
});

test('on a server of its own, that server is GitHub', () => {
  const own = { ...audience, serverUrl: 'https://ghe.example.com' };
  expect(isOnGitHub('https://media.ghe.example.com/a.png', own)).toBe(true);
  expect(isOnGitHub('https://github.com/a.png', own)).toBe(false);
});

/** What Markdown is made of, and what its edges are. */
const fragments = [
  '![',
  '[',
  ']',
  '(//e.test/i)',
  '(<//e.test/i>)',
  '[r]',
  '\n[r]: //e.test/i\n',
  '!',
  '\\',
  '<img src=//e.test/i>',
  '<img alt="',
  '"',
  "'",
  '>',
  '<',
  '<!--',
  '-->',
  '--!>',
  '<!-->',
  '@mallory',
  '&#64;mallory',
  '@',
  '@octo/team',
  '&commat;mal',
  'a',
  ' ',
  '\n',
  '\n\n',
  '    ',
  '`',
  '```',
  '~~~\n',
  '\n```\n',
  '> ',
  '- ',
  '1. ',
  '# ',
  '|',
  '\n|-|\n',
  '*',
  '_',
  '	',
  '<div>',
  '</div>',
  '<p>',
  '<b>',
  '<a href="x">',
  '<?',
  '?>',
  '<![CDATA[',
  ']]>',
  '\n---\n',
  'https://e.test/',
  'www.e.test',
  '<https://e.test/@mallory>',
  '<code>',
  '</code>',
  '<pre>',
];

test('whatever it is made of, nobody is called and nothing fetched from elsewhere', () => {
  const random = seeded(2026);
  let dangerous = 0;
  for (let round = 0; round < 4_000; round += 1) {
    const count = 2 + Math.floor(random() * 14);
    const text = Array.from({ length: count }, () => pick(random, fragments)).join('');
    if (calledIn(text).length + fetchedIn(text).length > 0) dangerous += 1;
    const shown = harmless(text);
    const left = { text, called: calledIn(shown), fetched: fetchedIn(shown) };
    expect(left).toEqual({ text, called: [], fetched: [] });
  }
  expect(dangerous).toBeGreaterThan(400);
});
