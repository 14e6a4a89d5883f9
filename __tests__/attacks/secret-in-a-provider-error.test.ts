import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { refuse } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, type Going, watch } from '../runs/watch.ts';
import { expectNowhere, readJournalFile, written } from './written.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const key = 'kB7-the-key-that-was-sent-Qz4';

async function refuseWith(words: string, env: Record<string, string>) {
  lab.answer([refuse(401, words)]);
  let journal = '';
  const run = await watch(lab, {
    inputs: await lab.local(),
    env,
    meanwhile: async (going: Going) => {
      await going.action.main;
      journal = readJournalFile(going);
    },
  });
  expectEnding(run, 'failure', 'provider-error');
  return { run, journal };
}

test('a provider that quotes the key it was sent tells nobody', async () => {
  const { run, journal } = await refuseWith(`Incorrect key: ${key}.`, { ACME_API_KEY: key });
  expect(run.comments[0]?.body).toContain('Incorrect key: ***.');
  expectNowhere(written(run, journal), [key]);
});

test('nor where the key stands in `opencode-config` only', async () => {
  // The scripted model's own, as the lab's configuration has it.
  const { run, journal } = await refuseWith('Incorrect key: scripted-key.', {});
  expect(run.comments[0]?.body).toContain('Incorrect key: ***.');
  expectNowhere(written(run, journal), ['scripted-key']);
});

test('what is no key is quoted to the letter', async () => {
  const { run } = await refuseWith(`Incorrect key: ${key}.`, { ACME_NOTE: key });
  expect(run.comments[0]?.body).toContain(`Incorrect key: ${key}.`);
});
