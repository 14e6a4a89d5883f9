/** Somebody who may edit puts a stop into another's mouth. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { edit } from '../../playground/github/call.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding } from '../runs/watch.ts';
import { tryToStop } from './stop.ts';
import { before } from './told.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const later = '2100-01-01T00:00:00Z';

test('into a comment from before the run', async () => {
  const run = await tryToStop(
    lab,
    (state) => {
      for (const comment of state.comments.values())
        if (comment.body === 'Fine.') edit(comment, '/oc stop');
    },
    (state, number) => void state.addComment(number, { body: 'Fine.', createdAt: before }),
  );
  expectEnding(run, 'success', 'completed');
});

test('into one that came since', async () => {
  const run = await tryToStop(lab, (state, number) =>
    edit(state.addComment(number, { body: 'Fine.' }), '/oc stop', later),
  );
  expectEnding(run, 'success', 'completed');
});

test('and would stop it, did the times not tell of it', async () => {
  const run = await tryToStop(lab, (state, number) => {
    const comment = state.addComment(number, { body: 'Fine.' });
    edit(comment, '/oc stop', comment.createdAt);
  });
  expectEnding(run, 'cancelled', 'cancelled');
  expect(run.comments[0]?.body).toContain('stopped by @&#8203;octocat');
});
