/** Anybody may comment: what takes minutes to clean, or fills the prompt, would stop the run. */
import { expect, test } from '@jest/globals';
import { linkBrackets, threadChars, threadComments } from '../../src/limits.ts';
import { createBlocks } from '../../src/prompt/block.ts';
import { showHidden } from '../../src/prompt/hidden.ts';
import { renderPrompt } from '../../src/prompt/render.ts';
import { keepNewest } from '../../src/thread/bounds.ts';
import { entryOf, inputOf, threadOf, triggerOf } from '../prompt/setting.ts';

const commentChars = 65_536;
const fill = (piece: string, chars: number): string =>
  piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars);

/** The parser takes 5 s for the first, in one comment. */
const pieces = ['[](', '<!-->', 'a\u200b', '<p a="', '![a](b)', '`a', '> - ', '&#xe0041;'];

test.each(pieces)('the largest comments of %j leave a prompt in bounds', (piece) => {
  const body = fill(piece, commentChars);
  const entries = keepNewest(
    Array.from({ length: threadComments }, (_, id) => entryOf({ id, body })),
    { chars: threadChars, count: threadComments },
  );
  const input = inputOf({
    thread: threadOf({ body, entries }),
    trigger: triggerOf({ task: body }),
  });
  expect(entries).toHaveLength(1);
  expect(renderPrompt(input).text.length).toBeLessThan(3 * 1.6 * commentChars);
});

test.each(pieces)('so do a thousand small ones of %j', (piece) => {
  const body = fill(piece, 60);
  const entries = keepNewest(
    Array.from({ length: threadComments }, (_, id) => entryOf({ id, body })),
    { chars: threadChars, count: threadComments },
  );
  const { text } = renderPrompt(inputOf({ thread: threadOf({ entries }) }));
  expect(text.length).toBeLessThan(3 * threadChars);
});

test('the parser never sees the brackets that would take it seconds', () => {
  const body = fill('[](', commentChars);
  expect(body.split('[](').length).toBeGreaterThan(4 * linkBrackets);
  const shown = createBlocks('0123456789abcdef').render('comment', showHidden(body));
  expect(shown.split('[](')).toHaveLength(linkBrackets + 1);
});
