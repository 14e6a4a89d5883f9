import { expect, test } from '@jest/globals';

import { createText } from '../../src/turn/text.ts';

test('reads as its pieces put together, read as often as one likes', () => {
  const pieces = Array.from({ length: 5_000 }, (_, index) => `${index} 👩‍👩‍👧 שלום `);
  const text = createText();
  for (const [index, piece] of pieces.entries()) {
    text.append(piece);
    if (index % 777 === 0) text.read();
  }
  expect(text.read()).toBe(pieces.join(''));
  expect(text.read()).toBe(pieces.join(''));
});

test('keeps a character whose halves come in two pieces', () => {
  const halves = '👩'.repeat(3_000).split('');
  const text = createText();
  for (const half of halves) text.append(half);
  expect(text.read()).toBe('👩'.repeat(3_000));
});

test('forgets everything where it is replaced', () => {
  const text = createText();
  for (let index = 0; index < 3_000; index += 1) text.append('x');
  text.replace('one');
  text.append(' two');
  expect(text.read()).toBe('one two');
});
