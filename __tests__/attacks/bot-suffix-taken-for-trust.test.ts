/** Anybody can register an App, and gets a login that ends in `[bot]`. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, expectSilence, watch } from '../runs/watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const by = (author: string) => (state: GitHubState) => {
  // The worst case: GitHub says that it may write.
  state.setPermission(author, 'write');
  return commentEvent(state, { author });
};

test.each(['evil[bot]', 'renovate-evil[bot]', 'renovate[bot][bot]', 'xrenovate[bot]'])(
  '%s is let in by no suffix, and by no part of a name that is',
  async (author) => {
    lab.answer([say('You are in.')]);
    const inputs = { ...(await lab.remote()), 'allowed-bots': 'renovate[bot]' };
    const run = await watch(lab, { event: by(author), inputs });
    expectSilence(run, 'skipped', 'bot-author');
    expect(lab.asked).toEqual([]);
  },
);

test('the one that is named is', async () => {
  lab.answer([say('You are in.')]);
  const inputs = { ...(await lab.remote()), 'allowed-bots': 'renovate[bot]' };
  const run = await watch(lab, { event: by('renovate[bot]'), inputs });
  expectEnding(run, 'success', 'completed');
});

test('a wildcard lets nobody in, and is told as wrong in the log', async () => {
  lab.answer([say('You are in.')]);
  const inputs = { ...(await lab.remote()), 'allowed-bots': '*' };
  const run = await watch(lab, { event: by('evil[bot]'), inputs });
  expectSilence(run, 'failure', 'invalid-input');
  expect(lab.asked).toEqual([]);
});
