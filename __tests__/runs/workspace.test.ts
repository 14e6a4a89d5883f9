import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent, type SampleEvent } from '../../playground/events.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { callTool, createHold, say } from '../../playground/script.ts';
import { busyMachineMs, greeting, type Lab, openLab } from './lab.ts';
import { type Going, expectEnding, expectIdlePost, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** A clone as `actions/checkout` leaves one, on the default branch. */
async function clone(): Promise<string> {
  const workspace = await lab.folder();
  const { directory } = lab.sample;
  execFileSync('git', ['clone', '-q', '--branch', 'main', '--single-branch', directory, workspace]);
  git(workspace, 'remote', 'set-url', 'origin', 'http://127.0.0.1/octo-org/hello-world.git');
  return workspace;
}

function git(workspace: string, ...args: string[]): string {
  return execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' }).trim();
}

function gitHub() {
  const { git: served } = lab.sample;
  if (served === undefined) throw new Error('These tests need git.');
  return { gitDirectory: served.directory };
}

/** A mention on pull request 2, whose head is in the sample. */
function onPull(state: GitHubState): SampleEvent {
  state.addIssue();
  const { number } = state.addPull({ headSha: lab.sample.git?.headSha ?? '' });
  return commentEvent(state, { number, body: '/oc is it good?' });
}

const look = callTool('bash', { command: 'cat src/greet.js', description: 'Look' });

function seenByAgent(): string {
  return lab.asked.at(-1)?.messages.find(({ role }) => role === 'tool')?.text ?? '';
}

async function expectAsBefore(workspace: string): Promise<void> {
  expect(git(workspace, 'symbolic-ref', '--short', 'HEAD')).toBe('main');
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  expect(await readFile(join(workspace, 'src/greet.js'), 'utf8')).toContain("'Hello, '");
  const config = await readFile(join(workspace, '.git/config'), 'utf8');
  expect(config).not.toMatch(/extraheader|token/i);
}

describe('on a pull request, the agent', () => {
  test('works in its head, and the workspace is put back', async () => {
    const workspace = await clone();
    lab.answer([look, say(greeting)]);
    const inputs = await lab.local();
    const run = await watch(lab, { event: onPull, github: gitHub(), inputs, workspace });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(seenByAgent()).toContain('HELLO,');
    expect(run.comments[0]?.body).not.toContain('[!NOTE]');
    await expectAsBefore(workspace);
  });

  test('may leave changes that are not to come back, which are kept in git', async () => {
    const workspace = await clone();
    const edit = { command: 'echo "// agent" >> src/greet.js', description: 'Edit' };
    lab.answer([callTool('bash', edit), say(greeting)]);
    const inputs = { ...(await lab.local()), changes: 'none' };
    const run = await watch(lab, { event: onPull, github: gitHub(), inputs, workspace });
    expectEnding(run, 'success', 'completed');
    await expectAsBefore(workspace);
    const [ref = ''] = /refs\/mention-loop\/[\w-]+/.exec(run.log) ?? [];
    expect(git(workspace, 'show', `${ref}:src/greet.js`)).toContain('// agent');
  });

  test('works with a workspace that has changes of its own, and says so', async () => {
    const workspace = await clone();
    await writeFile(join(workspace, 'README.md'), 'changed\n');
    lab.answer([look, say(greeting)]);
    const inputs = await lab.local();
    const run = await watch(lab, { event: onPull, github: gitHub(), inputs, workspace });
    expectEnding(run, 'success', 'completed');
    expect(seenByAgent()).toContain("'Hello, '");
    expect(run.comments[0]?.body).toContain('uncommitted changes');
    expect(lab.asked[0]?.prompt).toContain('uncommitted changes');
    expect(await readFile(join(workspace, 'README.md'), 'utf8')).toBe('changed\n');
  });

  test('works without a checkout, and says so', async () => {
    const workspace = await lab.folder();
    lab.answer([say(greeting)]);
    const inputs = await lab.local();
    const run = await watch(lab, { event: onPull, github: gitHub(), inputs, workspace });
    expectEnding(run, 'success', 'completed');
    expect(run.comments[0]?.body.startsWith(greeting)).toBe(true);
    expect(run.comments[0]?.body).toContain('no usable git checkout');
    expect(lab.asked[0]?.prompt).toContain('no usable git checkout');
    expect(run.annotations.map(({ level }) => level)).toEqual(['warning']);
  });

  test("is told, as the reader is, that another's server may have something else there", async () => {
    lab.answer([say(greeting)]);
    const run = await watch(lab, { event: onPull, inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    const note = "works in the server's directory as it stands";
    expect(run.comments[0]?.body.startsWith(`${greeting}\n\n> [!NOTE]\n`)).toBe(true);
    expect(run.comments[0]?.body).toContain(note);
    expect(lab.asked[0]?.prompt).toContain(note);
    expect(run.annotations).toEqual([]);
  });

  test('may be killed: post puts the workspace back', async () => {
    const workspace = await clone();
    const hold = createHold();
    lab.answer([say([greeting, hold])]);
    const run = await watch(lab, {
      event: onPull,
      github: gitHub(),
      inputs: await lab.local(),
      workspace,
      meanwhile: async ({ action, untilJournalled }: Going) => {
        await untilJournalled('𝒳');
        expect(await readFile(join(workspace, 'src/greet.js'), 'utf8')).toContain('HELLO,');
        action.child.kill('SIGKILL');
      },
    });
    expect(run.comments).toHaveLength(1);
    expect(run.comments[0]?.body).toContain(greeting);
    await expectAsBefore(workspace);
  });

  test('may be cancelled: what git cannot put back in time is left to post', async () => {
    const workspace = await clone();
    const folder = await lab.folder();
    const hang = 'rm -f src/greet.js; touch "$0.once"; exec sleep 60';
    const once = `case "$*" in "checkout "*main*) [ -e "$0.once" ] || { ${hang}; } ;; esac`;
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const script = `#!/bin/sh\n${once}\nexec ${real} "$@"\n`;
    await writeFile(join(folder, 'git'), script, { mode: 0o755 });
    lab.answer([say([greeting, createHold()])]);
    let tookMs = 0;
    const run = await watch(lab, {
      event: onPull,
      github: gitHub(),
      inputs: await lab.local(),
      workspace,
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      meanwhile: async ({ action, untilJournalled }: Going) => {
        await untilJournalled('𝒳');
        const at = Date.now();
        action.child.kill('SIGINT');
        tookMs = (await action.main).endedAt - at;
        expect(git(workspace, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('HEAD');
      },
    });
    expectEnding(run, 'cancelled', 'cancelled');
    expect(run.comments).toHaveLength(1);
    expect(tookMs).toBeLessThan(5_000);
    await expectAsBefore(workspace);
  });
});
