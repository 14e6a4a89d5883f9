import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent, reviewCommentEvent, type SampleEvent } from '../../playground/events.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { createHold, say } from '../../playground/script.ts';
import { renderMarker } from '../../src/marker.ts';
import { before } from '../attacks/told.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { openTurns, type StartOptions, type Turn, type Turns } from './turns.ts';
import { expectEnding, expectIdlePost, ownLogin, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** Nothing of the agent's is right: a command that needs no agent is not to know of it. */
const wrong = { 'server-url': 'not a url', 'timeout-minutes': 'soon', model: 'gpt' };

/** An agent that has written half of its answer, and would never go on by itself. */
async function beginForEver(turns: Turns, options: StartOptions = {}): Promise<Turn> {
  const hold = createHold();
  lab.answer([say(['Half of an answer. ', hold, 'And never this.'])]);
  const turn = await turns.start(options);
  await hold.reached;
  return turn;
}

/** A run that another comment on the same thread starts, in a process of its own. */
async function command(turns: Turns, { event }: Turn, body: string): Promise<Turn> {
  const { number } = event;
  const inputs = { ...wrong, 'server-directory': '', 'server-password': '' };
  return await turns.start({ event: commentEvent(turns.github.state, { number, body }), inputs });
}

function addressOf({ event }: Turn): string {
  return (event.payload as { comment: { html_url: string } }).comment.html_url;
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
    const [answer, ...more] = turn.comments();
    expect(more).toEqual([]);
    expect(answer?.body).toContain(`stopped by @&#8203;octocat: ${addressOf(stop)}`);
    expect(answer?.body).toContain('Half of an answer.');
    expect(turn.signs()).toEqual({ reactions: ['confused'], labels: [] });
    expect(turns.record()).toMatchObject({ state: 'released' });
    expect(told.outputs).toMatchObject({ outcome: 'success', reason: 'completed' });
    expect(stop.signs().reactions).toEqual(['rocket']);
    expect(turns.github.violations).toEqual([]);
  });

  test('ends those that wait for their turn too, though GitHub is slow', async () => {
    await using turns = await openTurns(lab, { faults: () => ({ delayMs: 500 }) });
    const turn = await beginForEver(turns);
    const { number } = turn.event;
    const waiting = await turns.start({ event: commentEvent(turns.github.state, { number }) });
    await turns.github.waitForRequest(({ body }) =>
      JSON.stringify(body ?? '').includes('is at work here; this one starts'),
    );
    turns.github.state.addComment(number, { body: '/oc stop' });
    const ended = await Promise.all([turn.end(), waiting.end()]);
    const outcomes = ended.map(({ outputs }) => outputs['outcome']);
    expect(outcomes).toEqual(['cancelled', 'cancelled']);
    expect(lab.asked).toHaveLength(1);
    const bodies = turn.comments().map(({ body }) => body);
    expect(bodies.filter((body) => body.includes('stopped by'))).toHaveLength(2);
    expect(bodies).toHaveLength(2);
    expect(turns.github.violations).toEqual([]);
  });

  test('of the first attempt does not stop the second', async () => {
    await using turns = await openTurns(lab);
    const { state } = turns.github;
    const event = commentEvent(state, { createdAt: before });
    state.addComment(event.number, { body: '/oc stop' });
    lab.answer([say('Done at last.')]);
    const rerun = await turns.start({ event, attempt: 2 });
    expect((await rerun.end()).outputs['response']).toBe('Done at last.');
  });

  test('ends one that writes nothing on the thread', async () => {
    const hold = createHold();
    lab.answer([say(['Half of an answer. ', hold, 'And never this.'])]);
    const run = await watch(lab, {
      inputs: { ...(await lab.remote()), reply: 'none' },
      meanwhile: async ({ action, github, event: { number } }) => {
        await hold.reached;
        github.state.addComment(number, { body: '/oc stop' });
        await action.main;
      },
    });
    expect(run.outputs).toMatchObject({ outcome: 'cancelled', response: 'Half of an answer. ' });
    expect(run.written.main).toEqual([]);
  });

  test('is told that there is nothing to stop', async () => {
    const event = (state: GitHubState) => commentEvent(state, { body: '/oc stop' });
    const run = await watch(lab, { event, inputs: wrong });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain('Nothing is at work here that could be stopped.');
  });
});

