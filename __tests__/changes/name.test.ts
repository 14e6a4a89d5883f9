import { describe, expect, test } from '@jest/globals';

import { branchName, branchPrefix, freeName } from '../../src/changes/name.ts';
import { branchesPerThread } from '../../src/limits/changes.ts';

const issue = { kind: 'issue', number: 7 } as const;

describe('a branch is named', () => {
  test.each([
    ['The greeting is misspelt', 'the-greeting-is-misspelt'],
    ['  Fix: the `greet()` function!! ', 'fix-the-greet-function'],
    ['Ünïcödé & Åccents', 'unicode-accents'],
    ['Ｆｕｌｌ ｗｉｄｔｈ', 'full-width'],
    ['修正してください', 'changes'],
    ['Исправить приветствие', 'changes'],
    ['🔥🔥🔥', 'changes'],
    ['', 'changes'],
    ['...', 'changes'],
    ['-- --', 'changes'],
    ['../../etc/passwd', 'etc-passwd'],
    ['refs/heads/main.lock', 'refs-heads-main-lock'],
    ['a@{1}~^:?*[\\ b', 'a-1-b'],
    ['$(rm -rf /); "x"', 'rm-rf-x'],
    ['HEAD', 'head'],
    ['x'.repeat(300), 'x'.repeat(40)],
    [`${'word '.repeat(50)}`, 'word-word-word-word-word-word-word-word'],
    [`short ${'y'.repeat(60)}`, 'short'],
    ['\u202egnp.exe', 'gnp-exe'],
  ])('for %j', (title, slug) => {
    const name = branchName(issue, title, '170');
    expect(name).toBe(`opencode/issue-7-${slug}`);
    expect(name).toMatch(/^[a-z0-9/-]+$/);
    expect(name.startsWith(branchPrefix(issue, '170'))).toBe(true);
  });

  test('after its run where there is no thread, and after a pull request', () => {
    expect(branchName(undefined, '', '170')).toBe('opencode/run-170');
    expect(branchName({ kind: 'pull', number: 12 }, 'Fix', '170')).toBe('opencode/pull-12-fix');
  });

  test('so that the branches of #7 are not those of #70', () => {
    expect(branchName({ kind: 'issue', number: 70 }, '修正', '1')).not.toContain(
      branchPrefix(issue, '1'),
    );
  });
});

describe('a name that is taken', () => {
  test('gets the first number that is free', () => {
    expect(freeName('a', new Set())).toBe('a');
    expect(freeName('a', new Set(['a', 'a-3']))).toBe('a-2');
    expect(freeName('a', new Set(['a', 'a-2']))).toBe('a-3');
  });

  test('is given up where too many are', () => {
    const names = Array.from({ length: branchesPerThread }, (_, at) =>
      at === 0 ? 'a' : `a-${at + 1}`,
    );
    expect(freeName('a', new Set(names))).toBeUndefined();
  });
});
