/** Two runs on one thread at the same time, with no lock, attached to one server. */
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { type GitHubEmulator, startGitHub } from '../../playground/github/emulator.ts';
import type { ModelRequest } from '../../playground/model.ts';
import { createHold, type Hold, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { type Run, type Scene, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

let runs = 9_000_000_000;

/** A run for `/oc <task>`, which the model answers with `Answer to <task>: done.` */
async function run(
  github: GitHubEmulator,
  task: string,
  meanwhile?: Scene['meanwhile'],
): Promise<Run> {
  return await watch(lab, {
    on: github,
    event: (state) => commentEvent(state, { number: 1, body: `/oc ${task}` }),
    inputs: { ...(await lab.remote()), lock: 'none', progress: 'none' },
    env: { GITHUB_RUN_ID: String((runs += 1)) },
    ...(meanwhile && { meanwhile }),
  });
}

/** The task comes last in a prompt, behind what is new on the thread. */
function taskIn({ messages }: ModelRequest): string {
  const { text = '' } = messages.findLast(({ role }) => role === 'user') ?? {};
  return [...text.matchAll(/\/oc (\w+)/g)].at(-1)?.[1] ?? '';
}

const answerTo = (task: string): string => `Answer to ${task}: done.`;

/** Each answer stops in the middle, where it has a hold. */
function answerAll(holds: Record<string, Hold>): void {
  lab.answer((request) => {
    const task = taskIn(request);
    const hold = holds[task];
    return say(hold === undefined ? answerTo(task) : [`Answer to ${task}: `, hold, 'done.']);
  });
}

/**
 * Runs for `two` and `three` at once: neither is answered to the end before both are asked. Where one
 * never is, for it waits behind the other in the same session, both are answered all the same.
 */
async function runBoth(github: GitHubEmulator): Promise<[Run, Run]> {
  const [two, three] = [createHold(), createHold()];
  answerAll({ two, three });
  const late = sleep(60_000, undefined, { ref: false });
  void Promise.race([Promise.all([two.reached, three.reached]), late]).then(() => {
    two.release();
    three.release();
  });
  return await Promise.all([run(github, 'two'), run(github, 'three')]);
}

/** The run's own answer, and no other, is in what it gives, in its comment, and in what its model knows. */
function expectOwn(done: Run, task: string, others: string[]): void {
  const comment = done.comments.find(({ id }) => String(id) === done.outputs['comment-id']);
  const requests = lab.asked.filter((request) => taskIn(request) === task);
  expect(done.outputs).toMatchObject({ outcome: 'success', response: answerTo(task) });
  expect(comment?.body).toContain(answerTo(task));
  expect(requests).toHaveLength(1);
  for (const other of others) {
    expect(comment?.body).not.toContain(`Answer to ${other}`);
    expect(JSON.stringify(requests[0]?.messages)).not.toContain(`Answer to ${other}`);
  }
}

describe('two runs at once on one thread', () => {
  test('that begin while there was none before keep apart, and the next goes on with one', async () => {
    await using github = await startGitHub();
    github.state.addIssue();
    const [two, three] = await runBoth(github);
    expectOwn(two, 'two', ['three']);
    expectOwn(three, 'three', ['two']);
    answerAll({});
    const four = await run(github, 'four');
    expect(four.outputs).toMatchObject({ response: answerTo('four'), 'session-reused': 'true' });
    // It knows the one by its session, and is told the other.
    expect(JSON.stringify(lab.asked[0]?.messages)).toContain(answerTo('two'));
    expect(JSON.stringify(lab.asked[0]?.messages)).toContain(answerTo('three'));
  });
});

test('a run that begins while another is at work is answered for itself', async () => {
  await using github = await startGitHub();
  github.state.addIssue();
  answerAll({});
  await run(github, 'one');
  const hold = createHold();
  answerAll({ two: hold });
  let three: Run | undefined;
  const two = await run(github, 'two', async () => {
    await hold.reached;
    three = await run(github, 'three');
    hold.release();
  });
  if (three === undefined) throw new Error('It never began.');
  expectOwn(two, 'two', ['three']);
  expectOwn(three, 'three', ['two']);
});
