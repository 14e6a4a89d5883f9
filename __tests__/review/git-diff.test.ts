import { describe, expect, test } from '@jest/globals';

import { readHunks } from '../../src/review/lines.ts';
import { readGitDiff, unquote } from './git-diff.ts';

describe('a diff as git prints it', () => {
  test.each([
    ['plain', 'plain'],
    ['"\\303\\274n\\303\\257"', 'ünï'],
    [
      String.raw`"tab\there, \"quoted\", back\\slash, line\nfeed"`,
      'tab\there, "quoted", back\\slash, line\nfeed',
    ],
    ['"ü \\001"', 'ü \x01'],
    ['"', '"'],
    ['""', ''],
  ])('names %s', (quoted, name) => {
    expect(unquote(quoted)).toBe(name);
  });

  test('says a mode, a rename and a binary file though no line is changed', () => {
    const text = [
      'diff --git a/x y b/x y',
      'old mode 100644',
      'new mode 100755',
      'diff --git a/a b/c',
      'similarity index 100%',
      'rename from a',
      'rename to c',
      'diff --git "a/\\303\\274.png" "b/\\303\\274.png"',
      'index 1111111..2222222 100644',
      'Binary files "a/\\303\\274.png" and "b/\\303\\274.png" differ',
      '',
    ].join('\n');
    const common = { additions: 0, deletions: 0 };
    expect(readGitDiff(text)).toEqual([
      { filename: 'x y', status: 'modified', sha: null, modes: '100644 100755', ...common },
      { filename: 'c', previous_filename: 'a', status: 'renamed', sha: null, ...common },
      { filename: 'ü.png', status: 'modified', sha: '2222222', modes: '100644 100644', ...common },
    ]);
  });

  test('is as long as a hunk says, whatever its lines look like', () => {
    const hunk = [
      '@@ -1,2 +1,2 @@',
      '--- a',
      '+++ b',
      ' @@ -1 +1 @@',
      '\\ No newline at end of file',
      '@@ -9 +9 @@ f',
      '-x\r',
      '+y',
      '',
    ];
    const [first, second] = readHunks(hunk.join('\n'));
    expect(first?.lines.map(({ kind, text }) => [kind, text])).toEqual([
      ['removed', '-- a'],
      ['added', '++ b'],
      ['context', '@@ -1 +1 @@'],
    ]);
    expect(first?.lines.map(({ isUnended }) => isUnended)).toEqual([false, false, true]);
    expect(second).toMatchObject({ heading: 'f', left: { start: 9, count: 1 } });
    expect(second?.lines.map(({ text }) => text)).toEqual(['x\r', 'y']);
  });

  test('has no lines of what follows a hunk: a mail’s signature, or an empty line', () => {
    const [hunk] = readHunks('@@ -1 +1,2 @@\n a\n+b\n-- \n2.39.5\n\n');
    expect(hunk?.lines.map(({ text }) => text)).toEqual(['a', 'b']);
    const [other] = readHunks('@@ -1 +1,2 @@\n a\n+b\n\n\n');
    expect(other?.lines.map(({ text }) => text)).toEqual(['a', 'b']);
  });

  test.each([
    '',
    'no diff',
    '@@',
    '@@ -1 +1 @@',
    '@@ -x +y @@\n+z',
    '@@ -1,999999 +1,999999 @@\n+x',
    '\n\n@@ -1 +1 @@\n?',
  ])('that is none, %j, has no line that is not there', (text) => {
    expect(readHunks(text).flatMap(({ lines }) => lines).length).toBeLessThan(2);
  });
});
