/** A stop on the thread, wherever the run is at work and whatever at, with the real OpenCode. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent, reviewCommentEvent } from '../../playground/events.ts';
import type { GitHubEmulator } from '../../playground/github/emulator.ts';
import { callTool, createHold, type Hold, say } from '../../playground/script.ts';
import { listProcesses, readVariable } from '../../src/opencode/processes.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { at, finding, give, openReviewed, type Reviewed, verdict } from './reviewer.ts';
import { expectEnding, expectIdlePost, ownLogin, type Run, type Scene, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** A stop by a comment on the thread, once the agent is in mid-sentence. */
function stopAt(hold: Hold): NonNullable<Scene['meanwhile']> {
  return async ({ action, github, event: { number } }) => {
    await hold.reached;
    github.state.addComment(number, { body: '/oc stop' });
    await action.main;
  };
}

describe('a stop of a review', () => {
  const found = { findings: [finding('It shouts', { place: at(5) })] };

  async function review(pull: Reviewed, hold: Hold, body?: string): Promise<Run> {
    const { github, number } = pull;
    return await watch(lab, {
      on: github,
      event: (state) => (body === undefined ? pull.event() : commentEvent(state, { number, body })),
      inputs: { ...(await lab.remote()), ...(body === undefined && { review: 'true' }) },
      meanwhile: stopAt(hold),
    });
  }

  /** What there is of a review is an answer that broke off, and nothing of it counts. */
  function expectNoReview(pull: Reviewed, run: Run): void {
    expectEnding(run, 'cancelled', 'cancelled');
    expectIdlePost(run);
    expect(run.outputs).toMatchObject({ partial: 'true', verdict: '', risk: '', 'review-id': '' });
    expect([pull.reviews(), pull.inline()]).toEqual([[], []]);
    expect(run.comments[0]?.body).toContain('stopped by @&#8203;octocat');
    expect(run.comments[0]?.body).not.toContain('**Verdict**');
  }

  test.each([
    ['an event', undefined],
    ['a person', '/oc review'],
  ])('that %s asked for shows what was written, and gives no verdict', async (_, body) => {
    await using pull = await openReviewed(lab);
    const hold = createHold();
    const text = ['I have read half of it. ', hold, 'And this is never read.'];
    lab.answer([callTool('StructuredOutput', verdict('REJECT', found), { text })]);
    const run = await review(pull, hold, body);
    expectNoReview(pull, run);
    expect(run.outputs['response']).toBe('I have read half of it. ');
    expect(run.comments[0]?.body).toContain('I have read half of it.');
  });

  test('while it is asked for again shows what was given before as it is', async () => {
    await using pull = await openReviewed(lab);
    const hold = createHold();
    const wrong = verdict('MAYBE', found);
    lab.answer([give(wrong, 'I have read it.'), say(['Once more: ', hold, 'never this.'])]);
    const run = await review(pull, hold);
    expectNoReview(pull, run);
    for (const part of ['I have read it.', '"verdict": "MAYBE"', '"It shouts"', 'Once more:'])
      expect(run.comments[0]?.body).toContain(part);
  });

  test('keeps nothing from the next', async () => {
    await using pull = await openReviewed(lab);
    const hold = createHold();
    lab.answer([say(['Half of it. ', hold])]);
    expectNoReview(pull, await review(pull, hold));
    lab.answer([give(verdict('PASS'))]);
    const next = await pull.run();
    expect(lab.asked).toHaveLength(1);
    expect(next.outputs).toMatchObject({ outcome: 'success', verdict: 'PASS' });
    expect(next.review?.body).toContain('**Verdict**: PASS');
  });
});

