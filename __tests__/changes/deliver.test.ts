import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import type { Fault, RecordedRequest } from '../../playground/github/emulator.ts';
import { forkNote } from '../../src/changes/decide.ts';
import type { Delivered } from '../../src/changes/change.ts';
import { deliver } from '../../src/changes/deliver.ts';
import type { Delivery } from '../../src/changes/delivery.ts';
import { renderMarker } from '../../src/marker.ts';
import { git } from '../thread/repository.ts';
import {
  branchesOf,
  newBranch,
  openUpstream,
  patchPath,
  pushByOther,
  pushedTree,
  show,
  signal,
  startWork,
  tipOf,
  treeOf,
  type Upstream,
  type Work,
} from './upstream.ts';

jest.setTimeout(120_000);

const issue = { kind: 'issue', number: 7 } as const;
const onIssue = { thread: issue, title: 'The greeting is misspelt' };
const branch = 'opencode/issue-7-the-greeting-is-misspelt';
const tokenNote = expect.stringContaining('starts no other workflow');

let upstream: Upstream;

beforeEach(async () => {
  upstream = await openUpstream();
  upstream.emulator.state.addIssue({ number: 7, title: onIssue.title });
});

afterEach(async () => {
  await upstream[Symbol.asyncDispose]();
  expect(upstream.emulator.violations).toEqual([]);
});

/** The agent edits files, and what it did is delivered. */
async function edit(
  files: Record<string, string>,
  given: Partial<Delivery> = {},
): Promise<Delivered> {
  const work = await startWork(upstream);
  return await editIn(work, files, given);
}

async function editIn(
  work: Work,
  files: Record<string, string>,
  given: Partial<Delivery> = {},
): Promise<Delivered> {
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(upstream.workspace, name), text);
  return await deliver(await work.delivery(given), signal);
}

/** The workspace as the next run finds it. */
function reset(): void {
  git(upstream.workspace, 'reset', '--quiet', '--hard');
  git(upstream.workspace, 'clean', '--quiet', '--force', '-d');
}

function fileOf(ref: string, name: string): string {
  return git(upstream.bare, 'show', `${ref}:${name}`);
}

function count(matches: (request: RecordedRequest) => boolean): number {
  return upstream.emulator.requests.filter(matches).length;
}

const fixed = { 'src/greet.js': 'export const greet = (name) => `Hello ${name}`;\n' };

