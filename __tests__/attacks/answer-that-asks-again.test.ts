/** An answer that mentions the action would be answered, and that answer again. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, expectSilence, watch } from '../runs/watch.ts';

jest.setTimeout(busyMachineMs);

const asksAgain = 'Done. Write /oc go on, or do I have to?\n\n/oc go on';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** What a run says when its model asks again. */
async function answerOf(): Promise<string> {
  lab.answer([say(asksAgain)]);
  const run = await watch(lab, { inputs: await lab.remote() });
  expectEnding(run, 'success', 'completed');
  return run.comments[0]?.body ?? '';
}

test('starts nothing, whoever the token says that wrote it', async () => {
  const body = await answerOf();
  expect(body).toContain('/oc go on');
  // The other workflow runs with the token of a person who may do all.
  const event = (state: Parameters<typeof commentEvent>[0]) => commentEvent(state, { body });
  const answered = await watch(lab, { event, inputs: await lab.remote() });
  expectSilence(answered, 'skipped', 'bot-author');
});

test('starts a run where the same words come from that person', async () => {
  const body = (await answerOf()).replace(/\n<!-- mention-loop [^\n]*$/, '');
  lab.answer([say('Yes.')]);
  const event = (state: Parameters<typeof commentEvent>[0]) => commentEvent(state, { body });
  const answered = await watch(lab, { event, inputs: await lab.remote() });
  expectEnding(answered, 'success', 'completed');
});