describe('a stop of a run with a server of its own', () => {
  /** What the job has started, the action itself among it. */
  function startedBy(pid = 0): () => number[] {
    const tracking = readVariable(pid, 'RUNNER_TRACKING_ID');
    const isOurs = ({ pid: each }: { pid: number }): boolean =>
      readVariable(each, 'RUNNER_TRACKING_ID') === tracking;
    expect(tracking).toMatch(/^github_/);
    return () =>
      listProcesses()
        .filter(isOurs)
        .map(({ pid: each }) => each);
  }

  test('keeps the words so far, and OpenCode is gone when the action is', async () => {
    const hold = createHold();
    lab.answer([say(['Half of an answer. ', hold, 'And never this.'])]);
    const run = await watch(lab, {
      inputs: await lab.local(),
      meanwhile: async (going) => {
        const { child } = going.action;
        await hold.reached;
        const started = startedBy(child.pid);
        expect(started().filter((pid) => pid !== child.pid)).not.toEqual([]);
        await stopAt(hold)(going);
        expect(started()).toEqual([]);
      },
    });
    expectEnding(run, 'cancelled', 'cancelled');
    expectIdlePost(run);
    expect(run.outputs).toMatchObject({ partial: 'true', response: 'Half of an answer. ' });
    expect(run.comments[0]?.body).toContain('Half of an answer.');
    expect(run.comments[0]?.body).toContain('stopped by @&#8203;octocat');
    expect(lab.asked.map(({ isAborted }) => isAborted)).toEqual([true]);
  });
});

describe('a stop in a review thread', () => {
  /** Comments on a line: what asked, and our answers to it. */
  function inThread({ state }: GitHubEmulator, first: number): string[] {
    return [...state.reviewComments.values()]
      .filter(({ author, inReplyTo }) => author === ownLogin && inReplyTo === first)
      .map(({ body }) => body);
  }

  test('ends the run that was asked for there, by a run of its own', async () => {
    const hold = createHold();
    lab.answer([say(['Half of an answer. ', hold, 'And never this.'])]);
    let first = 0;
    let stop: Run | undefined;
    const run = await watch(lab, {
      inputs: await lab.remote(),
      event: (state) => {
        const { number } = state.addPull();
        ({ id: first } = state.addReviewComment(number, { body: 'Why so?' }));
        return reviewCommentEvent(state, { number, body: '/oc explain', inReplyTo: first });
      },
      meanwhile: async ({ action, github, event: { number } }) => {
        await hold.reached;
        stop = await watch(lab, {
          on: github,
          event: (state) =>
            reviewCommentEvent(state, { number, body: '/oc stop', inReplyTo: first }),
          inputs: { 'server-url': 'not a url' },
          env: { GITHUB_RUN_ID: '9000000002' },
        });
        await action.main;
      },
    });
    expectEnding(run, 'cancelled', 'cancelled');
    expect(run.outputs).toMatchObject({ partial: 'true', response: 'Half of an answer. ' });
    const [answer, ...more] = inThread(run.github, first);
    expect(more).toEqual([]);
    expect(answer).toContain('Half of an answer.');
    expect(answer).toContain('stopped by @&#8203;octocat');
    const said = [...run.github.state.reviewComments.values()].find(
      ({ body }) => body === '/oc stop',
    );
    expect(answer).toMatch(new RegExp(`stopped by .*#discussion_r${said?.id}\\b`));
    expect(stop?.outputs).toMatchObject({ outcome: 'success', reason: 'completed' });
    expect(lab.asked[0]?.isAborted).toBe(true);
  });

  test('ends one that was asked for below the pull request', async () => {
    const hold = createHold();
    lab.answer([say(['Half of an answer. ', hold, 'And never this.'])]);
    const run = await watch(lab, {
      inputs: await lab.remote(),
      event: (state) => commentEvent(state, { number: state.addPull().number }),
      meanwhile: async ({ action, github, event: { number } }) => {
        await hold.reached;
        github.state.addReviewComment(number, { body: '/oc stop' });
        await action.main;
      },
    });
    expectEnding(run, 'cancelled', 'cancelled');
    expect(run.outputs['response']).toBe('Half of an answer. ');
  });
});