describe('on an issue', () => {
  test('changes become a branch, one commit and a pull request that closes it', async () => {
    const delivered = await edit(fixed, onIssue);
    expect(delivered).toEqual({
      commitSha: tipOf(upstream, branch),
      branch,
      pull: { number: 8, url: `${upstream.emulator.url}/octo-org/hello-world/pull/8`, isNew: true },
      notes: [tokenNote],
    });
    expect(pushedTree(upstream, branch)).toBe(treeOf(upstream.workspace));
    const pull = upstream.emulator.state.issue(8);
    expect(pull).toMatchObject({ title: 'Spell the greeting right', pull: { baseRef: 'main' } });
    expect(pull.body).toMatch(/^Closes #7\n\nFrom \[run 170\]\(.*\)\.\n\nSpell the greeting right/);
    const message = git(upstream.bare, 'log', '-1', '--format=%B', branch);
    expect(message).toMatch(/^Spell the greeting right\n\nRun: http.*\nCo-authored-by: octocat </);
    expect(git(upstream.bare, 'rev-parse', `${branch}^`)).toBe(upstream.base);
  });

  test('no change makes no branch, and asks GitHub nothing', async () => {
    expect(await edit({}, onIssue)).toEqual({ notes: [] });
    expect(upstream.emulator.requests).toEqual([]);
  });

  test.each(['none', 'patch'] as const)('changes: %s pushes nothing', async (way) => {
    const delivered = await edit(fixed, { ...onIssue, way });
    expect(delivered).toEqual(way === 'none' ? { notes: [] } : { patchPath, notes: [] });
    expect(upstream.emulator.requests).toEqual([]);
  });

  test('a hindrance makes a patch', async () => {
    const delivered = await edit(fixed, { ...onIssue, hindrance: 'Too many files.' });
    expect(delivered).toEqual({ patchPath, notes: ['Too many files.'] });
  });

  test('where the default branch moved, the branch begins at what it is now', async () => {
    const work = await startWork(upstream);
    const other = pushByOther(upstream, 'main', { 'other.txt': 'x\n' });
    await editIn(work, fixed, onIssue);
    expect(git(upstream.bare, 'rev-parse', `${branch}^`)).toBe(other);
    expect(fileOf(branch, 'other.txt')).toBe('x');
    expect(fileOf(branch, 'src/greet.js')).toContain('Hello');
  });

  test('where they do not merge with that, it begins where the agent worked', async () => {
    const work = await startWork(upstream);
    pushByOther(upstream, 'main', { 'src/greet.js': 'export const greet = null;\n' });
    const { notes, pull } = await editIn(work, fixed, onIssue);
    expect(git(upstream.bare, 'rev-parse', `${branch}^`)).toBe(upstream.base);
    expect(notes[0]).toContain('do not merge with what `main` shows by now (`src/greet.js`)');
    expect(pull).toMatchObject({ isNew: true });
  });

  test('where GitHub does not know that commit, it is a patch', async () => {
    git(upstream.workspace, 'commit', '--quiet', '--allow-empty', '-m', 'Of another step');
    const work = await startWork(upstream);
    pushByOther(upstream, 'main', { 'src/greet.js': 'export const greet = null;\n' });
    const delivered = await editIn(work, fixed, onIssue);
    expect(delivered).toEqual({ patchPath, notes: [expect.stringContaining('do not merge')] });
    expect(branchesOf(upstream)).toEqual(['main']);
  });

  test('what was dirty before is not swept in', async () => {
    writeFileSync(join(upstream.workspace, 'readme.md'), 'Half done\n');
    await edit(fixed, onIssue);
    expect(fileOf(branch, 'readme.md')).toContain('# Demo');
    expect(fileOf(branch, 'src/greet.js')).toContain('Hello');
  });
});

describe('a second mention on the same issue', () => {
  const more = { 'readme.md': '# Demo\n\none\ntwo\n3\n' };

  test('goes on with the branch and the pull request that are open', async () => {
    const first = await edit(fixed, onIssue);
    reset();
    const second = await edit(more, { ...onIssue, title: 'Another title by now' });
    expect(second).toMatchObject({ branch, pull: { number: 8, isNew: false } });
    expect(git(upstream.bare, 'rev-parse', `${branch}^`)).toBe(first.commitSha);
    expect(fileOf(branch, 'src/greet.js')).toContain('Hello');
    expect(fileOf(branch, 'readme.md')).toContain('\n3');
    expect(branchesOf(upstream)).toEqual(['main', branch]);
    expect(upstream.emulator.state.issues.size).toBe(2);
    expect(upstream.emulator.state.issue(8).pull?.headSha).toBe(second.commitSha);
  });

  test('goes on after a person has pushed to it', async () => {
    await edit(fixed, onIssue);
    const other = pushByOther(upstream, branch, { 'src/other.js': 'export const other = 2;\n' });
    reset();
    expect(await edit(more, onIssue)).toMatchObject({ branch, pull: { isNew: false } });
    expect(git(upstream.bare, 'rev-parse', `${branch}^`)).toBe(other);
  });

  test('has a branch and a pull request of its own where it does not merge with them', async () => {
    await edit(fixed, onIssue);
    reset();
    const second = await edit({ 'src/greet.js': 'export const greet = () => 1;\n' }, onIssue);
    expect(second).toMatchObject({ branch: `${branch}-2`, pull: { number: 9, isNew: true } });
    expect(second.notes[0]).toMatch(
      /do not merge with what `opencode\/issue-7-.*`src\/greet.js`.*They are on the branch `.*-2` instead/,
    );
  });

  test('that changes the same has nothing to push', async () => {
    const first = await edit(fixed, onIssue);
    reset();
    const second = await edit(fixed, onIssue);
    expect(second).toEqual({ notes: [expect.stringContaining('has these changes already')] });
    expect(tipOf(upstream, branch)).toBe(first.commitSha);
  });

  test('begins anew where the pull request is closed', async () => {
    await edit(fixed, onIssue);
    upstream.emulator.state.issue(8).state = 'closed';
    reset();
    expect(await edit(more, onIssue)).toMatchObject({
      branch: `${branch}-2`,
      pull: { number: 9, isNew: true },
    });
  });

  test('opens the pull request that Actions could not open before', async () => {
    upstream.emulator.state.actionsMayOpenPulls = false;
    const first = await edit(fixed, onIssue);
    upstream.emulator.state.actionsMayOpenPulls = true;
    reset();
    const second = await edit(more, onIssue);
    expect(second).toMatchObject({ branch, pull: { number: 8, isNew: true } });
    expect(git(upstream.bare, 'rev-parse', `${branch}^`)).toBe(first.commitSha);
  });
});

describe("another's work is left alone", () => {
  test('a branch of that name', async () => {
    const other = newBranch(upstream, branch, { 'x.txt': 'x\n' });
    expect(await edit(fixed, onIssue)).toMatchObject({ branch: `${branch}-2` });
    expect(tipOf(upstream, branch)).toBe(other);
  });

  const marker = renderMarker({ runId: '1', attempt: 1, invocationId: 'a' }, 'pull-request');
  test.each([
    ['of another author, with our marker copied', { author: 'octocat', body: `x\n\n${marker}` }],
    ['of our account, without our marker', { author: 'github-actions[bot]', body: 'x' }],
    [
      'of our account, that quotes our marker',
      { author: 'github-actions[bot]', body: `${marker}\n\nmore` },
    ],
  ])('a pull request %s', async (_, draft) => {
    const other = newBranch(upstream, branch, { 'x.txt': 'x\n' });
    upstream.emulator.state.addPull({ number: 8, headRef: branch, headSha: other, ...draft });
    expect(await edit(fixed, onIssue)).toMatchObject({
      branch: `${branch}-2`,
      pull: { number: 9, isNew: true },
    });
    expect(tipOf(upstream, branch)).toBe(other);
  });

  test('a branch that is made at the same moment', async () => {
    let isMade = false;
    upstream.emulator.faults = ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/git/refs') && !isMade) {
        isMade = true;
        newBranch(upstream, branch, { 'x.txt': 'x\n' });
      }
      return undefined;
    };
    expect(await edit(fixed, onIssue)).toMatchObject({ branch: `${branch}-2` });
  });

  test('the branches of another issue whose number begins so', async () => {
    const other = newBranch(upstream, 'opencode/issue-70-x', { 'x.txt': 'x\n' });
    expect(await edit(fixed, onIssue)).toMatchObject({ branch });
    expect(tipOf(upstream, 'opencode/issue-70-x')).toBe(other);
  });
});

describe('without a thread', () => {
  test('changes become a branch named after the run, and a pull request that closes nothing', async () => {
    expect(await edit(fixed)).toMatchObject({ branch: 'opencode/run-170', pull: { isNew: true } });
    expect(upstream.emulator.state.issue(8).body).not.toContain('Closes');
  });

  test('two jobs of one run have a branch each', async () => {
    await edit(fixed);
    reset();
    const second = await edit({ 'src/greet.js': 'export const greet = () => 1;\n' });
    expect(second.branch).toBe('opencode/run-170-2');
  });
});

describe('what is not allowed is told, and fails nothing', () => {
  test('without `contents: write`, it is a patch', async () => {
    await using poor = await openUpstream({ identity: { denied: ['contents: write'] } });
    const work = await startWork(poor);
    writeFileSync(join(poor.workspace, 'src/greet.js'), 'x\n');
    expect(await deliver(await work.delivery(onIssue), signal)).toEqual({
      patchPath,
      notes: [expect.stringContaining('`contents: write`')],
    });
    expect(branchesOf(poor)).toEqual(['main']);
  });

  test('where Actions may not open pull requests, the branch stays and is linked', async () => {
    upstream.emulator.state.actionsMayOpenPulls = false;
    const { url } = upstream.emulator;
    expect(await edit(fixed, onIssue)).toEqual({
      commitSha: tipOf(upstream, branch),
      branch,
      compareUrl: `${url}/octo-org/hello-world/compare/main...${branch}?expand=1`,
      notes: [
        'The pull request could not be opened: GitHub Actions is not permitted to create or approve pull requests.',
        tokenNote,
      ],
    });
  });

  test('changed workflows are named, and are a patch', async () => {
    const work = await startWork(upstream);
    mkdirSync(join(upstream.workspace, '.github', 'workflows'), { recursive: true });
    const delivered = await editIn(work, { '.github/workflows/ci.yml': 'on: push\n' }, onIssue);
    expect(delivered).toEqual({
      patchPath,
      notes: [expect.stringContaining('`.github/workflows/ci.yml`')],
    });
  });

  test('a GitHub that does not answer, with nothing pushed, makes a patch', async () => {
    upstream.emulator.faults = ({ path }) =>
      path.includes('/git/trees') ? { status: 500, headers: { 'retry-after': '0' } } : undefined;
    expect(await edit(fixed, onIssue)).toEqual({
      patchPath,
      notes: [expect.stringContaining('Could not push the changes: GitHub answered POST')],
    });
  });

  test('a pull request that GitHub does not answer for leaves the branch, which is told', async () => {
    upstream.emulator.faults = ({ path, method }) =>
      method === 'POST' && path.endsWith('/pulls')
        ? { status: 500, headers: { 'retry-after': '0' } }
        : undefined;
    expect(await edit(fixed, onIssue)).toMatchObject({
      branch,
      compareUrl: expect.stringContaining('/compare/'),
      notes: [expect.stringContaining('The pull request could not be opened: '), tokenNote],
    });
  });

  test("a person's token starts workflows: nothing is said of that", async () => {
    await using own = await openUpstream({ identity: { login: 'octocat', type: 'User' } });
    const work = await startWork(own);
    writeFileSync(join(own.workspace, 'src/greet.js'), 'x\n');
    expect((await deliver(await work.delivery(), signal)).notes).toEqual([]);
  });
});

describe('on a pull request of this repository', () => {
  const ref = { kind: 'pull', number: 12 } as const;
  let headSha: string;

  beforeEach(() => {
    headSha = newBranch(upstream, 'feature/x', { 'feature.txt': 'one\ntwo\nthree\n' });
    const { state } = upstream.emulator;
    state.addPull({ number: 12, headRef: 'feature/x', headSha, title: 'A feature' });
    show(upstream, headSha);
  });

  function onPull(given: Partial<Delivery> = {}): Partial<Delivery> {
    const pull = { isFork: false, headSha, note: '' };
    return { thread: ref, title: 'A feature', pull, ...given };
  }

  test('changes become a commit on its head branch, upon the head that the agent worked in', async () => {
    const delivered = await edit({ 'feature.txt': 'one\n2\nthree\n' }, onPull());
    expect(delivered).toEqual({
      commitSha: tipOf(upstream, 'feature/x'),
      branch: 'feature/x',
      notes: [tokenNote],
    });
    expect(git(upstream.bare, 'rev-parse', 'feature/x^')).toBe(headSha);
    expect(pushedTree(upstream, 'feature/x')).toBe(treeOf(upstream.workspace));
    expect(upstream.emulator.state.issue(12).pull?.headSha).toBe(delivered.commitSha);
  });

  test('where the head moved, they are merged onto it, and the reply says so', async () => {
    const work = await startWork(upstream);
    const other = pushByOther(upstream, 'feature/x', { 'other.txt': 'x\n' });
    const { notes } = await editIn(work, { 'feature.txt': 'one\n2\nthree\n' }, onPull());
    expect(git(upstream.bare, 'rev-parse', 'feature/x^')).toBe(other);
    expect(fileOf('feature/x', 'other.txt')).toBe('x');
    expect(fileOf('feature/x', 'feature.txt')).toBe('one\n2\nthree');
    expect(notes[0]).toContain(`merged onto \`${other.slice(0, 7)}\``);
  });

  test('where it moves as they are pushed, they are merged again', async () => {
    let other = '';
    upstream.emulator.faults = ({ method }) => {
      if (method === 'PATCH' && other === '')
        other = pushByOther(upstream, 'feature/x', { 'other.txt': 'x\n' });
      return undefined;
    };
    await edit({ 'feature.txt': 'one\n2\nthree\n' }, onPull());
    expect(git(upstream.bare, 'rev-parse', 'feature/x^')).toBe(other);
    expect(fileOf('feature/x', 'feature.txt')).toBe('one\n2\nthree');
  });

  test('where they conflict with it, they go to a branch of their own, and the reply says which', async () => {
    const work = await startWork(upstream);
    const other = pushByOther(upstream, 'feature/x', { 'feature.txt': 'one\nzwei\nthree\n' });
    const delivered = await editIn(work, { 'feature.txt': 'one\n2\nthree\n' }, onPull());
    const own = 'opencode/pull-12-a-feature';
    expect(delivered).toEqual({
      commitSha: tipOf(upstream, own),
      branch: own,
      compareUrl: expect.stringContaining(`/compare/feature/x...${own}?expand=1`),
      notes: [
        `The changes do not merge with what \`feature/x\` shows by now (\`feature.txt\`). They are on the branch \`${own}\`, upon \`${headSha.slice(0, 7)}\`.`,
        tokenNote,
      ],
    });
    expect(tipOf(upstream, 'feature/x')).toBe(other);
    expect(git(upstream.bare, 'rev-parse', `${own}^`)).toBe(headSha);
  });

  test('where it moves each time, they go to a branch of their own', async () => {
    let moves = 0;
    upstream.emulator.faults = ({ method }) => {
      if (method === 'PATCH')
        pushByOther(upstream, 'feature/x', { [`other-${(moves += 1)}.txt`]: 'x\n' });
      return undefined;
    };
    const { branch: own, notes } = await edit({ 'feature.txt': 'one\n2\nthree\n' }, onPull());
    expect(own).toBe('opencode/pull-12-a-feature');
    expect(notes[0]).toContain('moved each time');
    expect(moves).toBe(4);
  });

  test('where a rule forbids pushing to it, they go to a branch of their own', async () => {
    const message =
      'Repository rule violations found\n\nChanges must be made through a pull request.';
    upstream.emulator.state.rules.push({ branch: /^feature/, message });
    const { branch: own, notes } = await edit({ 'feature.txt': 'one\n2\nthree\n' }, onPull());
    expect(own).toBe('opencode/pull-12-a-feature');
    expect(notes[0]).toContain('Changes must be made through a pull request');
  });

  test('where its branch is gone, they go to a branch of their own', async () => {
    const work = await startWork(upstream);
    git(upstream.bare, 'branch', '--quiet', '-D', 'feature/x');
    const delivered = await editIn(work, { 'feature.txt': 'one\n2\nthree\n' }, onPull());
    expect(delivered.branch).toBe('opencode/pull-12-a-feature');
    expect(branchesOf(upstream)).not.toContain('feature/x');
  });

  test('where no branch may be made either, they are a patch, with both reasons', async () => {
    upstream.emulator.state.rules.push({ branch: /./, message: 'Not here.' });
    expect(await edit({ 'feature.txt': 'one\n2\nthree\n' }, onPull())).toEqual({
      patchPath,
      notes: [
        expect.stringContaining('forbids pushing to `feature/x`'),
        expect.stringContaining('forbids pushing to `opencode/pull-12-a-feature`'),
      ],
    });
  });

  test('where the agent could not work in the head, they are a patch, with the reason', async () => {
    const pull = { isFork: false, headSha: undefined, note: 'It could not be checked out.' };
    expect(await edit({ 'feature.txt': 'x\n' }, onPull({ pull }))).toEqual({
      patchPath,
      notes: [expect.stringMatching(/could not work in .* It could not be checked out\.$/)],
    });
    expect(tipOf(upstream, 'feature/x')).toBe(headSha);
  });

  test('one that GitHub says is a fork gets a patch: its branch may be called as one of ours', async () => {
    const { pull } = upstream.emulator.state.issue(12);
    Object.assign(pull ?? {}, { headRef: 'main', headRepository: 'stranger/hello-world' });
    const delivered = await edit({ 'feature.txt': 'one\n2\nthree\n' }, onPull());
    expect(delivered).toEqual({ patchPath, notes: [forkNote] });
    expect(tipOf(upstream, 'main')).toBe(upstream.base);
  });

  test('one that is closed by now is left as it is: they go to a branch of their own', async () => {
    upstream.emulator.state.issue(12).state = 'closed';
    const delivered = await edit({ 'feature.txt': 'one\n2\nthree\n' }, onPull());
    expect(delivered).toMatchObject({
      branch: 'opencode/pull-12-a-feature',
      compareUrl: expect.stringContaining('/compare/main...opencode/'),
      notes: [expect.stringContaining('not open any more'), tokenNote],
    });
    expect(tipOf(upstream, 'feature/x')).toBe(headSha);
  });

  test('a fork gets a patch, and GitHub is not even asked', async () => {
    const pull = { isFork: true, headSha, note: '' };
    const delivered = await edit({ 'feature.txt': 'x\n' }, onPull({ pull }));
    expect(delivered).toEqual({ patchPath, notes: [forkNote] });
    expect(upstream.emulator.requests).toEqual([]);
  });
});

describe('whatever answer is lost, there is one commit and one pull request', () => {
  const soon = { 'retry-after': '0' };
  const lost: [string, Fault][] = [
    ['lost', 'lost'],
    ['502', { status: 502, headers: soon, isApplied: true }],
  ];
  const calls = ['git/trees', 'git/commits', 'git/refs', 'pulls'];
  test.each(calls.flatMap((end) => lost.map(([name, fault]) => [end, name, fault] as const)))(
    'POST %s: %s',
    async (end, _, fault) => {
      let seen = 0;
      upstream.emulator.faults = ({ method, path }) =>
        method === 'POST' && path.endsWith(`/${end}`) && (seen += 1) === 1 ? fault : undefined;
      const delivered = await edit(fixed, onIssue);
      expect(seen).toBeGreaterThan(0);
      expect(delivered).toMatchObject({
        commitSha: tipOf(upstream, branch),
        branch,
        pull: { number: 8 },
      });
      expect(branchesOf(upstream)).toEqual(['main', branch]);
      expect(git(upstream.bare, 'rev-list', '--count', `main..${branch}`)).toBe('1');
      expect(upstream.emulator.state.issues.size).toBe(2);
    },
  );

  test('a pull request that was not opened is opened again', async () => {
    const faults: Fault[] = ['reset', { status: 503, headers: soon }];
    upstream.emulator.faults = ({ method, path }) =>
      method === 'POST' && path.endsWith('/pulls') ? faults.shift() : undefined;
    expect(await edit(fixed, onIssue)).toMatchObject({ pull: { number: 8, isNew: true } });
    expect(count(({ method, path }) => method === 'POST' && path.endsWith('/pulls'))).toBe(3);
  });
});
