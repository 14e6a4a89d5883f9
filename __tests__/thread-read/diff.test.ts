import { describe, expect, test } from '@jest/globals';
import { boundDiff, splitDiff } from '../../src/thread/diff.ts';

const modified = 'diff --git a/x.ts b/x.ts\n--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-1\n+2\n';

describe('a diff is cut into files', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['one file', modified, ['x.ts']],
    ['two files', modified + modified.replaceAll('x.ts', 'y.ts'), ['x.ts', 'y.ts']],
    [
      'a deleted file',
      'diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n',
      ['x'],
    ],
    [
      'a renamed file, by its new name',
      'diff --git a/old b/a/new\nsimilarity index 100%\nrename from old\nrename to a/new\n',
      ['a/new'],
    ],
    [
      'a binary file',
      'diff --git a/i b/c.png b/i b/c.png\nindex 1..2 100644\nBinary files a/i b/c.png and b/i b/c.png differ\n',
      ['i b/c.png'],
    ],
    [
      'a name with a space, which git ends with a tab',
      'diff --git a/x y b/x y\n--- a/x y\t\n+++ b/x y\t\n@@ -1 +1 @@\n-1\n+2\n',
      ['x y'],
    ],
    [
      'a quoted name',
      'diff --git "a/\\303\\244" "b/\\303\\244"\n--- "a/\\303\\244"\n+++ "b/\\303\\244"\n@@ -1 +1 @@\n-1\n+2\n',
      ['\\303\\244'],
    ],
    [
      'content that looks like a heading after a line break of another kind',
      `${modified} diff --git a/no b/no\n+\rdiff --git a/no b/no\n+\u2028diff --git a/no b/no\n`,
      ['x.ts'],
    ],
    [
      'content that looks like a name',
      'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- a/no\n+++ b/no\n',
      ['x'],
    ],
  ])('%s', (_, diff, paths) => {
    const files = splitDiff(diff);
    expect(files.map((file) => file.path)).toEqual(paths);
    expect(files.map((file) => file.text).join('')).toBe(diff);
  });
});

describe('a diff in bounds', () => {
  const file = (path: string, size: number) => ({ path, text: path.repeat(size) });

  test('holds the smallest files, in their own order', () => {
    const files = [file('a', 30), file('b', 50), file('c', 10)];
    expect(boundDiff(files, { chars: 40, changedFiles: 3 })).toEqual({
      text: 'a'.repeat(30) + 'c'.repeat(10),
      shownFiles: 2,
      leftOutFiles: ['b'],
      unnamedFiles: 0,
    });
  });

  test('leaves out a file without text, and the only file where it is too large', () => {
    const files = [{ path: 'image.png', text: undefined }, file('a', 41)];
    expect(boundDiff(files, { chars: 40, changedFiles: 2 })).toEqual({
      text: '',
      shownFiles: 0,
      leftOutFiles: ['image.png', 'a'],
      unnamedFiles: 0,
    });
  });

  test('counts the files that GitHub does not list', () => {
    const bounds = { chars: 40, changedFiles: 3_200 };
    expect(boundDiff([file('a', 1)], bounds)).toMatchObject({ shownFiles: 1, unnamedFiles: 3_199 });
  });
});
