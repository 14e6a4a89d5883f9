/** The bundled action twice on one thread, attached to a server: the second run goes on with the first's session. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { type GitHubEmulator, startGitHub } from '../../playground/github/emulator.ts';
import { addFile } from '../../playground/github/files.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { callTool, createHold, refuse, say } from '../../playground/script.ts';
import { zip } from '../attachments/samples.ts';
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

/** What the run summary of the newest answer says of the session. */
function conversation(run: Run): string {
  return /\| Conversation \| (.*) \|/.exec(run.comments.at(-1)?.body ?? '')?.[1] ?? '';
}

describe('a session', () => {
  test('of one trust is not gone on with by another, and later again by its own', async () => {
    await using github = await startGitHub();
    github.state.addIssue();
    const inputs = { ...(await lab.remote()), 'allowed-users': 'guest' };
    const ask = async (body: string, author: string): Promise<Run> =>
      await run(github, body, { event: mention(body, 1, author), inputs });
    lab.answer((_, index) => say(`Answer ${index}.`));
    const trusted = await ask('/oc trusted', 'octocat');
    const guest = await ask('/oc guest', 'guest');
    expect(guest.outputs).toMatchObject({ outcome: 'success', 'session-reused': 'false' });
    expect(conversation(guest)).toBe('new: the former runs on this thread are trusted otherwise');
    expect(told()).toHaveLength(1);
    const again = await ask('/oc trusted again', 'octocat');
    expect(again.outputs['session-id']).toBe(trusted.outputs['session-id']);
    expect(told().slice(0, -1)).toEqual([
      expect.stringContaining('trusted'),
      'assistant: Answer 0.',
    ]);
    expect(told().at(-1)).toContain('Answer 1.');
  });

  test('that was begun by `/oc new` is the one that goes on from there', async () => {
    await using github = await startGitHub();
    github.state.addIssue();
    lab.answer((_, index) => say(`Answer ${index}.`));
    const first = await run(github, '/oc one');
    const fresh = await run(github, '/oc new two');
    expect(conversation(fresh)).toBe('new: a new one was asked for');
    expect(fresh.outputs['session-id']).not.toBe(first.outputs['session-id']);
    const third = await run(github, '/oc three');
    expect(third.outputs['session-id']).toBe(fresh.outputs['session-id']);
    expect(told()[1]).toBe('assistant: Answer 1.');
  });

  test('that is gone is replaced by a new one, which is told all of the thread', async () => {
    await using github = await startGitHub();
    github.state.addIssue({ body: 'The whole description.' });
    lab.answer((_, index) => say(`Answer ${index}.`));
    const first = await run(github, '/oc one');
    const { 'server-url': url = '', 'server-password': password = '' } = await lab.remote();
    const authorization = `Basic ${btoa(`opencode:${password}`)}`;
    const path = `/session/${first.outputs['session-id']}`;
    await fetch(`${url}${path}`, { method: 'DELETE', headers: { authorization } });
    const second = await run(github, '/oc two');
    expect(second.outputs).toMatchObject({ outcome: 'success', 'session-reused': 'false' });
    expect(conversation(second)).toMatch(
      /^new: the session of \[run 9000000001\]\(.*\) could not be continued, for it is gone$/,
    );
    expect(told()).toHaveLength(1);
    expect(told()[0]).toContain('The whole description.');
    expect(told()[0]).toContain('Answer 0.');
  });

  test('that is too long for the model is given up once, and the reply says so', async () => {
    await using github = await startGitHub();
    const archive = addFile(github.state, 'a.zip', zip);
    github.state.addIssue({ body: `The whole description. [a.zip](${archive})` });
    lab.answer([say('The first answer.')]);
    const first = await run(github, '/oc one');
    const notGiven = 'The agent did not get 1 attachment of this thread: it is neither an image';
    expect(first.comments.at(-1)?.body).toContain(notGiven);
    const tooLong = refuse(400, "This model's maximum context length is 100 tokens.");
    lab.answer(({ messages }) =>
      JSON.stringify(messages).includes('You know issue #1') ? tooLong : say('Answered afresh.'),
    );
    const second = await run(github, '/oc two');
    expect(second.outputs).toMatchObject({
      outcome: 'success',
      response: 'Answered afresh.',
      'session-reused': 'false',
    });
    expect(second.outputs['session-id']).not.toBe(first.outputs['session-id']);
    expect(second.comments.at(-1)?.body).toContain(
      'The session of the former run had grown too long for the model, so this was answered in a new one, from what stands on the thread.',
    );
    expect(conversation(second)).toContain('had grown too long for the model');
    // The new one was told of the files that the former had been told of before.
    expect(second.comments.at(-1)?.body).toContain(notGiven);
    expect(told()).toHaveLength(1);
    expect(told()[0]).toContain('The whole description.');
    lab.answer([say('It goes on.')]);
    const third = await run(github, '/oc three');
    expect(third.outputs['session-id']).toBe(second.outputs['session-id']);
    expect(third.comments.at(-1)?.body).not.toContain(notGiven);
  });

  test('that is refused at work for nobody knows what is given up, and the new one knows of it', async () => {
    await using github = await startGitHub();
    github.state.addIssue();
    lab.answer([say('The first answer.')]);
    await run(github, '/oc one');
    lab.answer(({ messages }) => {
      if (!JSON.stringify(messages).includes('You know issue #1')) return say('Answered afresh.');
      const isAtWork = messages.at(-1)?.role === 'tool';
      return isAtWork
        ? refuse(400, 'Odd.')
        : callTool('glob', { pattern: '*' }, { text: 'I look.' });
    });
    const second = await run(github, '/oc two');
    expect(second.outputs).toMatchObject({
      response: 'Answered afresh.',
      'session-reused': 'false',
    });
    const why = "was refused by the model's provider, for its length perhaps";
    expect(second.comments.at(-1)?.body).toContain(`The session of the former run ${why}, so this`);
    expect(conversation(second)).toContain(why);
    expect(told()[0]).toContain('the workspace may hold part of its changes');
  });

  test('of a run that was killed is gone on with by the next', async () => {
    await using github = await startGitHub();
    github.state.addIssue();
    const hold = createHold();
    lab.answer([say(['Half of it. ', hold, 'The rest.'])]);
    const killed = await run(github, '/oc one', {
      meanwhile: async ({ action, untilJournalled }) => {
        await untilJournalled('Half of it.');
        action.child.kill('SIGKILL');
      },
    });
    hold.release();
    expect(bodies(killed)).toContain('Half of it.');
    lab.answer([say('The second answer.')]);
    const second = await run(github, '/oc two');
    expect(second.outputs).toMatchObject({
      response: 'The second answer.',
      'session-reused': 'true',
    });
    expect(told()[0]).toContain('/oc one');
    expect(told().at(-1)).not.toContain('Half of it.');
  });

  test('about a pull request is told what was pushed; it never goes on for another fork', async () => {
    await using github = await startGitHub();
    const { state } = github;
    state.addIssue();
    const draft = { author: 'stranger', headRepository: 'stranger/hello-world' };
    const { number } = state.addPull({ ...draft, headSha: 'a'.repeat(40) });
    const ask = async (body: string): Promise<Run> =>
      await run(github, body, { event: mention(body, number) });
    lab.answer((_, index) => say(`Answer ${index}.`));
    const first = await ask('/oc one');
    const { pull } = state.issue(number);
    if (pull === undefined) throw new Error('no pull request');
    pull.headRepository = 'stranger/another-fork';
    const other = await ask('/oc two');
    expect(conversation(other)).toBe('new: the former runs on this thread are trusted otherwise');
    expect(told()).toHaveLength(1);
    pull.headRepository = draft.headRepository;
    state.pushTo(number, 'b'.repeat(40));
    const third = await ask('/oc three');
    expect(third.outputs['session-id']).toBe(first.outputs['session-id']);
    expect(told().at(-1)).toContain(`1 commit was pushed since: the head was ${'a'.repeat(40)}`);
    expect(told().at(-1)).toContain('Pushed bbbbbbb (@octocat)');
  });
});
