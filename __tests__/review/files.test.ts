import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { readChangedFiles } from '../../src/review/files.ts';
import { baseSha, headSha, openSetting, type Setting } from './setting.ts';

const { signal } = new AbortController();

let setting: Setting;

beforeEach(async () => {
  setting = await openSetting();
});

afterEach(async () => {
  await setting[Symbol.asyncDispose]();
  expect(setting.github.violations).toEqual([]);
});

function read() {
  return readChangedFiles(setting.pull, { baseSha, headSha }, signal);
}

/** So many files, and a name for the last of them. */
function many(count: number) {
  return Array.from({ length: count }, (_, at) => ({
    filename: `file-${at + 1}.txt`,
    status: 'added' as const,
    patch: '@@ -0,0 +1 @@\n+x',
  }));
}

function change(facts: object): void {
  Object.assign(setting.github.state.issue(1).pull ?? {}, facts);
}

test('the files of a change come with all that GitHub says of them, by one request', async () => {
  const old = 'old.txt';
  const files = [
    { filename: 'a.txt', status: 'modified', patch: '@@ -1 +1 @@\n-x\n+y' },
    { filename: 'b.png', status: 'added', sha: 'b'.repeat(40) },
    { filename: 'new.txt', previous_filename: old, status: 'renamed' },
  ];
  change({ files, mergeBase: 'c'.repeat(40) });
  expect(await read()).toEqual({
    files: [
      expect.objectContaining({ filename: 'a.txt', additions: 1, deletions: 1, ...files[0] }),
      expect.objectContaining({ filename: 'b.png', sha: 'b'.repeat(40), additions: 0 }),
      expect.objectContaining({ filename: 'new.txt', previous_filename: old, status: 'renamed' }),
    ],
    isPinned: true,
    changedFiles: 3,
    mergeBase: 'c'.repeat(40),
  });
  expect(setting.github.requests).toHaveLength(1);
});

test('they are those of the head that was read, whatever was pushed since', async () => {
  setting.github.state.pushTo(1, 'f'.repeat(40), many(2));
  const { files, isPinned } = await read();
  expect(files.map(({ filename }) => filename)).toEqual(['a.txt']);
  expect(isPinned).toBe(true);
});

test('three thousand are read in pages, and are seen to be of the head that was read', async () => {
  change({ files: many(3_000) });
  const { files, ...rest } = await read();
  expect(new Set(files.map(({ filename }) => filename)).size).toBe(3_000);
  expect(files[2_999]).toMatchObject({ filename: 'file-3000.txt', patch: '@@ -0,0 +1 @@\n+x' });
  expect(rest).toEqual({ isPinned: true, changedFiles: 3_000, mergeBase: baseSha });
});

test('more than three thousand are not listed, but counted', async () => {
  change({ files: many(3_010) });
  const { files, changedFiles } = await read();
  expect([files.length, changedFiles]).toEqual([3_000, 3_010]);
});

test('that the head moved while they were listed is said', async () => {
  change({ files: many(301) });
  setting.github.faults = ({ path, query }) => {
    if (path.endsWith('/files') && query['page'] === '4')
      setting.github.state.pushTo(1, 'f'.repeat(40), many(301));
    return undefined;
  };
  expect((await read()).isPinned).toBe(false);
});

test.each([404, 422, 500])(
  'where GitHub does not compare (%d), they are listed',
  async (status) => {
    const headers = { 'retry-after': '0' };
    setting.github.faults = ({ path }) =>
      path.includes('/compare/') ? { status, headers } : undefined;
    const { files, isPinned, mergeBase } = await read();
    expect(files.map(({ filename }) => filename)).toEqual(['a.txt']);
    expect([isPinned, mergeBase]).toEqual([true, undefined]);
  },
);

test('what GitHub refuses is an error that names the call', async () => {
  setting.github.faults = ({ path }) => (path.includes('/compare/') ? { status: 403 } : undefined);
  await expect(read()).rejects.toThrow(/^Could not read the changed files of #1: .*403/);
});
