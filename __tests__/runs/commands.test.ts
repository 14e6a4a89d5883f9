import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent, reviewCommentEvent, type SampleEvent } from '../../playground/events.ts';
import { edit } from '../../playground/github/call.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { createHold, refuse, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { openTurns, type StartOptions, type Turn, type Turns, until } from './turns.ts';
import { expectEnding, expectIdlePost, ownReactions, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** An agent that has written half of its answer, and would never go on by itself. */
async function beginForEver(turns: Turns, options: StartOptions = {}) {
  const hold = createHold();
  lab.answer([say(['Half of an answer. ', hold, 'And never this.'])]);
  const turn = await turns.start({ inputs: { lock: 'none' }, ...options });
  await hold.reached;
  return turn;
}

/** A run that another comment on the same thread starts, in a process of its own. */
async function command(turns: Turns, { event }: Turn, body: string): Promise<Turn> {
  const { number } = event;
  return await turns.start({ event: commentEvent(turns.github.state, { number, body }) });
}

describe('a stop on the thread', () => {
  test('ends the run at work in mid-sentence, and what it had written is posted', async () => {
    await using turns = await openTurns(lab);
    const turn = await beginForEver(turns);
    const stop = await command(turns, turn, '/oc stop');
    const [stopped, told] = await Promise.all([turn.end(), stop.end()]);
    expect(stopped.outputs).toMatchObject({
      outcome: 'cancelled',
      reason: 'cancelled',
      response: 'Half of an answer. ',
      partial: 'true',
    });
    expect(lab.asked[0]?.isAborted).toBe(true);
    const { comment } = stop.event.payload as { comment: { html_url: string } };
    const [answer, ...more] = turn.comments();
    expect(more).toEqual([]);
    expect(answer?.body).toContain(`stopped by @&#8203;octocat: ${comment.html_url}`);
    expect(answer?.body).toContain('Half of an answer.');
    expect(turn.signs()).toEqual({ reactions: ['confused'], labels: [] });
    expect(told.outputs).toMatchObject({ outcome: 'success', reason: 'completed' });
    expect(stop.signs().reactions).toEqual(['rocket']);
    expect(turns.github.violations).toEqual([]);
  });
});
