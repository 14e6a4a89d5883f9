import { expect, test } from '@jest/globals';

import { levelOf, type Standing } from '../../src/session/level.ts';

const own = { isUntrusted: false, isFork: false, headRepositoryId: 1 };
const fork = { isUntrusted: false, isFork: true, headRepositoryId: 7 };
const table: [Standing, string][] = [
  [{ mayWrite: true }, 'write'],
  [{ mayWrite: false }, 'guest'],
  [{ mayWrite: true, pull: own }, 'write'],
  [{ mayWrite: false, pull: own }, 'guest'],
  [{ mayWrite: true, pull: { ...own, isUntrusted: true } }, 'write-stranger'],
  [{ mayWrite: false, pull: { ...own, isUntrusted: true } }, 'guest-stranger'],
  [{ mayWrite: true, pull: fork }, 'write-fork-7'],
  [{ mayWrite: true, pull: { ...fork, headRepositoryId: 8 } }, 'write-fork-8'],
  [{ mayWrite: true, pull: { ...fork, isUntrusted: true } }, 'write-stranger-fork-7'],
  [{ mayWrite: false, pull: { ...fork, isUntrusted: true } }, 'guest-stranger-fork-7'],
  [{ mayWrite: true, pull: { ...fork, headRepositoryId: undefined } }, 'write-fork-gone'],
];

test.each(table)('%j is of the level %s', (standing, level) => {
  expect(levelOf(standing)).toBe(level);
});

test('no two kinds of trust are of one level, but for a pull request that is as good as an issue', () => {
  const levels = new Set(table.map(([, level]) => level));
  expect(levels.size).toBe(table.length - 2);
});
