import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { createHold, refuse, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { expectEnding, expectIdlePost, type Going, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** What the server says that its sessions do: nothing of those that are at rest. */
async function atWork(inputs: Record<string, string>): Promise<unknown> {
  const { 'server-url': url = '', 'server-password': password = '' } = inputs;
  const directory = encodeURIComponent(inputs['server-directory'] ?? '');
  const response = await fetch(`${url}/session/status?directory=${directory}`, {
    headers: { authorization: `Basic ${btoa(`opencode:${password}`)}` },
  });
  return await response.json();
}

describe("a model's provider", () => {
  test('that wants to be asked again tomorrow ends the run at once, in its own words', async () => {
    const words = 'Quota of the day used up.';
    lab.answer([refuse(429, words, { 'retry-after': '86400' })]);
    const inputs = await lab.remote();
    const run = await watch(lab, { inputs });
    expectEnding(run, 'failure', 'provider-error');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain(words);
    expect(run.comments[0]?.body).toContain('1440 minutes of patience');
    expect(run.comments[0]?.body).toContain('raise `timeout-minutes`');
    expect(lab.asked).toHaveLength(1);
    expect(await atWork(inputs)).toEqual({});
  });

  test('that refuses the key ends the run, and nothing is called a part of an answer', async () => {
    lab.answer([refuse(401, 'No such key, ask @octocat.')]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'failure', 'provider-error');
    expect(run.comments[0]?.body).toContain('No such key, ask @&#8203;octocat.');
    expect(run.comments[0]?.body).toContain('The agent had written nothing by then.');
    expect(run.outputs).toMatchObject({ partial: 'false', response: '' });
  });

  test('that fails five times in a row ends the run, and what was written before it stays', async () => {
    const begun = 'I begin with the greeting.';
    const hold = createHold();
    lab.answer((_, index) =>
      index === 0
        ? say([begun, hold], { isDropped: true, chunkChars: 5 })
        : refuse(503, 'Please come back', { 'retry-after-ms': '50' }),
    );
    const inputs = await lab.remote();
    const run = await watch(lab, {
      inputs,
      // A connection that breaks may take along what was not read yet.
      meanwhile: async ({ untilJournalled }: Going) => {
        await untilJournalled('greeting.');
        hold.release();
      },
    });
    expectEnding(run, 'failure', 'provider-error');
    expect(run.comments[0]?.body).toContain('failed 5 times in a row: Please come back.');
    expect(run.comments[0]?.body).toContain(begun);
    expect(run.outputs).toMatchObject({ partial: 'true', response: begun });
    expect(lab.asked.length).toBeLessThanOrEqual(6);
    expect(await atWork(inputs)).toEqual({});
  });

  test('that is asked again is shown in the progress comment, and then answers', async () => {
    lab.answer([
      refuse(429, 'Slow down, please', { 'retry-after': '14' }),
      say('Here is the answer.'),
    ]);
    const isShown = ({ body }: { body: unknown }): boolean =>
      JSON.stringify(body ?? '').includes('being tried again** (attempt 1): ');
    const meanwhile = async ({ github }: Going): Promise<void> => {
      await github.waitForRequest(isShown);
    };
    const run = await watch(lab, { inputs: await lab.remote(), meanwhile });
    expectEnding(run, 'success', 'completed');
    expect(run.comments[0]?.body.startsWith('Here is the answer.\n\n<details>')).toBe(true);
    expect(run.github.requests.filter(isShown).map(({ body }) => body)).toEqual([
      { body: expect.stringContaining('Slow down, please') },
    ]);
  });

  test('that breaks off in mid-sentence is asked again, and no word stands there twice', async () => {
    lab.answer([
      say('The greeting is wr', { isDropped: true, chunkChars: 5, delayMs: 50 }),
      say('The greeting is wrong in one place.'),
    ]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    expect(run.outputs['response']).toBe('The greeting is wrong in one place.');
  });

  test('that cuts the answer off by length is said so under it', async () => {
    lab.answer([say('One, two, three, fo', { finish: 'length' })]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    const said = 'The answer ends where the model reached its length limit.';
    expect(run.comments[0]?.body).toMatch(/^One, two, three, fo\n\n> \[!NOTE\]\n> The answer ends/);
    expect(run.summary).toContain(said);
    expect(run.outputs['response']).toBe('One, two, three, fo');
  });
});
