/** The bundled action twice on one thread, attached to a server: the second run goes on with the first's session. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { type GitHubEmulator, startGitHub } from '../../playground/github/emulator.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { bodies, expectEnding, expectIdlePost, type Run, type Scene, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** A mention on issue 1, or on what `number` names. */
function mention(body: string, number = 1, author = 'octocat') {
  return (state: GitHubState) => commentEvent(state, { number, body, author });
}

async function run(github: GitHubEmulator, body: string, more: Partial<Scene> = {}): Promise<Run> {
  return await watch(lab, {
    on: github,
    event: mention(body),
    inputs: await lab.remote(),
    ...more,
  });
}

/** What the model was told and said, without OpenCode's own setting. */
function told(index = -1): string[] {
  const { messages = [] } = lab.asked.at(index) ?? {};
  return messages
    .filter(({ role }) => role !== 'system')
    .map(({ role, text }) => `${role}: ${text}`);
}

describe('a second mention on a thread', () => {
  test('goes on with the session of the first, and is told only what is new', async () => {
    await using github = await startGitHub();
    const { state } = github;
    state.addIssue({ body: 'Only the first prompt says cucumber.' });
    lab.answer([say('The first answer.'), say('The second answer.')]);
    const first = await run(github, '/oc first task');
    expectEnding(first, 'success', 'completed');
    expect(first.outputs['session-reused']).toBe('false');
    expect(bodies(first)).toContain('| Conversation | new |');
    state.addComment(1, { author: 'hubot', body: 'A remark made since.' });
    const [answer] = first.comments;
    answer?.reactions.push({
      id: 1,
      content: 'heart',
      login: 'hubot',
      createdAt: '2026-01-01T00:00:00Z',
    });
    const second = await run(github, '/oc second task');
    expectIdlePost(second);
    expect(second.outputs).toMatchObject({
      outcome: 'success',
      'session-reused': 'true',
      'cache-hit': 'false',
    });
    expect(second.outputs['session-id']).toBe(first.outputs['session-id']);
    expect(second.comments.at(-1)?.body).toContain(
      '| Conversation | continued from [run 9000000001](',
    );
    expect(second.outputs['response']).toBe('The second answer.');
    expect(second.outputs['input-tokens']).toBe('100');
    const [one = '', two = '', three = '', ...more] = told();
    expect(more).toEqual([]);
    expect(one).toContain('first task');
    expect(two).toBe('assistant: The first answer.');
    expect(three).toContain('second task');
    expect(three).toContain('A remark made since.');
    expect(three).toMatch(/reactions to your last answer\nheart: @hubot\n/);
    for (const old of ['cucumber', 'first task', 'The first answer.', 'mention-loop-session'])
      expect(three).not.toContain(old);
  });
});
