import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';

import { createHold, say } from '../../playground/script.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, type Going, watch } from '../runs/watch.ts';
import { expectNowhere, readJournalFile, written } from './written.ts';

jest.setTimeout(busyMachineMs);

const secret = 'kB7-split-over-many-pieces-Qz4';
/** Each of them is no secret. */
const pieces = ['kB7-split-o', 'ver-many-pie', 'ces-Qz4'];

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

test('a secret that is said piece by piece is written down nowhere', async () => {
  const holds = [createHold(), createHold()];
  const [first, second] = holds;
  lab.answer([say(['Before. ', 'kB7-split-o', first!, 'ver-many-pie', second!, 'ces-Qz4 after.'])]);
  let journal = '';
  const run = await watch(lab, {
    inputs: await lab.local(),
    env: { SPLIT_TOKEN: secret },
    meanwhile: async (going: Going) => {
      await going.untilJournalled('Before.');
      for (const hold of holds) {
        await hold.reached;
        // The journal is written every 400 ms: time to write too much, should it do so.
        await sleep(1_000);
        expect(readJournalFile(going)).not.toContain('split-o');
        hold.release();
      }
      await going.action.main;
      journal = readJournalFile(going);
    },
  });
  expectEnding(run, 'success', 'completed');
  expect(run.outputs['response']).toBe('Before. *** after.');
  expectNowhere(written(run, journal), [secret]);
});

test('looked at one by one, the pieces would pass', () => {
  const { redact } = createRedactor([secret]);
  expect(pieces.map(redact).join('')).toBe(secret);
});
