import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startGitHub, type GitHubEmulator } from '../../playground/github/emulator.ts';

const repo = { owner: 'octo-org', repo: 'hello-world' };
let github: GitHubEmulator;
let rest: ReturnType<typeof getOctokit>['rest'];

beforeEach(async () => {
  github = await startGitHub();
  ({ rest } = getOctokit(github.token, { baseUrl: github.url }));
  const first = await commit('first');
  await rest.git.createRef({ ...repo, ref: 'refs/heads/main', sha: first });
  const sha = await commit('second', [first]);
  await rest.git.createRef({ ...repo, ref: 'refs/heads/fix/it', sha });
});

afterEach(async () => {
  await github[Symbol.asyncDispose]();
  expect(github.violations).toEqual([]);
});

async function commit(message: string, parents: string[] = []): Promise<string> {
  const file = { path: 'a.txt', mode: '100644', type: 'blob', content: message } as const;
  const { data } = await rest.git.createTree({ ...repo, tree: [file] });
  return (await rest.git.createCommit({ ...repo, message, tree: data.sha, parents })).data.sha;
}

const wanted = { ...repo, head: 'fix/it', base: 'main', title: 'Fix it', body: 'Closes #1' };

function refused(call: Promise<unknown>, status: number, message: string): Promise<void> {
  const expected = { status, message: expect.stringContaining(message) };
  return expect(call).rejects.toMatchObject(expected);
}

describe('a pull request', () => {
  test('is opened from a branch, and its head follows the branch', async () => {
    const { data } = await rest.pulls.create(wanted);
    expect(data).toMatchObject({
      title: 'Fix it',
      body: 'Closes #1',
      state: 'open',
      user: { login: 'github-actions[bot]' },
      head: { ref: 'fix/it' },
      base: { ref: 'main' },
    });
    const sha = await commit('third', [data.head.sha]);
    await rest.git.updateRef({ ...repo, ref: 'heads/fix/it', sha });
    const { data: later } = await rest.pulls.get({ ...repo, pull_number: data.number });
    expect(later.head.sha).toBe(sha);
    const head = await rest.git.getRef({ ...repo, ref: `pull/${data.number}/head` });
    expect(head.data.object.sha).toBe(sha);
  });

  test('is listed by its head, base and state', async () => {
    const { data } = await rest.pulls.create(wanted);
    const list = async (asked: object): Promise<number[]> =>
      (await rest.pulls.list({ ...repo, ...asked })).data.map(({ number }) => number);
    expect(await list({})).toEqual([data.number]);
    expect(await list({ head: 'octo-org:fix/it', base: 'main' })).toEqual([data.number]);
    expect(await list({ head: 'octo-org:fix' })).toEqual([]);
    expect(await list({ base: 'other' })).toEqual([]);
    github.state.issue(data.number).state = 'closed';
    expect(await list({})).toEqual([]);
    expect(await list({ state: 'closed' })).toEqual([data.number]);
    expect(await list({ state: 'all' })).toEqual([data.number]);
  });

  test('is refused a second time, and where there is nothing to merge', async () => {
    await rest.pulls.create(wanted);
    await refused(
      rest.pulls.create(wanted),
      422,
      'A pull request already exists for octo-org:fix/it',
    );
    await refused(rest.pulls.create({ ...wanted, head: 'main' }), 422, 'No commits between');
    await refused(rest.pulls.create({ ...wanted, head: 'none' }), 422, 'Validation Failed');
  });

  test('is not opened by Actions where the repository does not allow it', async () => {
    github.state.actionsMayOpenPulls = false;
    await refused(
      rest.pulls.create(wanted),
      403,
      'GitHub Actions is not permitted to create or approve pull requests.',
    );
  });
});

describe('what GITHUB_TOKEN may not push', () => {
  test('a tree with workflows', async () => {
    const file = { path: '.github/workflows/ci.yml', mode: '100644', type: 'blob' } as const;
    const tree = [{ ...file, content: 'on: push\n' }];
    await refused(
      rest.git.createTree({ ...repo, tree }),
      403,
      'Resource not accessible by integration',
    );
  });

  test('what a rule forbids', async () => {
    github.state.rules.push({
      branch: /^main$/,
      message: 'Changes must be made through a pull request.',
    });
    const { data } = await rest.git.getRef({ ...repo, ref: 'heads/main' });
    const sha = await commit('more', [data.object.sha]);
    const move = rest.git.updateRef({ ...repo, ref: 'heads/main', sha });
    await refused(move, 422, 'Changes must be made through a pull request.');
  });
});
