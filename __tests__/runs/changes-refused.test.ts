import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import type { GitHubOptions } from '../../playground/github/emulator.ts';
import { commentEvent } from '../../playground/events.ts';
import { say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { bash, filesOf, openRemote, type Remote } from './remote.ts';
import { bodies, expectEnding, expectIdlePost, type Run, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** A run on an issue, in which the agent changes something; it always succeeds. */
async function change(
  command: string,
  { github, inputs, noPulls }: Change = {},
): Promise<{ run: Run; remote: Remote }> {
  const remote = await openRemote(lab);
  const workspace = await remote.clone();
  lab.answer([bash(command), say('Make it better.')]);
  const run = await watch(lab, {
    event: (state) => {
      state.actionsMayOpenPulls = noPulls !== true;
      return commentEvent(state);
    },
    github: { ...remote, ...github },
    inputs: { ...(await lab.local()), isolation: 'none', ...inputs },
    workspace,
  });
  expectEnding(run, 'success', 'completed');
  expectIdlePost(run);
  return { run, remote };
}

interface Change {
  github?: GitHubOptions;
  inputs?: Record<string, string>;
  /** Actions may not open pull requests. */
  noPulls?: boolean;
}

const branches = (remote: Remote) =>
  remote.git('for-each-ref', '--format=%(refname)', 'refs/heads/opencode');

function expectPatch({ run, remote }: { run: Run; remote: Remote }): void {
  expect(run.outputs).toMatchObject({ 'commit-sha': '', branch: '' });
  expect(run.outputs['patch-path']).toMatch(/\.patch$/);
  expect(branches(remote)).toBe('');
  expect(bodies(run)).toContain('git apply --3way changes.patch');
  expect(run.summary).toContain('```diff\ndiff --git a/');
}

describe('what the agent changed', () => {
  const edit = `printf '// agent\\n' >> src/greet.js`;

  test('is a patch without `contents: write`, and the reply names it', async () => {
    const denied = { status: 403, body: { message: 'Resource not accessible by integration' } };
    const faults: GitHubOptions['faults'] = ({ method, path }) =>
      method !== 'GET' && path.includes('/git/') ? denied : undefined;
    const done = await change(edit, { github: { faults } });
    expectPatch(done);
    expect(bodies(done.run)).toContain('`contents: write`');
  });

  test('is a patch with `reply: none`, for then nothing is written to GitHub', async () => {
    const remote = await openRemote(lab);
    const workspace = await remote.clone();
    lab.answer([bash(edit), say('Make it better.')]);
    const inputs = { ...(await lab.local()), isolation: 'none', reply: 'none' };
    const run = await watch(lab, { github: remote, inputs, workspace });
    expect(run.outputs).toMatchObject({ outcome: 'success', 'commit-sha': '' });
    expect(run.written.main).toEqual([]);
    expect(run.summary).toContain('with `reply: none` nothing is written to GitHub');
    expect(run.summary).toContain('```diff\ndiff --git a/');
  });

  test('stays on its branch where Actions may not open pull requests', async () => {
    const { run, remote } = await change(edit, { noPulls: true });
    const { outputs } = run;
    expect(branches(remote)).toBe(`refs/heads/${outputs['branch']}`);
    expect(outputs).toMatchObject({ 'pull-request-number': '', 'patch-path': '' });
    expect(bodies(run)).toContain(`/octo-org/hello-world/compare/main...`);
    expect(bodies(run)).toContain('not permitted to create or approve pull requests');
  });

  test('is a patch where GitHub lets nobody change workflows', async () => {
    const command = `printf 'on: push\\n' > .github/workflows/new.yml`;
    const done = await change(command, { inputs: { 'protected-paths': 'nothing' } });
    expectPatch(done);
    expect(bodies(done.run)).toMatch(/workflows .*`\.github\/workflows\/new\.yml`/);
  });

  test('is a patch above `max-changed-files`', async () => {
    const command = 'for n in 1 2 3; do echo x > $n; done';
    const done = await change(command, { inputs: { 'max-changed-files': '2' } });
    expectPatch(done);
    expect(bodies(done.run)).toContain('more than the 2 of `max-changed-files`');
  });

  test('is not pushed with a secret in it, which is left out of the patch as well', async () => {
    const secret = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;
    lab.secrets.push(secret);
    const [head, tail] = [secret.slice(0, 9), secret.slice(9)];
    const command = `${edit}; printf 'token = %s%s\\n' ${head} ${tail} > secret.txt`;
    const done = await change(command);
    expectPatch(done);
    expect(bodies(done.run)).toContain('what may be a secret was added to it: `secret.txt`');
    expect(done.run.summary).not.toContain('secret.txt b/');
    for (const { body } of done.run.github.requests)
      expect(JSON.stringify(body ?? '')).not.toContain(secret);
  });

  test('is left out of CODEOWNERS’ files where that is asked for', async () => {
    const remote = await openRemote(lab);
    await remote.push('main', { '.github/CODEOWNERS': '/src/ @octo-org/owners\n' });
    const workspace = await remote.clone();
    lab.answer([bash(`${edit}; printf x > new.txt; rm .github/CODEOWNERS`), say('Better.')]);
    const inputs = { ...(await lab.local()), isolation: 'none', 'respect-codeowners': 'true' };
    const run = await watch(lab, { github: remote, inputs, workspace });
    expectEnding(run, 'success', 'completed');
    const files = filesOf(remote, run.outputs['commit-sha'] ?? '');
    const main = filesOf(remote, 'main');
    expect(files).toEqual({ ...main, 'new.txt': { mode: '100644', content: 'x' } });
    expect(bodies(run)).toContain('CODEOWNERS gives it an owner: `src/greet.js`');
  });
});
