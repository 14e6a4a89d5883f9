import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { say } from '../../playground/script.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { split } from '../../src/reply/split.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, watch } from '../runs/watch.ts';
import { expectNowhere, written } from './written.ts';

jest.setTimeout(busyMachineMs);

const secret = 'kB7-split-over-two-comments-Qz4';
/** No place to cut at but in the middle of a secret: it fills every comment to the end. */
const answer = `${'A word. '.repeat(5_000)}${secret.repeat(1_500)} and ${'a word. '.repeat(7_000)}`;

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

test('a secret that an answer would be cut in is in none of its comments', async () => {
  lab.answer([say(answer, { chunkChars: 4_000 })]);
  const run = await watch(lab, {
    inputs: await lab.local(),
    env: { SPLIT_TOKEN: secret },
  });
  expectEnding(run, 'success', 'completed', { comments: run.comments.length });
  expect(run.comments.length).toBeGreaterThan(1);
  expectNowhere(written(run, ''), [secret]);
});

test('comment by comment, its halves would pass', () => {
  const { redact } = createRedactor([secret]);
  const [first, second] = split(answer, 60_000, 5).pieces.map(({ body }) => redact(body));
  const half = /(kB7-[\w-]{9,})$/.exec(first ?? '')?.[1] ?? '';
  expect(half.length).toBeGreaterThan(12);
  expect(secret).toBe(half + (second ?? '').slice(0, secret.length - half.length));
});
