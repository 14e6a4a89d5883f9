import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { createHold, say } from '../../playground/script.ts';
import { busyMachineMs, greeting, type Lab, openLab } from './lab.ts';
import { type Going, type Run, eventually, expectEnding, expectIdlePost, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

const half = 'نیمهٔ اول 👩‍👩‍👧 ';
const never = createHold();
const late = createHold();

let lab: Lab;
let runs: Record<'timeout' | 'stalled' | 'progress' | 'quiet', Run>;
let progressBody = '';

/** What takes its time is done side by side. */
beforeAll(async () => {
  lab = await openLab();
  const inputs = await lab.remote();
  lab.answer([say('The server is warm.')]);
  await watch(lab, { inputs });
  lab.answer(({ prompt }) =>
    prompt.includes('take your time') ? say([greeting, late]) : say([half, never]),
  );
  const slowly = { event: asking('/oc take your time') };
  const [timeout, stalled, progress, quiet] = await Promise.all([
    watch(lab, { inputs: { ...inputs, 'timeout-minutes': '0.4' } }),
    watch(lab, { inputs: { ...inputs, 'stall-minutes': '0.2' } }),
    watch(lab, { ...slowly, inputs, meanwhile: releaseAfterProgress }),
    watch(lab, { ...slowly, inputs: { ...inputs, progress: 'none' } }),
  ]);
  runs = { timeout, stalled, progress, quiet };
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

function asking(body: string) {
  return (state: Parameters<typeof commentEvent>[0]) => commentEvent(state, { body });
}

async function releaseAfterProgress({ github, until }: Going): Promise<void> {
  const started = Date.now();
  const body = (): string => [...github.state.comments.values()].find(isProgress)?.body ?? '';
  await until(() => body() !== '');
  expect(Date.now() - started).toBeGreaterThan(8_000);
  // On a busy machine the agent may begin later than that: an edit tells.
  await until(() => body().includes('𝒳'));
  progressBody = body();
  late.release();
}

function isProgress({ body }: { body: string }): boolean {
  return body.includes('purpose=progress');
}

function created({ written }: Run): string[] {
  return written.main.flatMap(({ method, path, body }) =>
    method === 'POST' && path.endsWith('/comments') ? String((body as { body: string }).body) : [],
  );
}

describe('a run that takes too long', () => {
  test('is stopped at its time limit, with what there is on the thread', () => {
    expectEnding(runs.timeout, 'timeout', 'timeout');
    expectIdlePost(runs.timeout);
    expect(runs.timeout.comments[0]?.body).toContain(half.trim());
    expect(runs.timeout.comments[0]?.body).toContain('`timeout-minutes` of 0.4');
    expect(runs.timeout.outputs).toMatchObject({ partial: 'true', response: half });
  });

  test('without a sign of work is stopped, with what there is on the thread', () => {
    expectEnding(runs.stalled, 'failure', 'stalled');
    expectIdlePost(runs.stalled);
    expect(runs.stalled.comments[0]?.body).toContain(half.trim());
    expect(runs.stalled.comments[0]?.body).toContain('`stall-minutes`');
    expect(runs.stalled.outputs).toMatchObject({ partial: 'true', response: half });
  });

  test('stops the agent', async () => {
    const asked = lab.asked.filter(({ prompt }) => !prompt.includes('take your time'));
    expect(asked).toHaveLength(2);
    await eventually(() => asked.every(({ isAborted }) => isAborted));
  });
});

describe('a run of more than ten seconds', () => {
  test('shows one progress comment, and in the end the answer alone', () => {
    expectEnding(runs.progress, 'success', 'completed');
    expectIdlePost(runs.progress);
    expect(runs.progress.comments[0]?.body.startsWith(greeting)).toBe(true);
    expect(progressBody).toContain('**Working** for');
    expect(progressBody).toContain('👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽');
    expect(created(runs.progress)).toHaveLength(2);
  });

  test('writes nothing before the end with `progress: none`', () => {
    expectEnding(runs.quiet, 'success', 'completed');
    expect(created(runs.quiet)).toHaveLength(1);
  });
});
