import { describe, expect, test } from '@jest/globals';

import type { ChangedFile } from '../../src/review/changed-file.ts';
import { readChangedFiles } from '../../src/review/lines.ts';
import { placeFinding } from '../../src/review/place.ts';
import type { FindingPlace } from '../../src/review/review.ts';

function file(
  filename: string,
  status: string,
  patch: string | undefined,
  former?: string,
): ChangedFile {
  const counts = { sha: null, additions: 0, deletions: 0 };
  return {
    filename,
    status,
    patch,
    ...counts,
    ...(former === undefined ? {} : { previous_filename: former }),
  };
}

/** Right: 9 a, 10 x, 11 y, 12 b; left: 9 a, 10 old, 11 b. And far below, lines that are only removed. */
const patch =
  '@@ -9,3 +9,4 @@ f()\n a\n-old\n+x\n+y\n b\n@@ -50,8 +51,2 @@ g()\n c\n-1\n-2\n-3\n-4\n-5\n-6\n d';
const diff = readChangedFiles([
  file('a.c', 'modified', patch),
  file('new.c', 'renamed', patch, 'old.c'),
  file('copy.c', 'copied', patch, 'source.c'),
  file('gone.c', 'removed', '@@ -1,2 +0,0 @@\n-p\n-q'),
  file('born.c', 'added', '@@ -0,0 +1,2 @@\n+p\n+q\n\\ No newline at end of file'),
  file('image.png', 'modified', undefined),
  file('mode.sh', 'changed', undefined),
]);

const at = (
  path: string,
  side: 'LEFT' | 'RIGHT',
  line: number,
  startLine?: number,
): FindingPlace =>
  startLine === undefined ? { path, side, line } : { path, side, line, startLine };

describe('a finding’s place', () => {
  test.each<
    [
      asked: FindingPlace,
      found: FindingPlace | undefined,
      how: 'as it is' | 'moved' | 'no suggestion',
    ]
  >([
    [at('a.c', 'RIGHT', 10), at('a.c', 'RIGHT', 10), 'as it is'],
    [at('a.c', 'RIGHT', 12, 9), at('a.c', 'RIGHT', 12, 9), 'as it is'],
    [at('a.c', 'RIGHT', 51), at('a.c', 'RIGHT', 51), 'as it is'],
    [at('born.c', 'RIGHT', 2), at('born.c', 'RIGHT', 2), 'as it is'],
    [at('a.c', 'LEFT', 10), at('a.c', 'LEFT', 10), 'no suggestion'],
    [at('a.c', 'LEFT', 11), at('a.c', 'RIGHT', 12), 'no suggestion'],
    [at('a.c', 'LEFT', 9), at('a.c', 'RIGHT', 9), 'no suggestion'],
    [at('a.c', 'LEFT', 11, 9), at('a.c', 'LEFT', 10), 'moved'],
    [at('a.c', 'LEFT', 53, 51), at('a.c', 'LEFT', 53, 51), 'no suggestion'],
    [at('a.c', 'RIGHT', 11, 2), at('a.c', 'RIGHT', 11, 9), 'moved'],
    [at('a.c', 'RIGHT', 51, 12), at('a.c', 'RIGHT', 51), 'moved'],
    [at('a.c', 'RIGHT', 14), at('a.c', 'RIGHT', 11), 'moved'],
    [at('a.c', 'RIGHT', 30, 11), at('a.c', 'RIGHT', 11), 'moved'],
    [at('a.c', 'RIGHT', 6), at('a.c', 'RIGHT', 10), 'moved'],
    [at('a.c', 'RIGHT', 56), at('a.c', 'LEFT', 51), 'moved'],
    [at('a.c', 'RIGHT', 5), undefined, 'moved'],
    [at('a.c', 'RIGHT', 30), undefined, 'moved'],
    [at('a.c', 'RIGHT', 2 ** 40, 2 ** 39), undefined, 'moved'],
    [at('old.c', 'LEFT', 10), at('new.c', 'LEFT', 10), 'no suggestion'],
    [at('old.c', 'RIGHT', 10), at('new.c', 'RIGHT', 10), 'no suggestion'],
    [at('source.c', 'RIGHT', 10), undefined, 'moved'],
    [at('gone.c', 'RIGHT', 2), at('gone.c', 'LEFT', 2), 'moved'],
    [at('gone.c', 'LEFT', 2, 1), at('gone.c', 'LEFT', 2, 1), 'no suggestion'],
    [at('born.c', 'LEFT', 1), at('born.c', 'RIGHT', 1), 'no suggestion'],
    [at('born.c', 'RIGHT', 4), at('born.c', 'RIGHT', 2), 'moved'],
    [at('image.png', 'RIGHT', 1), undefined, 'moved'],
    [at('mode.sh', 'RIGHT', 1), undefined, 'moved'],
    [at('nowhere.c', 'RIGHT', 1), undefined, 'moved'],
  ])('%j becomes %j, %s', (asked, found, how) => {
    const result = placeFinding({ place: asked, suggestion: 'z' }, diff);
    expect(result?.place).toEqual(found);
    if (result === undefined) return;
    expect(result.from).toEqual(how === 'moved' ? asked : undefined);
    expect(result.canSuggest).toBe(how === 'as it is');
    expect(placeFinding({ place: asked, suggestion: undefined }, diff)?.canSuggest).toBe(false);
  });

  test('is none without one', () => {
    expect(placeFinding({ place: undefined, suggestion: 'z' }, diff)).toBeUndefined();
  });

  test('is found in 3,000 files, and in a file of 200,000 lines, in no time', () => {
    const long = `@@ -1,0 +1,200000 @@\n${'+x\n'.repeat(200_000)}`;
    const files = Array.from({ length: 3_000 }, (_, each) => file(`${each}.c`, 'modified', patch));
    const start = performance.now();
    const lines = readChangedFiles([...files, file('long.c', 'added', long)]);
    for (let each = 0; each < 100; each += 1) {
      const wanted =
        each % 2 === 0 ? at(`${each * 29}.c`, 'RIGHT', 14) : at('long.c', 'RIGHT', each * 100);
      expect(placeFinding({ place: wanted, suggestion: undefined }, lines)?.place.path).toBe(
        wanted.path,
      );
    }
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
