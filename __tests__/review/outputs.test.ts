import { expect, test } from '@jest/globals';

import { listFormer, listWithin } from '../../src/review/outputs.ts';

test('a list holds as much as fits, and is whole JSON', () => {
  const one = { title: 'é'.repeat(20) };
  const size = Buffer.byteLength(JSON.stringify(one));
  expect(JSON.parse(listWithin([one, one, one], 3 * size + 5))).toEqual([one, one, one]);
  const text = listWithin([one, one, one], 2 * size + 5);
  expect(JSON.parse(text)).toEqual([one, one]);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2 * size + 5);
  expect(listWithin([one], 3)).toBe('[]');
});

test('a finding of before has what is remembered of it', () => {
  const known = { id: '1', severity: 'blocking', title: 'Wrong' } as const;
  const former = [
    { ...known, path: 'a.js' },
    { ...known, path: undefined },
  ];
  expect(listFormer(former, 'open')).toEqual([
    { ...known, state: 'open', path: 'a.js' },
    { ...known, state: 'open' },
  ]);
});
