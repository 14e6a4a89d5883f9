import { execFileSync } from 'node:child_process';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { callTool, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { bodies, expectEnding, expectIdlePost, watch } from './watch.ts';

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

const bash = (command: string) => callTool('bash', { command, description: 'Change' });

describe('on an issue', () => {
  test('what the agent changed becomes a branch and a pull request', async () => {
    const workspace = await clone();
    lab.answer([bash('echo "// agent" >> src/greet.js; git mv README.md READ.md'), say('Greets twice.\n\nIt does.')]);
    const inputs = { ...(await lab.local()), isolation: 'none' };
    const run = await watch(lab, { github: { gitDirectory: lab.sample.git?.directory ?? '' }, inputs, workspace });
    expect(bodies(run)).toBe("");
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
  });
});
