import { describe, expect, test } from '@jest/globals';
import { sentence } from '../../src/reply/plain.ts';
import { parse } from './markdown.ts';

describe('a sentence', () => {
  test.each([
    "OpenCode sent nothing for 10 minutes. Raise `stall-minutes`, or look at the server's log.",
    'Write `@agent` or `` `![x](y)` `` in `mentions`; see https://example.com/a?b=1&c=2 (status 429).',
    'A lone ` stays as it is, and so does AT&T.',
  ])('of ours stays as it is: %s', (text) => {
    expect(sentence(text, 500)).toBe(text);
  });

  test.each([
    ['a mention', 'Ask @octocat.', 'Ask @&#8203;octocat.'],
    ['a mention by its number', 'Ask &#64;octocat.', 'Ask &amp;#64;octocat.'],
    ['a mention by its name', 'Ask &commat;octocat.', 'Ask &amp;commat;octocat.'],
    ['an escaped one', String.raw`Ask \@octocat.`, String.raw`Ask \@&#8203;octocat.`],
    ['an image', 'See ![x](http://e/x.png).', String.raw`See !\[x](http://e/x.png).`],
    ['a link', 'See [x](http://e/x).', String.raw`See \[x](http://e/x).`],
    [
      'code that GitHub takes for a part of an address',
      'https://e/`x @y `',
      'https://e/%60x @&#8203;y `',
    ],
    ['a tag', 'See <img src=x>.', 'See &lt;img src=x>.'],
  ])('that quotes others makes nothing of %s', (_, text, shown) => {
    expect(sentence(text, 500)).toBe(shown);
  });

  test.each([
    ['after an escaped backtick', String.raw`\`@octocat ${'`'}`],
    ['after a backtick in what would be a link', '[a](b`c) @octocat `'],
    ['after backticks that nothing closes', '`` @octocat `'],
    ['behind an escaped backslash', String.raw`\\![x](http://e/x.png) @octocat`],
    ['in what is no address', 'a://![x](http://e/x.png) b://@octocat'],
  ])('is not fooled by code that is none: %s', (_, text) => {
    const tokens = parse(sentence(text, 500)).tokens.flatMap(({ children }) => children ?? []);
    const texts = tokens.filter(({ type }) => type === 'text' || type === 'text_special');
    expect(texts.map(({ content }) => content).join('')).not.toMatch(/@octocat/);
    expect(tokens.map(({ type }) => type)).not.toContain('image');
  });
});
