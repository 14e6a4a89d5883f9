import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { expectEnding, expectIdlePost, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

describe('the event stream', () => {
  test('may hold an event of 20 MB', async () => {
    const line = 'One of very many lines, all of them in one event: é 世界.\n';
    const text = line.repeat(20_000_000 / Buffer.byteLength(line)).trimEnd();
    lab.answer([say(text, { chunkChars: text.length })]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed', { comments: 5 });
    expectIdlePost(run);
    expect(run.comments[0]?.body.startsWith(line.repeat(100))).toBe(true);
    expect(run.outputs['response']).toBe(text.slice(0, run.outputs['response']?.length));
  });
});