describe('a status', () => {
  test('says what is at work, and afterwards how it ended', async () => {
    await using turns = await openTurns(lab);
    const hold = createHold();
    lab.answer([say(['One', hold, ' answer.'])]);
    const turn = await turns.start();
    await hold.reached;
    await turns.github.waitForRequest(
      ({ method, path }) => method === 'POST' && path.endsWith('/comments'),
    );
    const during = await (await command(turns, turn, '/oc status')).end();
    expect(during.outputs).toMatchObject({ outcome: 'success', reason: 'completed' });
    const page = 'octo-org/hello-world/actions/runs/9000000001/attempts/1';
    expect(during.outputs['response']).toMatch(/^One run is at work here:\n\n- \[Run 9000000001\]/);
    expect(during.outputs['response']).toContain(page);
    expect(during.outputs['response']).toContain(`for [this request](${addressOf(turn)})`);
    hold.release();
    const ended = await turn.end();
    const after = await (await command(turns, turn, '/oc status')).end();
    const link = `[its answer](${ended.outputs['comment-url']})`;
    expect(after.outputs['response']).toContain('Nothing is at work here. The last run answered');
    expect(after.outputs['response']).toContain(link);
    expect(turns.github.violations).toEqual([]);
  });

  test('needs no agent, and nothing that an agent needs', async () => {
    const event = (state: GitHubState) => commentEvent(state, { body: '/oc status' });
    const run = await watch(lab, { event, inputs: wrong });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain('no run has answered here yet');
  });
});

describe('help', () => {
  test('lists the commands by the first phrase of the workflow, where it was asked', async () => {
    const event = (state: GitHubState) => reviewCommentEvent(state, { body: '@bot help' });
    const run = await watch(lab, { event, inputs: { ...wrong, mentions: '@bot, /oc' } });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    const [comment] = run.comments;
    expect(comment).toHaveProperty('inReplyTo');
    for (const name of ['review …', 'new …', 'stop', 'retry', 'status', 'help'])
      expect(comment?.body).toContain(`| \`@bot ${name}\` |`);
    expect(run.outputs['response']).toContain('`@bot stop`');
  });

  test('writes nothing on GitHub where nothing is to be written', async () => {
    const event = (state: GitHubState) => commentEvent(state, { body: '/oc help' });
    const run = await watch(lab, { event, inputs: { ...wrong, reply: 'none' } });
    expect([...run.written.main, ...run.written.post]).toEqual([]);
    expect(run.outputs).toMatchObject({ outcome: 'success', 'comment-id': '' });
    expect(run.outputs['response']).toContain('`/opencode stop`');
  });
});

describe('a retry', () => {
  /** A thread on which the first request failed, and somebody else says to retry. */
  function failedBefore(state: GitHubState): SampleEvent {
    state.setPermission('hubot', 'write');
    const { number } = state.addIssue({ createdAt: before });
    state.addComment(number, { body: '/oc Old: fix this', createdAt: before });
    state.addComment(number, { body: '/oc Explain the greeting', createdAt: before });
    const marker = renderMarker({ runId: '1', attempt: 1, invocationId: 'x' }, 'answer');
    const body = `The provider failed.\n\n${marker}`;
    state.addComment(number, { author: ownLogin, body, createdAt: before });
    state.addComment(number, { body: '/oc status', createdAt: before });
    return commentEvent(state, { number, author: 'hubot', body: '/oc retry' });
  }

  test('does what was asked last, as if it were asked now', async () => {
    lab.answer([say('Here is the greeting.')]);
    const run = await watch(lab, { event: failedBefore, inputs: await lab.remote() });
    expect(run.outputs).toMatchObject({ outcome: 'success', response: 'Here is the greeting.' });
    const { prompt = '' } = lab.asked[0] ?? {};
    expect(prompt).toMatch(/task by @octocat .*\n[^]*\/oc Explain the greeting/);
    expect(prompt.split('Explain the greeting')).toHaveLength(2);
    expect(prompt).not.toContain('/oc retry');
    expect(prompt).not.toContain('Left out');
    expect(prompt).toContain('The provider failed.');
    expect(run.comments.at(-1)?.body).toContain('The request was made before, and is run again: ');
    const { comment } = run.event.payload as { comment: { id: number } };
    const reactions = run.github.state.comments.get(comment.id)?.reactions;
    expect(reactions?.map(({ content }) => content)).toEqual(['rocket']);
    expectIdlePost(run);
  });

  test('takes the request of its own review thread', async () => {
    lab.answer([say('Because.')]);
    const event = (state: GitHubState): SampleEvent => {
      const { number } = state.addPull({ createdAt: before });
      const first = state.addReviewComment(number, { body: '/oc why this?', createdAt: before });
      state.addReviewComment(number, { body: '/oc and that?', createdAt: before });
      state.addComment(number, { body: '/oc fix all', createdAt: before });
      return reviewCommentEvent(state, { number, body: '/oc retry', inReplyTo: first.id });
    };
    const run = await watch(lab, { event, inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    expect(lab.asked[0]?.prompt).toMatch(/task by @octocat .*\n[^]*\/oc why this\?\n[^/]*$/);
  });

  test('of nothing says so, and nobody is asked anything', async () => {
    lab.answer([]);
    const event = (state: GitHubState) => commentEvent(state, { body: '/oc retry' });
    const run = await watch(lab, { event, inputs: await lab.remote() });
    expectEnding(run, 'skipped', 'nothing-to-retry', { reactions: [] });
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain('no request here that could be run again');
    expect(lab.asked).toEqual([]);
  });
});
