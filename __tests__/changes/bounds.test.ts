import { expect, test } from '@jest/globals';

import { findExcess } from '../../src/changes/bounds.ts';

const file = (bytes: number | undefined): Parameters<typeof findExcess>[0][number] => ({
  after: bytes === undefined ? undefined : { mode: '100644', blob: '', bytes },
});

test.each<[what: string, sizes: (number | undefined)[], said: string | undefined]>([
  ['none', [], undefined],
  ['as many as may be', [50, 50], undefined],
  ['deletions, which have no size', [100, undefined], undefined],
  ['a file too many', [1, 1, 1], '3 files changed, more than the 2 of `max-changed-files`'],
  [
    'a byte too many',
    [1000, undefined],
    'the changed files have 1,000 bytes, more than the 100 of `max-changed-bytes`',
  ],
])('%s', (_, sizes, said) => {
  expect(findExcess(sizes.map(file), { files: 2, bytes: 100 })).toBe(said);
});
