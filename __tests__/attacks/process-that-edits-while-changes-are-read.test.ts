import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { bash, filesOf, openRemote } from '../runs/remote.ts';
import { expectEnding, watch } from '../runs/watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

test('a process that the agent leaves behind is gone before what it changed is read', async () => {
  const remote = await openRemote(lab);
  const workspace = await remote.clone();
  const loop = 'while :; do date +%s%N > loop.txt; done';
  const leave = `setsid sh -c '${loop}' </dev/null >/dev/null 2>&1 & sleep 0.2; cat loop.txt`;
  lab.answer([bash(leave), say('Left something behind.')]);
  const inputs = { ...(await lab.local()), isolation: 'none' };
  const run = await watch(lab, { github: remote, inputs, workspace });
  expectEnding(run, 'success', 'completed');
  const pushed = filesOf(remote, run.outputs['commit-sha'] ?? '')['loop.txt']?.content;
  expect(pushed).toMatch(/^\d*\n?$/);
  // Nobody has written to it since it was read.
  expect(pushed).toBe(readFileSync(join(workspace, 'loop.txt'), 'utf8'));
});
