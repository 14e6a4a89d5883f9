/** Anybody may comment: somebody who may not start a run tries to end those of others. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { renderMarker } from '../../src/marker.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, type Run } from '../runs/watch.ts';
import { tryToStop } from './stop.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

test.each([
  ['a stranger', 'mallory', undefined],
  ['somebody who may read only', 'reader', 'read'],
  ['a bot, though GitHub says that it may write', 'evil[bot]', 'write'],
  ['our own account', 'github-actions[bot]', 'write'],
])('%s stops nothing', async (_, author, role) => {
  const run = await tryToStop(lab, (state, number) => {
    if (role !== undefined) state.setPermission(author, role);
    state.addComment(number, { author, body: '/oc stop' });
    state.addComment(number, { author, body: '/oc stop' });
  });
  expect(run.outputs).toMatchObject({ outcome: 'success', response: 'Half. And the rest.' });
  const asked = run.github.requests.filter(({ path }) => path.endsWith(`/${author}/permission`));
  expect(asked.length).toBeLessThanOrEqual(1);
});

test('and the same words by somebody who may do', async () => {
  const run = await tryToStop(lab, (state, number) => {
    state.addComment(number, { author: 'mallory', body: '/oc stop' });
    state.setPermission('maintainer', 'write');
    // An answer of another workflow's, which has this person's token.
    state.addComment(number, { author: 'maintainer', body: `/oc stop\n\n${marker}` });
    state.addComment(number, { author: 'maintainer', body: '/oc stop' });
  });
  expectEnding(run, 'cancelled', 'cancelled');
  expect(run.comments[0]?.body).toContain('stopped by @&#8203;maintainer');
  expect(run.comments[0]?.body).toContain(urlOfLast(run));
  expect(run.outputs['response']).toBe('Half. ');
});

const marker = renderMarker({ runId: '1', attempt: 1, invocationId: 'x' }, 'answer');

function urlOfLast({ github }: Run): string {
  const stops = [...github.state.comments.values()].filter(({ body }) => body === '/oc stop');
  return `#issuecomment-${stops.at(-1)?.id}`;
}
