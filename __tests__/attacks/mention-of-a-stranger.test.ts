/** Whom an answer mentions is called to the thread, by the account that people trust. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { say } from '../../playground/script.ts';
import { readEffects } from '../../src/reply/page.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { bodies, expectEnding, watch } from '../runs/watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

test('is shown as code, and who is on the thread is answered by name', async () => {
  const answerTo = (login: string): string =>
    `@${login}: @stranger, &#64;stranger-2, @octo/security and \\@stranger-3 should know. \`@code\``;
  let asked = '';
  lab.answer((request) => {
    asked = /task by @(\S+)/.exec(request.prompt)?.[1] ?? '';
    return say(answerTo(asked));
  });
  const run = await watch(lab, { inputs: await lab.remote() });
  expectEnding(run, 'success', 'completed');
  const strangers = ['stranger', 'stranger-2', 'octo/security', 'stranger-3'];
  expect(readEffects(answerTo(asked)).called).toEqual([asked, ...strangers]);
  expect(readEffects(bodies(run)).called).toEqual([asked]);
  expect(bodies(run)).toContain(
    `@${asked}: \`@stranger\`, \`@stranger-2\`, \`@octo/security\` and \`@stranger-3\` should`,
  );
  expect(run.outputs['response']).toBe(answerTo(asked));
});
