import { describe, expect, test } from '@jest/globals';
import type { Written } from '../../src/attachments/attachment.ts';
import { findAttachments, placeLabels } from '../../src/attachments/find.ts';
import { attachmentsMax } from '../../src/limits/attachments.ts';

const server = { origin: 'https://github.com', repository: 'octo-org/hello-world' };
const url = (number: number): string =>
  `https://github.com/user-attachments/files/${number}/${number}.log`;

const written = (shown: string, isTask = false): Written => ({
  kind: 'comment',
  id: 1,
  isTask,
  heading: 'comment',
  shown,
});

const urls = (...all: Written[]): (string | undefined)[] =>
  findAttachments(all, server).map(({ held }) => held.url);

describe('attachments are found', () => {
  test.each([
    ['as an image', `![x](${url(1)})`],
    ['with a title', `![x](<${url(1)}> "y")`],
    ['as a link', `[x](${url(1)})`],
    ['in a link', `[![x](${url(1)})](https://example.com)`],
    ['by reference', `![x][y]\n\n[y]: ${url(1)}`],
    ['bare', `a ${url(1)} b`],
    ['in brackets', `<${url(1)}>`],
    ['in HTML', `<img width="9" src="${url(1)}" />`],
    ['in a block of HTML', `<p>\n<IMG SRC='${url(1)}'>\n</p>`],
    ['as a video', `<video src=${url(1)}></video>`],
    ['in a list in a quotation', `> - ![x](${url(1)})`],
    ['in a table', `|a|\n|-|\n|![x](${url(1)})|`],
  ])('%s', (_, text) => {
    expect(urls(written(text))).toEqual([url(1)]);
  });

  test.each([
    ['code', `\`![x](${url(1)})\``],
    ['a fence', `\`\`\`\n![x](${url(1)})\n\`\`\``],
    ['an indented block', `a\n\n    ![x](${url(1)})`],
    ['a comment', `<!-- ![x](${url(1)}) -->`],
    ['an alternative text', `![a ![x](${url(1)}) b](https://example.com/x.png)`],
    ['an escape', `\\<img src="x">`],
  ])('not in %s', (_, text) => {
    expect(urls(written(text))).toEqual([]);
  });

  test('each once, in the order of the thread', () => {
    const all = findAttachments(
      [written(`${url(1)} ${url(2)}`), written(url(1)), written(url(2), true)],
      server,
    );
    expect(all.map(({ held, number, from }) => [held.url, number, from.isTask])).toEqual([
      [url(1), 1, false],
      [url(2), 2, true],
    ]);
  });

  test('of too many, those of the task and the newest are kept', () => {
    const many = Array.from({ length: attachmentsMax + 5 }, (_, index) => written(url(index + 2)));
    const all = findAttachments([written(url(1)), ...many, written(url(1), true)], server);
    const kept = all.filter(({ leftOut }) => leftOut === undefined);
    expect(kept).toHaveLength(attachmentsMax);
    expect(kept[0]?.held.url).toBe(url(1));
    expect(kept.at(-1)?.held.url).toBe(url(attachmentsMax + 6));
    expect(all[1]?.leftOut).toBe('there are more than 10');
  });
});

describe('a label stands in the place of each', () => {
  const place = (text: string): string =>
    placeLabels(text, server, (key) => (key === url(1) ? '[attachment 1: 1.log]' : undefined));

  test.each([
    [`a ![x](${url(1)}) b`, 'a [attachment 1: 1.log] b'],
    [`[x](${url(1)})`, '[x]([attachment 1: 1.log])'],
    [`<p><img src="${url(1)}" alt="x"> b`, '<p>[attachment 1: 1.log] b'],
    [`![x](${url(2)}) ${url(1)}`, `![x](${url(2)}) [attachment 1: 1.log]`],
    [`\`${url(1)}\` ${url(1)}`, `\`${url(1)}\` [attachment 1: 1.log]`],
  ])('%s', (text, placed) => {
    expect(place(text)).toBe(placed);
  });

  test('in a text that is made to be slow, in time', () => {
    const begun = performance.now();
    for (const piece of ['<img ', '![](', '<img src="', '[x](u', `<${url(1)}`])
      place(piece.repeat(Math.ceil(65_536 / piece.length)));
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});
