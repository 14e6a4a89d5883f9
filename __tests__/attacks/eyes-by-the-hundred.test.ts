/** Strangers have a command ask GitHub so often that the token has no requests left for any run. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { commentEvent, type SampleEvent } from '../../playground/events.ts';
import { startGitHub } from '../../playground/github/emulator.ts';
import { eyesLooked } from '../../src/limits/commands.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, watch } from '../runs/watch.ts';
import { before } from './told.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

test('eyes on comments that mention us are looked at on the newest of them alone', async () => {
  await using github = await startGitHub();
  const { state } = github;
  const { number } = state.addIssue({ createdAt: before });
  for (let count = 0; count < 3 * eyesLooked; count += 1) {
    const { reactions } = state.addComment(number, {
      author: 'mallory',
      body: '/oc look at me',
      createdAt: before,
    });
    reactions.push({ id: state.nextId(), content: 'eyes', login: 'mallory', createdAt: before });
  }
  const event = (): SampleEvent => commentEvent(state, { number, body: '/oc status' });
  const run = await watch(lab, { on: github, event, inputs: {} });
  expectEnding(run, 'success', 'completed');
  const asked = github.requests.filter(
    ({ method, path }) => method === 'GET' && /comments\/\d+\/reactions$/.test(path),
  );
  expect(asked).toHaveLength(eyesLooked);
});
