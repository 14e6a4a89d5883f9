import { expect, test } from '@jest/globals';

import { namesOf, plainPatch } from '../../src/changes/plain-patch.ts';

const text = 'diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n+2\n';
const binary =
  'diff --git a/a.bin b/a.bin\nindex 1..2 100644\nBinary files a/a.bin and b/a.bin differ\n';
const latin = 'diff --git "a/\\303.txt" "b/\\303.txt"\n@@ -0,0 +1 @@\n+caf\ufffd\n';

test.each([
  ['nothing', '', '', []],
  ['texts', `${text}\n${text}`, `${text}\n${text}`, []],
  ['what is binary', `${binary}${text}`, text, ['a/a.bin b/a.bin']],
  ['what is no UTF-8', `${text}\n${latin}`, `${text}\n`, ['"a/\\303.txt" "b/\\303.txt"']],
  [
    'a text about binary files',
    `${text}+Binary files are odd\n`,
    `${text}+Binary files are odd\n`,
    [],
  ],
])('of %s, what can be applied is kept, and the rest named', (_, patch, kept, names) => {
  const plain = plainPatch(patch);
  expect(plain.text).toBe(kept);
  expect(namesOf(plain.without)).toEqual(names);
});
