import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startGitHub, type GitHubEmulator } from '../../playground/github/emulator.ts';
import { changedFiles, mergeBaseOf } from '../../playground/github/git-files.ts';
import { commit, git } from '../thread/repository.ts';

const repo = { owner: 'octo-org', repo: 'hello-world' };
const twenty = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`);

let github: GitHubEmulator;
let rest: ReturnType<typeof getOctokit>['rest'];
let directory: string;
let base: string;

beforeEach(async () => {
  github = await startGitHub();
  ({ rest } = getOctokit(github.token, { baseUrl: github.url }));
  directory = mkdtempSync(join(tmpdir(), 'reviews-'));
  git(directory, 'init', '--quiet');
  base = commit(directory, { 'a.txt': twenty.join(''), 'gone.txt': 'x\n', 'old.txt': 'same\n' });
});

afterEach(async () => {
  await github[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
  expect(github.violations).toEqual([]);
});

/** A pull request that changes lines 2 and 18 of a file of twenty, and removes line 10. */
function open(draft: { author?: string } = {}): number {
  const changed = twenty.with(1, 'two\n').with(17, 'eighteen\n').toSpliced(9, 1);
  const headSha = commit(directory, { 'a.txt': changed.join('') });
  const files = changedFiles(directory, base, headSha);
  return github.state.addPull({ headSha, baseSha: base, files, ...draft }).number;
}

function review(pull_number: number, asked: object = {}) {
  return rest.pulls.createReview({ ...repo, pull_number, event: 'COMMENT', body: 'x', ...asked });
}

function refused(call: Promise<unknown>, message: string): Promise<void> {
  return expect(call).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining(message),
  });
}

describe('a review', () => {
  test('is handed in as a whole, on the commit that it names', async () => {
    const number = open();
    const { headSha: old = '' } = github.state.issue(number).pull ?? {};
    github.state.pushTo(number, 'f'.repeat(40), []);
    const comments = [
      { path: 'a.txt', body: 'one', line: 2 },
      { path: 'a.txt', body: 'two', line: 10, side: 'LEFT' },
      { path: 'a.txt', body: 'three', line: 17, start_line: 16, start_side: 'RIGHT' },
    ];
    const { data } = await review(number, { commit_id: old, comments });
    expect(data).toMatchObject({ state: 'COMMENTED', commit_id: old, body: 'x' });
    const asked = { ...repo, pull_number: number };
    const listed = await rest.pulls.listReviews(asked);
    expect(listed.data.map(({ id }) => id)).toEqual([data.id]);
    const { data: own } = await rest.pulls.listCommentsForReview({ ...asked, review_id: data.id });
    expect(own.map(({ body, line, start_line }) => [body, line, start_line])).toEqual([
      ['one', 2, null],
      ['two', 10, null],
      ['three', 17, 16],
    ]);
    await rest.pulls.updateReview({ ...asked, review_id: data.id, body: 'y' });
    expect(github.state.reviews.get(data.id)?.body).toBe('y');
  });

  test.each([
    ['outside of every hunk', { line: 30 }, 'line must be part of the diff'],
    ['between two hunks', { line: 30, side: 'LEFT' }, "diff hunk can't be blank"],
    ['on a removed line’s other side', { line: 3, side: 'LEFT' }, 'must be part of the diff'],
    ['that begins where it ends', { line: 2, start_line: 2 }, 'must precede the end line'],
    ['over two hunks', { line: 17, start_line: 2 }, 'same hunk as the line'],
    ['in a file that is not changed', { path: 'b.txt', line: 1 }, 'Path could not be resolved'],
    ['without a word', { line: 2, body: ' ' }, 'Review comments is invalid'],
  ])('with a comment %s is refused whole', async (_, place, message) => {
    const number = open();
    const comments = [
      { path: 'a.txt', body: 'fits', line: 2 },
      { path: 'a.txt', body: 'x', ...place },
    ];
    await refused(review(number, { comments }), message);
    expect(github.state.reviews.size).toBe(0);
    expect(github.state.reviewComments.size).toBe(0);
  });

  test('is no verdict on one’s own pull request', async () => {
    const number = open({ author: 'github-actions[bot]' });
    const own = 'your own pull request';
    await refused(review(number, { event: 'APPROVE' }), `Can not approve ${own}`);
    await refused(
      review(number, { event: 'REQUEST_CHANGES' }),
      `Can not request changes on ${own}`,
    );
    await review(number);
  });

  test('approves for Actions only where the repository lets it', async () => {
    github.state.actionsMayOpenPulls = false;
    const number = open();
    const message = 'GitHub Actions is not permitted to approve pull requests';
    await refused(review(number, { event: 'APPROVE' }), message);
    const { data } = await review(number, { event: 'REQUEST_CHANGES' });
    expect(data.state).toBe('CHANGES_REQUESTED');
    github.state.actionsMayOpenPulls = true;
    expect((await review(number, { event: 'APPROVE' })).data.state).toBe('APPROVED');
  });

  test('of a commit that a force push has taken away is refused', async () => {
    const number = open();
    const { headSha: commit_id = '' } = github.state.issue(number).pull ?? {};
    github.state.pushTo(number, 'f'.repeat(40), [], true);
    await refused(review(number, { commit_id }), 'is not part of the pull request');
  });

  test('waits to be submitted where it has no event, and keeps any other from being made', async () => {
    const number = open();
    const { data } = await rest.pulls.createReview({ ...repo, pull_number: number, body: 'x' });
    expect(data.state).toBe('PENDING');
    await refused(review(number), 'one pending review per pull request');
    github.state.addReview(number, { author: 'octocat', state: 'PENDING' });
    const listed = await rest.pulls.listReviews({ ...repo, pull_number: number });
    expect(listed.data.map(({ id }) => id)).toEqual([data.id]);
  });

  test('says something, and no more than 65,536 characters', async () => {
    const number = open();
    await refused(review(number, { body: ' ' }), 'blank');
    await refused(review(number, { body: 'x'.repeat(65_537) }), 'too long');
    await review(number, { body: 'x'.repeat(65_536) });
  });
});

describe('what a pull request changes', () => {
  test('is what git says of it, against where it parted from its base', async () => {
    git(directory, 'checkout', '--quiet', '-b', 'work');
    rmSync(join(directory, 'gone.txt'));
    renameSync(join(directory, 'old.txt'), join(directory, 'new.txt'));
    writeFileSync(join(directory, 'image.png'), Buffer.from([0, 1, 2, 255, 0]));
    const head = commit(directory, { 'a.txt': twenty.with(0, 'one\n').join('') });
    git(directory, 'checkout', '--quiet', base);
    const later = commit(directory, { 'other.txt': 'of the base\n' });
    const files = changedFiles(directory, later, head);
    expect(mergeBaseOf(directory, later, head)).toBe(base);
    expect(files).toMatchObject([
      { filename: 'a.txt', status: 'modified', additions: 1, deletions: 1 },
      { filename: 'gone.txt', status: 'removed', patch: '@@ -1 +0,0 @@\n-x' },
      { filename: 'image.png', status: 'added', additions: 0, deletions: 0 },
      { filename: 'new.txt', previous_filename: 'old.txt', status: 'renamed', additions: 0 },
    ]);
    expect(files.map(({ patch }) => patch !== undefined)).toEqual([true, true, false, false]);
    const asked = { headSha: head, baseSha: later, mergeBase: base, files };
    github.state.addPull(asked);
    const basehead = `${later}...${head}`;
    const { data } = await rest.repos.compareCommitsWithBasehead({ ...repo, basehead });
    expect(data.merge_base_commit.sha).toBe(base);
    expect(data.files?.map(({ filename }) => filename)).toEqual(
      files.map(({ filename }) => filename),
    );
  });

  test('has a file that became a link, and those after it, with the right lines', () => {
    const before = commit(directory, { 'b.txt': 'b\n', 'c.txt': 'c\n' });
    rmSync(join(directory, 'b.txt'));
    symlinkSync('a.txt', join(directory, 'b.txt'));
    const head = commit(directory, { 'c.txt': 'd\n' });
    const [link, text] = changedFiles(directory, before, head);
    expect(link).toMatchObject({ filename: 'b.txt', status: 'changed' });
    expect(text).toMatchObject({ filename: 'c.txt', patch: '@@ -1 +1 @@\n-c\n+d' });
  });

  test('is listed up to 3,000 files, and up to 300 as a comparison', async () => {
    const files = Array.from({ length: 3_001 }, (_, index) => ({
      filename: `${index}.txt`,
      status: 'added' as const,
      patch: '@@ -0,0 +1 @@\n+x',
    }));
    const { number, pull } = github.state.addPull({ files });
    const page = { ...repo, pull_number: number, per_page: 100, page: 30 };
    const { data, headers } = await rest.pulls.listFiles(page);
    expect(data.at(-1)?.filename).toBe('2999.txt');
    expect(headers.link).not.toContain('rel="next"');
    const basehead = `${pull?.baseSha ?? ''}...${pull?.headSha ?? ''}`;
    const compared = await rest.repos.compareCommitsWithBasehead({ ...repo, basehead });
    expect(compared.data.files).toHaveLength(300);
  });
});
