import { afterAll, describe, expect, test } from '@jest/globals';
import { chmodSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { ChangedFile } from '../../src/review/changed-file.ts';
import {
  type DiffScope,
  fingerprintDiff,
  fingerprintFinding,
  isSameDiff,
  nameFindings,
} from '../../src/review/fingerprint.ts';
import { readChangedFiles } from '../../src/review/lines.ts';
import type { Finding } from '../../src/review/review.ts';
import { seeded } from '../reply/random.ts';
import { git, newFolder, removeFolders } from '../thread/repository.ts';
import { commitAll, line, listFiles, write } from './history.ts';

afterAll(removeFolders);

const numbered = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, at) => `  ${name} ${at}`);
const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** A pull request of which the base goes on: lines before, behind and beside what it changes. */
function branchAndMerge(random: () => number): {
  directory: string;
  base: string;
  head: string;
  merged: string;
  newBase: string;
} {
  const directory = newFolder();
  git(directory, 'init', '--quiet');
  const middle = numbered(40, 'line');
  write(
    directory,
    'code.c',
    text(['void f(void)', ...middle, 'void g(void)', ...numbered(20, 'more')]),
  );
  write(directory, 'other.c', text(numbered(30, 'other')));
  write(directory, 'gone.c', text(numbered(3, 'gone')));
  write(directory, 'old.c', text(numbered(30, 'old')));
  write(directory, 'image.png', `\0${random()}`);
  const base = commitAll(directory);
  git(directory, 'switch', '--quiet', '--create', 'topic');
  const at = 10 + Math.floor(random() * 15);
  const edited = [
    ...middle.slice(0, at),
    `  ${line(random)}x`,
    ...middle.slice(at + Math.floor(random() * 3)),
  ];
  write(
    directory,
    'code.c',
    text(['void f(void)', ...edited, 'void g(void)', ...numbered(20, 'more')]),
  );
  write(directory, 'new.c', text([line(random), 'x']));
  write(directory, 'image.png', `\0${random()}`);
  rmSync(join(directory, 'gone.c'));
  renameSync(join(directory, 'old.c'), join(directory, 'renamed.c'));
  chmodSync(join(directory, 'other.c'), 0o755);
  const head = commitAll(directory);
  git(directory, 'switch', '--quiet', 'main');
  const above = numbered(1 + Math.floor(random() * 9), 'above');
  const below = numbered(1 + Math.floor(random() * 9), 'below');
  write(
    directory,
    'code.c',
    text([...above, 'void f(void)', ...middle, 'void g(void)', ...numbered(20, 'more'), ...below]),
  );
  write(directory, 'of-the-base.c', line(random));
  const newBase = commitAll(directory);
  git(directory, 'switch', '--quiet', 'topic');
  git(directory, 'merge', '--quiet', '--no-edit', 'main');
  return { directory, base, head, merged: git(directory, 'rev-parse', 'HEAD'), newBase };
}

const rewrite =
  (change: (content: string) => string) =>
  (directory: string): void =>
    write(directory, 'new.c', change(readFileSync(join(directory, 'new.c'), 'utf8')));

const edits: [name: string, make: (directory: string, random: () => number) => void][] = [
  ['a line in a file that is changed already', rewrite((content) => `y\n${content}`)],
  ['white space', rewrite((content) => content.replace(/\n$/, ' \n'))],
  ['the newline at the end', rewrite((content) => content.replace(/\n$/, ''))],
  ['a carriage return', rewrite((content) => content.replace(/\n$/, '\r\n'))],
  ['a new file', (directory) => write(directory, 'another.c', 'x\n')],
  ['an empty new file', (directory) => write(directory, 'empty.c', '')],
  ['a file that is gone', (directory) => rmSync(join(directory, 'of-the-base.c'))],
  ['a name', (directory) => renameSync(join(directory, 'renamed.c'), join(directory, 'again.c'))],
  ['a mode', (directory) => chmodSync(join(directory, 'new.c'), 0o755)],
  ['a mode put back', (directory) => chmodSync(join(directory, 'other.c'), 0o644)],
  ['what a binary file holds', (directory) => write(directory, 'image.png', '\0other')],
  [
    'what a renamed file holds',
    (directory) => write(directory, 'renamed.c', text(numbered(31, 'old'))),
  ],
  ['a file of the base', (directory, random) => write(directory, 'of-the-base.c', `${random()}`)],
];

