import { execFileSync } from 'node:child_process';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { startGitHub } from '../../playground/github/emulator.ts';
import { runAction } from '../../playground/runner.ts';
import { createHold, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { bash, filesIn, filesOf, onPull, openRemote, type Remote } from './remote.ts';
import { bodies, expectEnding, expectIdlePost, type Run, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

async function inputs(more: Record<string, string> = {}): Promise<Record<string, string>> {
  return { ...(await lab.local()), isolation: 'none', ...more };
}

const edit = `printf '// agent\\n' >> src/greet.js && mv old.txt moved.txt && printf x > new.txt`;

/** A run on pull request 2, in which the agent edits; `meanwhile` somebody else is at work. */
async function edits(remote: Remote, meanwhile?: () => Promise<unknown>): Promise<Run> {
  const workspace = await remote.clone();
  const hold = createHold();
  const words = ['Greet better.', hold, '\n\nIt does.'];
  lab.answer([bash(edit), say(meanwhile === undefined ? 'Greet better.\n\nIt does.' : words)]);
  const run = await watch(lab, {
    event: onPull(remote),
    github: remote,
    inputs: await inputs(),
    workspace,
    meanwhile: async () => {
      if (meanwhile === undefined) return;
      await hold.reached;
      await meanwhile();
      hold.release();
    },
  });
  expectEnding(run, 'success', 'completed');
  expectIdlePost(run);
  // The checkout is as it was, and nothing of the work is kept a second time.
  const here = (...args: string[]): string =>
    execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' }).trim();
  expect(here('symbolic-ref', '--short', 'HEAD')).toBe('main');
  expect(here('status', '--porcelain', '--untracked-files=no')).toBe('');
  expect(here('for-each-ref', 'refs/mention-loop')).toBe('');
  return run;
}

/** The commit's files, as changes of another commit's. */
function expectEdited(remote: Remote, sha: string, from: string): void {
  const { 'old.txt': moved, ...before } = filesOf(remote, from);
  const greet = before['src/greet.js'];
  expect(filesOf(remote, sha)).toEqual({
    ...before,
    'moved.txt': moved,
    'new.txt': { mode: '100644', content: 'x' },
    'src/greet.js': { ...greet, content: `${greet?.content ?? ''}// agent\n` },
  });
}

describe('on a pull request of the same repository, what the agent changed', () => {
  test('becomes a commit upon its head', async () => {
    const remote = await openRemote(lab);
    const run = await edits(remote);
    const sha = run.outputs['commit-sha'] ?? '';
    expect(run.outputs).toMatchObject({
      branch: 'fix-greeting',
      'pull-request-number': '2',
      'pull-request-url': `${run.github.url}/octo-org/hello-world/pull/2`,
      'patch-path': '',
    });
    expect(remote.git('rev-parse', 'fix-greeting', `${sha}^`)).toBe(`${sha}\n${remote.headSha}`);
    expectEdited(remote, sha, remote.headSha);
    expect(bodies(run)).toContain(' on pull request [#2](');
    expect(lab.asked[0]?.messages.map(({ text }) => text).join('\n')).toContain(
      'becomes a commit on the pull request when you are done',
    );
  });

  test('is merged onto a head that moved meanwhile', async () => {
    const remote = await openRemote(lab);
    let head = '';
    const run = await edits(remote, async () => {
      head = await remote.push('fix-greeting', { 'other.txt': 'other\n' });
    });
    const sha = run.outputs['commit-sha'] ?? '';
    expect(remote.git('rev-parse', 'fix-greeting', `${sha}^`)).toBe(`${sha}\n${head}`);
    expectEdited(remote, sha, head);
    expect(bodies(run)).toContain('its changes were merged onto');
  });

  test('goes to a branch of its own where it does not merge with the new head', async () => {
    const remote = await openRemote(lab);
    let head = '';
    const run = await edits(remote, async () => {
      head = await remote.push('fix-greeting', { 'src/greet.js': 'rewritten\n' });
    });
    const sha = run.outputs['commit-sha'] ?? '';
    expect(remote.git('rev-parse', 'fix-greeting')).toBe(head);
    const branch = run.outputs['branch'] ?? '';
    expect(branch).toMatch(/^opencode\/pull-2-/);
    expect(remote.git('rev-parse', branch, `${sha}^`)).toBe(`${sha}\n${remote.headSha}`);
    expectEdited(remote, sha, remote.headSha);
    expect(bodies(run)).toMatch(/do not merge .*`src\/greet\.js`/);
    expect(bodies(run)).toContain('[Open a pull request](');
  });

  test('is pushed again where somebody else was faster', async () => {
    const remote = await openRemote(lab);
    const workspace = await remote.clone();
    lab.answer([bash(edit), say('Greet better.')]);
    let faster: Promise<string> | undefined;
    const run = await watch(lab, {
      event: onPull(remote),
      github: {
        ...remote,
        // As the commit is made, and before the reference is moved to it.
        faults: ({ method, path }) => {
          if (method !== 'POST' || !path.endsWith('/git/commits')) return undefined;
          faster ??= remote.push('fix-greeting', { 'other.txt': 'other\n' });
          return { delayMs: 3_000 };
        },
      },
      inputs: await inputs(),
      workspace,
    });
    expectEnding(run, 'success', 'completed');
    const sha = run.outputs['commit-sha'] ?? '';
    expect(remote.git('rev-parse', 'fix-greeting', `${sha}^`)).toBe(`${sha}\n${await faster}`);
    expectEdited(remote, sha, (await faster) ?? '');
  });
});

describe('on a fork', () => {
  test('what the agent changed is a patch, which makes the same files of the head', async () => {
    const remote = await openRemote(lab);
    const [workspace, temp] = [await remote.clone(), await lab.folder()];
    await using github = await startGitHub(remote);
    const event = onPull(remote, { headRepository: 'stranger/hello-world' })(github.state);
    lab.answer([bash(edit), say('Greet better.')]);
    const before = remote.git('for-each-ref');
    const run = await runAction({ event, github, inputs: await inputs(), workspace, temp });
    expect(github.violations).toEqual([]);
    expect(run.outputs).toMatchObject({ outcome: 'success', 'commit-sha': '', branch: '' });
    expect(remote.git('for-each-ref')).toBe(before);
    const [, body] = [...github.state.comments.values()].map((comment) => comment.body);
    expect(body).toContain('gh pr checkout 2\ngit apply --3way changes.patch');
    expect(run.summary).toContain('```diff\ndiff --git a/');

    const other = await remote.clone();
    const apply = (...args: string[]) => execFileSync('git', ['-C', other, ...args]);
    apply('fetch', '-q', remote.gitDirectory, 'fix-greeting');
    apply('checkout', '-q', 'FETCH_HEAD');
    apply('apply', '--3way', run.outputs['patch-path'] ?? '');
    const greet = filesIn(other)['src/greet.js']?.content ?? '';
    expect(greet).toMatch(/HELLO[^]*\/\/ agent\n$/);
    expect(filesIn(other)).toMatchObject({ 'new.txt': { content: 'x' } });
    expect(Object.keys(filesIn(other))).not.toContain('old.txt');
  });
});
