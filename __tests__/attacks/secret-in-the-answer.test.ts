import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { createHold, say } from '../../playground/script.ts';
import { canary, spellings } from '../redact/canary.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, type Going, type Run, watch } from '../runs/watch.ts';
import { expectNowhere, readJournalFile, written } from './written.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const all = spellings(canary);
const lines = all.map(([how, text]) => `- ${how}: ${text}`).join('\n');
const wrapped = Array.from(Buffer.from(canary).toString('base64')).join('\n');

/** Has the agent say every spelling, with a progress comment in the middle of it. */
async function sayIt(
  env: Record<string, string>,
  inputs: Record<string, string>,
): Promise<{ run: Run; journal: string }> {
  const hold = createHold();
  lab.answer([say([`These are they.\n\n${lines}\n`, hold, `\n${wrapped}\n\nThat is all.`])]);
  let journal = '';
  const run = await watch(lab, {
    inputs: { ...(await lab.local()), ...inputs },
    env,
    meanwhile: async (going: Going) => {
      await going.github.waitForRequest(
        ({ method, body }) => method !== 'GET' && JSON.stringify(body ?? '').includes('**Now:**'),
      );
      hold.release();
      await going.action.main;
      journal = readJournalFile(going);
    },
  });
  return { run, journal };
}

test.each([
  ['a variable that is named like one', { DEPLOY_PASSWORD: canary }, {}],
  ['a line of the input `redact`', {}, { redact: `something else\n${canary}` }],
])('a secret in %s gets out nowhere, however it is written', async (_where, env, inputs) => {
  const { run, journal } = await sayIt(env, inputs);
  expectEnding(run, 'success', 'completed');
  expectNowhere(written(run, journal), [...all.map(([, text]) => text), wrapped]);
  const response = run.outputs['response'] ?? '';
  expect(response.split('***').length - 1).toBe(all.length + 1);
  expect(response).toContain('- in hexadecimal: ***\n');
  expect(response.startsWith('These are they.\n\n- as it is: ***\n')).toBe(true);
  expect(response.endsWith('\n\nThat is all.')).toBe(true);
});

test('the same words go out to the letter where they are no secret', async () => {
  const { run } = await sayIt({ PLAIN: canary }, {});
  expectEnding(run, 'success', 'completed');
  expect(run.outputs['response']).toBe(`These are they.\n\n${lines}\n\n${wrapped}\n\nThat is all.`);
  expect(run.summary).toContain(lines);
  expect(run.comments[0]?.body).toContain(wrapped);
});
