import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import {
  dispatchEvent,
  issueEvent,
  pullEvent,
  reviewCommentEvent,
  scheduleEvent,
} from '../../playground/events.ts';
import type { ReviewComment } from '../../playground/github/records.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { callTool, say } from '../../playground/script.ts';
import { busyMachineMs, greeting, type Lab, openLab } from './lab.ts';
import { type Run, expectEnding, expectIdlePost, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** A text of so many characters in paragraphs of which no two are alike. */
function longText(chars: number): string {
  const paragraphs = Array.from(
    { length: Math.ceil(chars / 100) },
    (_, index) => `${index}. ${greeting.replaceAll('\n', ' ')}`,
  );
  const text = paragraphs.join('\n\n').slice(0, chars);
  return `${text.toWellFormed().slice(0, -1)}.`;
}

/** The agent's text in our comments, without what we put around it. */
function partsOf(run: Run): string[] {
  return run.comments.map(({ body }) =>
    body
      .replace(/^\*Continued \(\d\/\d\)\*\n\n/, '')
      .replace(/\n\n\*(Continued in the next comment|This answer is longer)[^]*$/, '')
      .replace(/\n\n<details>[^]*$/, ''),
  );
}

describe('an answer', () => {
  test('of 200,000 characters goes on in further comments, to the letter', async () => {
    const text = longText(200_000);
    lab.answer([say(text, { chunkChars: 500 })]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed', { comments: 4 });
    expectIdlePost(run);
    expect(partsOf(run).join('')).toBe(text);
    expect(run.outputs['response']).toBe(text);
    expect(run.summary).toContain(text);
  });

  test('that five comments cannot hold stands whole in the step summary', async () => {
    const text = longText(360_000);
    lab.answer([say(text, { chunkChars: 500 })]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed', { comments: 5 });
    expect(text.startsWith(partsOf(run).join(''))).toBe(true);
    expect(run.comments[4]?.body).toContain('/actions/runs/9000000001');
    expect(run.summary).toContain(text);
  });

  test('is the last message that has text', async () => {
    const look = { command: 'echo hi', description: 'Say hi' };
    lab.answer([callTool('bash', look, { text: 'Let me look.' }), say(greeting)]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    expect(run.comments[0]?.body.startsWith(greeting)).toBe(true);
    expect(run.comments[0]?.body).not.toContain('Let me look.');
    expect(run.comments[0]?.body).toContain('`bash` × 1');
  });

  test('without a word says what was done', async () => {
    const look = { command: 'echo hi', description: 'Say hi' };
    lab.answer([callTool('bash', look), say('')]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    expect(run.comments[0]?.body).toContain('without writing anything');
    expect(run.comments[0]?.body).toContain('`bash` × 1');
  });

  test('that GitHub does not take stands in the step summary, and the step fails', async () => {
    lab.answer([say(greeting)]);
    const run = await watch(lab, {
      inputs: await lab.remote(),
      github: {
        faults: ({ method, path }) =>
          method === 'POST' && path.endsWith('/comments') ? { status: 403 } : undefined,
      },
    });
    expectEnding(run, 'failure', 'github-error', { comments: 0 });
    expectIdlePost(run);
    expect(run.summary).toContain(greeting);
    expect(run.outputs['response']).toBe(greeting);
  });

  test('to a line of a pull request stands in the same thread', async () => {
    lab.answer([say(greeting)]);
    let first = 0;
    const event = (state: GitHubState) => {
      const { number } = state.addPull();
      first = state.addReviewComment(number, { body: 'A typo?' }).id;
      return reviewCommentEvent(state, { number, inReplyTo: first, body: '/oc is it?' });
    };
    const run = await watch(lab, { event, inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect((run.comments[0] as ReviewComment).inReplyTo).toBe(first);
    expect(run.comments[0]?.body.startsWith(greeting)).toBe(true);
    expect(lab.asked[0]?.prompt).toContain('A typo?');
  });

  test('to a line whose thread takes no replies any more stands on the pull request', async () => {
    lab.answer([say(greeting)]);
    const event = (state: GitHubState) => {
      const { number } = state.addPull();
      const { id } = state.addReviewComment(number, { body: 'A typo?' });
      const asked = reviewCommentEvent(state, { number, inReplyTo: id, body: '/oc is it?' });
      state.reviewComments.delete(id);
      return asked;
    };
    const run = await watch(lab, { event, inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toMatch(
      /^\*In answer to \[a review comment\]\(http.*#discussion_r/,
    );
    expect(run.comments[0]?.body).toContain(`\n\n${greeting}\n\n`);
    expect(run.github.state.comments.size).toBe(1);
  });
});

describe('a run without a mention', () => {
  test.each([
    ['workflow_dispatch', (state: GitHubState) => dispatchEvent(state)],
    ['schedule', (state: GitHubState) => scheduleEvent(state)],
  ])('answers in the step summary (%s)', async (_name, event) => {
    lab.answer([say(greeting)]);
    const inputs = { ...(await lab.remote()), prompt: 'Tidy up, please.' };
    const run = await watch(lab, { event, inputs });
    expectEnding(run, 'success', 'completed', { comments: 0 });
    expectIdlePost(run);
    // But for the lock of the server's directory.
    expect(run.written.main.filter(({ path }) => !path.includes('/git/'))).toEqual([]);
    expect(run.summary).toContain(greeting);
    expect(run.outputs['response']).toBe(greeting);
    expect(lab.asked[0]?.prompt).toContain('Tidy up, please.');
  });

  test.each([
    ['issues', (state: GitHubState) => issueEvent(state, { body: 'It is broken.' })],
    ['pull_request', (state: GitHubState) => pullEvent(state, { body: 'It is broken.' })],
  ])('answers on what was opened (%s)', async (_name, event) => {
    lab.answer([say(greeting)]);
    const inputs = { ...(await lab.remote()), prompt: 'Sort this out.' };
    const run = await watch(lab, { event, inputs });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(run.comments[0]?.body.startsWith(greeting)).toBe(true);
    expect(lab.asked[0]?.prompt).toContain('Sort this out.');
    expect(lab.asked[0]?.prompt).toContain('It is broken.');
  });

  test('and without a prompt says that one is needed', async () => {
    lab.answer([]);
    const run = await watch(lab, { event: dispatchEvent, inputs: await lab.remote() });
    expectEnding(run, 'failure', 'invalid-input', { comments: 0 });
    expect(run.log).toContain('`prompt`');
    expect(lab.asked).toEqual([]);
  });
});

describe('`reply: none`', () => {
  const words = `::error::not an error\n##[error]neither\n\n${greeting}`;

  test('writes nothing on GitHub, and no command into the log', async () => {
    lab.answer([say(words)]);
    const run = await watch(lab, { inputs: { ...(await lab.remote()), reply: 'none' } });
    expect(run.outputs).toMatchObject({ outcome: 'success', response: words, 'comment-id': '' });
    expectIdlePost(run);
    expect(run.written.main).toEqual([]);
    expect(run.summary).toContain(greeting);
    expect(run.log).toContain(greeting);
    expect(run.annotations).toEqual([]);
  });

  test('writes nothing on GitHub where an input is wrong either', async () => {
    const wrong = { ...(await lab.remote()), reply: 'none', model: 'gpt' };
    const run = await watch(lab, { inputs: wrong });
    expect(run.outputs).toMatchObject({ outcome: 'failure', reason: 'invalid-input' });
    expect(run.written.main).toEqual([]);
  });
});