describe('the fingerprint of an effective diff', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'stays while the base is merged in, and goes with any edit: seed %i',
    (seed) => {
      const random = seeded(seed);
      const { directory, base, head, merged, newBase } = branchAndMerge(random);
      const before = fingerprintDiff(listFiles(directory, base, head));
      const after = fingerprintDiff(listFiles(directory, newBase, merged));
      expect(before).toBeDefined();
      expect(after).toBe(before);
      const [wide, wideAfter] = [
        fingerprintDiff(listFiles(directory, base, head), { mergeBase: base }),
        fingerprintDiff(listFiles(directory, newBase, merged), { mergeBase: newBase }),
      ];
      expect([
        isSameDiff(wide, wideAfter),
        isSameDiff(wide, before),
        isSameDiff(before, wide),
      ]).toEqual([true, true, true]);
      const seen = new Set([before]);
      for (const [name, make] of edits) {
        git(directory, 'reset', '--quiet', '--hard', merged);
        make(directory, random);
        const edited = listFiles(directory, newBase, commitAll(directory));
        const mark = fingerprintDiff(edited);
        expect([name, seen.has(mark)]).toEqual([name, false]);
        expect(isSameDiff(wide, fingerprintDiff(edited, { mergeBase: newBase }))).toBe(false);
        seen.add(mark);
      }
    },
  );

  const file = (changes: Partial<ChangedFile> = {}): ChangedFile => ({
    filename: 'a.c',
    status: 'modified',
    sha: '1'.repeat(40),
    additions: 1,
    deletions: 0,
    patch: '@@ -10,2 +10,3 @@ void f(void)\n a\n+x\n b',
    ...changes,
  });
  const patch = (start: number, heading = 'void f(void)', added = 'x'): string =>
    `@@ -${start},2 +${start},3 @@ ${heading}\n a\n+${added}\n b`;
  const isSame = (
    one: ChangedFile[],
    other: ChangedFile[],
    scopes: [DiffScope, DiffScope] = [{}, {}],
  ): boolean => isSameDiff(fingerprintDiff(one, scopes[0]), fingerprintDiff(other, scopes[1]));

  test.each<[what: string, other: ChangedFile, isSameThen: boolean]>([
    ['line numbers', file({ patch: patch(50) }), true],
    ['the blob that the base changed too', file({ sha: '2'.repeat(40) }), true],
    ['the section', file({ patch: patch(50, 'void g(void)') }), false],
    ['a line', file({ patch: patch(10, undefined, 'y') }), false],
    ['the file', file({ filename: 'b.c' }), false],
    ['the former name', file({ previous_filename: 'b.c' }), false],
    ['the kind', file({ status: 'renamed' }), false],
    ['the mode', file({ modes: '100644 100755' }), false],
    ['no patch', file({ patch: undefined }), false],
  ])('%s', (_, other, isSameThen) => {
    expect(isSame([file()], [other])).toBe(isSameThen);
  });

  test('a hunk that moves away from another one counts, though nothing in it is changed', () => {
    const two = (second: number): ChangedFile[] => [
      file({ additions: 2, patch: `${patch(10)}\n${patch(second)}` }),
    ];
    expect([isSame(two(30), two(30)), isSame(two(30), two(31))]).toEqual([true, false]);
  });

  test('a hunk that moves to the same context counts while the merge base is the same', () => {
    const moved = [file({ patch: patch(50) })];
    expect(isSame([file()], moved, [{ mergeBase: 'a' }, { mergeBase: 'a' }])).toBe(false);
    expect(isSame([file()], [file()], [{ mergeBase: 'a' }, { mergeBase: 'a' }])).toBe(true);
    expect(isSame([file()], moved, [{ mergeBase: 'a' }, { mergeBase: 'b' }])).toBe(true);
  });

  test('without a patch, and with one that is not whole, the blob counts', () => {
    const [large, cut] = [file({ patch: undefined }), file({ additions: 700 })];
    for (const each of [large, cut])
      expect([isSame([each], [each]), isSame([each], [{ ...each, sha: '2'.repeat(40) }])]).toEqual([
        true,
        false,
      ]);
  });

  test('the order of the list makes no difference', () => {
    const others = [file(), file({ filename: 'b.c' })];
    expect(isSame(others, others.toReversed())).toBe(true);
  });

  test('what one line and what two lines say is not confused', () => {
    const one = file({ additions: 2, patch: '@@ -1,0 +1,2 @@\n+a\n+b' });
    const other = file({ additions: 2, patch: '@@ -1,0 +1,2 @@\n+a,\n+b' });
    expect(isSame([one], [other])).toBe(false);
  });

  test('a list that is not whole has none, and none is never the same', () => {
    const many = Array.from({ length: 3_000 }, (_, at) => file({ filename: `${at}` }));
    expect(fingerprintDiff(many)).toBeUndefined();
    expect(fingerprintDiff(many.slice(1))).toBeDefined();
    expect(fingerprintDiff([file()], { changedFiles: 2 })).toBeUndefined();
    expect(isSameDiff(undefined, undefined)).toBe(false);
  });
});

describe('the fingerprint of a finding', () => {
  const files = (start: number, added = 'if (x) {'): ChangedFile[] => [
    {
      filename: 'a.c',
      status: 'modified',
      sha: null,
      additions: 1,
      deletions: 0,
      patch: `@@ -${start},2 +${start},3 @@\n a\n+${added}\n b`,
    },
  ];
  const at = (lineNumber: number, title = 'Null is not looked at'): Finding => ({
    severity: 'blocking',
    title,
    body: '',
    place: { path: 'a.c', side: 'RIGHT', line: lineNumber },
    suggestion: undefined,
  });
  const mark = (finding: Finding, list: ChangedFile[]): string =>
    fingerprintFinding(finding, readChangedFiles(list));

  test('stays where its lines shift, are indented, and its title is written another way', () => {
    const first = mark(at(11), files(10));
    expect(mark(at(51), files(50))).toBe(first);
    expect(mark(at(11), files(10, '    if (x) {'))).toBe(first);
    expect(mark(at(11, '`null` is NOT looked  at.'), files(10))).toBe(first);
    expect(first).toMatch(/^[0-9a-f]{16}$/);
  });

  test('goes with its lines, its title and its file', () => {
    const others = [
      mark(at(11), files(10)),
      mark(at(12), files(10)),
      mark(at(11), files(10, 'if (y) {')),
      mark(at(11, 'Null'), files(10)),
      mark({ ...at(11), place: undefined }, files(10)),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  test('is numbered where two would have the same, by their lines and not by their order', () => {
    const diff = readChangedFiles([
      {
        filename: 'a.c',
        status: 'added',
        sha: null,
        additions: 2,
        deletions: 0,
        patch: '@@ -0,0 +1,2 @@\n+x\n+x',
      },
    ]);
    const names = nameFindings([at(2), at(1)], diff).map(({ id }) => id);
    expect(nameFindings([at(1), at(2)], diff).map(({ id }) => id)).toEqual(names.toReversed());
    expect(names[0]).toBe(`${names[1]}-2`);
  });
});
