import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { createHold, refuse, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { bash, filesOf, onPull, openRemote, type Remote } from './remote.ts';
import { bodies, expectEnding, expectIdlePost, type Going, type Run, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const edit = bash(`printf '// agent\\n' >> src/greet.js && printf x > new.txt`);
const half = 'I have begun. ';

interface Scene {
  inputs?: Record<string, string>;
  env?: Record<string, string>;
  meanwhile?: (going: Going) => Promise<void>;
}

/** A run on pull request 2; the workspace is a clone. */
async function run(
  script: Parameters<Lab['answer']>[0],
  { inputs, env = {}, meanwhile }: Scene = {},
): Promise<{ run: Run; remote: Remote; workspace: string }> {
  const remote = await openRemote(lab);
  const workspace = await remote.clone();
  lab.answer(script);
  const done = await watch(lab, {
    event: onPull(remote),
    github: remote,
    inputs: { ...(await lab.local()), isolation: 'none', ...inputs },
    workspace,
    env,
    ...(meanwhile && { meanwhile }),
  });
  return { run: done, remote, workspace };
}

function git(workspace: string, ...args: string[]): string {
  return execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' }).trim();
}

function expectBack(workspace: string): void {
  expect(git(workspace, 'symbolic-ref', '--short', 'HEAD')).toBe('main');
  expect(git(workspace, 'status', '--porcelain', '--untracked-files=no')).toBe('');
  expect(git(workspace, 'for-each-ref', 'refs/mention-loop')).toBe('');
}

/** Nothing is pushed, and the patch of both files is in a summary. */
function expectKept({ run: done, remote }: { run: Run; remote: Remote }, summary: string): void {
  expect(remote.git('rev-parse', 'fix-greeting')).toBe(remote.headSha);
  expect(remote.git('for-each-ref', 'refs/heads/opencode')).toBe('');
  expect(done.outputs['commit-sha'] ?? '').toBe('');
  expect(summary).toContain('diff --git a/src/greet.js b/src/greet.js');
  expect(summary).toContain('+// agent');
  expect(summary).toContain('diff --git a/new.txt b/new.txt');
}

describe('what the agent changed in a run that ended early', () => {
  test('by a cancel, is in a patch within the five seconds as a rule, and the reply goes on from it', async () => {
    let tookMs = 0;
    const temp = await lab.folder();
    const kept = join(temp, 'kept.patch');
    const done = await run([edit, say([half, createHold()])], {
      meanwhile: async ({ action, untilJournalled }) => {
        await untilJournalled(half.trim());
        const at = Date.now();
        action.child.kill('SIGINT');
        const main = await action.main;
        tookMs = main.endedAt - at;
        const path = main.outputs['patch-path'] ?? '';
        if (path !== '') await writeFile(kept, await readFile(path));
      },
    });
    expectEnding(done.run, 'cancelled', 'cancelled');
    expect(tookMs).toBeLessThan(5_000);
    expectBack(done.workspace);
    // On a machine that is too busy for that, it is post that writes it.
    if (!existsSync(kept)) return expectKept(done, done.run.post?.summary ?? '');
    expectIdlePost(done.run);
    expectKept(done, done.run.summary);
    expect(bodies(done.run)).toContain('gh pr checkout 2\ngit apply --3way changes.patch');
    expect(bodies(done.run)).toContain('The run ended early: nothing is pushed.');
    expect(bodies(done.run)).toContain(half.trim());
    const other = await done.remote.clone();
    git(other, 'fetch', '-q', done.remote.gitDirectory, 'fix-greeting');
    git(other, 'checkout', '-q', 'FETCH_HEAD');
    git(other, 'apply', '--3way', kept);
    expect(await readFile(join(other, 'src/greet.js'), 'utf8')).toMatch(/HELLO[^]*\/\/ agent\n$/);
  });

  test('by kill -9, is in a patch that post writes before it puts the checkout back', async () => {
    const done = await run([edit, say([half, createHold()])], {
      meanwhile: async ({ action, untilJournalled }) => {
        await untilJournalled(half.trim());
        action.child.kill('SIGKILL');
      },
    });
    expectKept(done, done.run.post?.summary ?? '');
    expect(bodies(done.run)).toContain('**2 files changed** (+2 −0).');
    expect(bodies(done.run)).toContain('gh pr checkout 2\ngit apply --3way changes.patch');
    expectBack(done.workspace);
  });

  test('by a cancel that leaves no time, is in a patch that post writes', async () => {
    const folder = await lab.folder();
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const hang = `[ -e "$0.armed" ] && case "$*" in diff-files*) rm "$0.armed"; exec sleep 60;; esac`;
    const script = `#!/bin/sh\n${hang}\nexec ${real} "$@"\n`;
    await writeFile(join(folder, 'git'), script, { mode: 0o755 });
    const done = await run([edit, say([half, createHold()])], {
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      meanwhile: async ({ action, untilJournalled }) => {
        await untilJournalled(half.trim());
        await writeFile(join(folder, 'git.armed'), '');
        action.child.kill('SIGINT');
      },
    });
    expectEnding(done.run, 'cancelled', 'cancelled');
    expect(bodies(done.run)).toContain('There was no time left to save what the agent changed');
    expect(done.run.summary).not.toContain('diff --git');
    expectKept(done, done.run.post?.summary ?? '');
    expectBack(done.workspace);
  });

  test('by an error of the provider, is in a patch', async () => {
    const done = await run([edit, refuse(400, 'Bad request.')]);
    expectEnding(done.run, 'failure', 'provider-error');
    expectIdlePost(done.run);
    expectKept(done, done.run.summary);
    expectBack(done.workspace);
  });
});

const isRoot = process.getuid?.() === 0;

describe('with a user of its own', () => {
  test(
    isRoot
      ? 'what the agent changed becomes a commit once its files are the job’s again'
      : 'nothing is tried here, for it takes root',
    async () => {
      if (!isRoot) return;
      const done = await run([edit, say('Greet better.')], { inputs: { isolation: 'user' } });
      expectEnding(done.run, 'success', 'completed');
      expectIdlePost(done.run);
      const files = filesOf(done.remote, done.run.outputs['commit-sha'] ?? '');
      expect(files['new.txt']).toEqual({ mode: '100644', content: 'x' });
      expect(files['src/greet.js']?.content).toMatch(/HELLO[^]*\/\/ agent\n$/);
      expectBack(done.workspace);
    },
  );
});
