import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { createHold, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { type Going, type Run, watch } from '../runs/watch.ts';
import { expectNowhere, readJournalFile, written } from './written.ts';

jest.setTimeout(busyMachineMs);

const secret = 'kB7-said-just-before-the-kill-Qz4';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** Kills `main` once the journal has the first words, with its server or without. */
async function killAfter(
  said: readonly string[],
  env: Record<string, string>,
  isServerKilled: boolean,
): Promise<{ run: Run; journal: string }> {
  const hold = createHold();
  lab.answer([say([...said, hold, 'and never this'])]);
  let journal = '';
  const run = await watch(lab, {
    inputs: await lab.local(),
    env,
    meanwhile: async (going: Going) => {
      await hold.reached;
      await going.untilJournalled('These are the words.');
      journal = readJournalFile(going);
      going.action.child.kill('SIGKILL');
      const server = /"kind":"local","pid":(\d+)/.exec(journal)?.[1];
      if (isServerKilled) process.kill(-Number(server), 'SIGKILL');
    },
  });
  expect(run.comments).toHaveLength(1);
  expect(run.comments[0]?.body).toContain('was killed');
  return { run, journal };
}

describe.each([
  ['the server', false],
  ['the journal', true],
])('post, which has the words from %s,', (_from, isServerKilled) => {
  test('says no secret', async () => {
    const words = `It is ${secret}. These are the words. `;
    const { run, journal } = await killAfter([words], { A_TOKEN: secret }, isServerKilled);
    expect(run.comments[0]?.body).toContain('It is ***. These are the words.');
    expectNowhere(written(run, journal), [secret]);
  });

  test('says no secret that was cut in the middle', async () => {
    const words = `These are the words. It is ${secret.slice(0, 25)}`;
    const { run, journal } = await killAfter([words], { A_TOKEN: secret }, isServerKilled);
    expectNowhere(written(run, journal), [secret]);
  });
});

test('what is no secret is said to the letter', async () => {
  const words = `It is ${secret}. These are the words. `;
  const { run } = await killAfter([words], { A_NOTE: secret }, false);
  expect(run.comments[0]?.body).toContain(words.trim());
});
