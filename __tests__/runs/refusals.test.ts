import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import {
  commentEvent,
  dispatchEvent,
  pullEvent,
  reviewCommentEvent,
  type SampleEvent,
} from '../../playground/events.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { expectEnding, expectIdlePost, expectSilence, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
let inputs: Record<string, string>;

beforeAll(async () => {
  lab = await openLab();
  lab.answer([]);
  inputs = await lab.local();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

function by(author: string, role?: string) {
  return (state: GitHubState): SampleEvent => {
    if (role !== undefined) state.setPermission(author, role);
    return commentEvent(state, { author });
  };
}

describe('a run that is not to happen', () => {
  const mention = '/oc fix it';
  test.each<[string, string, (state: GitHubState) => SampleEvent]>([
    ['nobody mentions it', 'no-mention', (state) => commentEvent(state, { body: 'Nice work!' })],
    [
      'it is mentioned in code only',
      'no-mention',
      (state) => commentEvent(state, { body: '`/oc` and\n\n> /oc\n' }),
    ],
    ['a stranger asks', 'not-permitted', by('stranger')],
    ['somebody may read only', 'not-permitted', by('reader', 'read')],
    ['somebody may triage only', 'not-permitted', by('helper', 'triage')],
    ['a bot asks', 'bot-author', by('renovate[bot]', 'write')],
    ['our own comment asks', 'bot-author', by('github-actions[bot]', 'write')],
    ['a fork is opened', 'read-only-token', (state) => pullEvent(state, { from: 'fork' })],
    [
      'Dependabot opens one',
      'read-only-token',
      (state) => pullEvent(state, { from: 'dependabot' }),
    ],
    [
      "a fork's line is commented on",
      'read-only-token',
      (state) => {
        const { number } = state.addPull({ headRepository: 'stranger/hello-world' });
        return reviewCommentEvent(state, { number, body: mention });
      },
    ],
    [
      'a comment is edited',
      'unsupported-event',
      (state) => {
        const event = commentEvent(state, { body: mention });
        return { ...event, payload: { ...event.payload, action: 'edited' } };
      },
    ],
    [
      'something is pushed',
      'unsupported-event',
      (state) => ({ ...dispatchEvent(state), name: 'push', payload: { ref: 'refs/heads/main' } }),
    ],
  ])('is skipped in silence where %s', async (_what, reason, event) => {
    // A wrong input besides: who may not run it hears nothing of it.
    const wrong = { ...inputs, prompt: 'Look at it.', 'timeout-minutes': 'soon' };
    const run = await watch(lab, { event, inputs: wrong });
    expectSilence(run, 'skipped', reason);
    expectIdlePost(run);
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain(reason);
    expect(run.summary).toBe('');
    expect(lab.asked).toEqual([]);
  });

  test.each<[string, Record<string, string>, (state: GitHubState) => SampleEvent]>([
    ['no-mention', {}, (state) => commentEvent(state, { body: 'Nice work!' })],
    ['read-only-token', {}, (state) => pullEvent(state, { from: 'fork' })],
    ['read-only-token', { mentions: ',' }, (state) => pullEvent(state, { from: 'fork' })],
  ])('needs no token to be skipped (%s, %j)', async (reason, wrong, event) => {
    const run = await watch(lab, { event, inputs: { ...inputs, 'github-token': '', ...wrong } });
    expectSilence(run, 'skipped', reason);
    expectIdlePost(run);
    expect(run.exitCode).toBe(0);
  });

  test('is skipped in silence where somebody who may not runs it again', async () => {
    const env = { GITHUB_TRIGGERING_ACTOR: 'stranger', GITHUB_RUN_ATTEMPT: '2' };
    const run = await watch(lab, { inputs, env });
    expectSilence(run, 'skipped', 'not-permitted');
    expect(run.log).toContain('@stranger');
  });

  test('does not happen either where GitHub cannot say who asks', async () => {
    const run = await watch(lab, {
      inputs,
      github: {
        faults: ({ path }) => (path.endsWith('/permission') ? { status: 403 } : undefined),
      },
    });
    expectSilence(run, 'failure', 'github-error');
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('read the permission of @octocat');
  });
});

describe('an input that cannot be used', () => {
  test.each<[Record<string, string>, string]>([
    [{ 'timeout-minutes': 'soon' }, 'timeout-minutes'],
    [{ 'server-url': 'not a url' }, 'server-url'],
    [{ 'server-url': 'http://example.com', 'server-directory': '/srv' }, 'server-url'],
    [{ 'opencode-config': '{"model": ' }, 'opencode-config'],
    [{ model: 'gpt' }, 'model'],
    [
      {
        'server-url': 'http://127.0.0.1:9',
        'server-directory': '/srv',
        'server-token': 'one',
        'server-password': 'two',
      },
      'server-token',
    ],
    [{ 'permission-requests': 'ask' }, 'permission-requests'],
  ])('is one comment that names it for somebody who may: %j', async (wrong, name) => {
    const run = await watch(lab, { inputs: { ...inputs, ...wrong } });
    expectEnding(run, 'failure', 'invalid-input', { reactions: [] });
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain(`\`${name}\``);
    expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(lab.asked).toEqual([]);
  });

  test('is not told to somebody who may not run it', async () => {
    const run = await watch(lab, { event: by('stranger'), inputs: { ...inputs, model: 'gpt' } });
    expectSilence(run, 'skipped', 'not-permitted');
    expect(run.log).not.toContain('gpt');
  });

  test('stops the run before anything else where nobody can be answered', async () => {
    const run = await watch(lab, { inputs: { ...inputs, 'required-permission': 'boss' } });
    expectSilence(run, 'failure', 'invalid-input');
    expect(run.log).toContain('required-permission');
  });
});

describe('a payload that GitHub would not send', () => {
  const without = (name: string) => (payload: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(payload).filter(([key]) => key !== name));
  test.each<[string, (payload: Record<string, unknown>) => unknown]>([
    ['is empty', () => ({})],
    ['is a list', () => []],
    ['is null', () => null],
    ['is text', () => 'created'],
    ['has no comment', without('comment')],
    ['has no issue', without('issue')],
    ['has no repository', without('repository')],
    [
      'has a comment of nobody',
      ({ comment, ...rest }) => ({ ...rest, comment: { ...(comment as object), user: null } }),
    ],
    [
      'has a comment without text',
      ({ comment, ...rest }) => ({ ...rest, comment: { ...(comment as object), body: null } }),
    ],
    ['has an issue that is text', (rest) => ({ ...rest, issue: '1' })],
    ['has a number that is text', (rest) => ({ ...rest, issue: { number: 'one' } })],
  ])('but %s ends in a sentence', async (_what, change) => {
    const event = (state: GitHubState): SampleEvent => {
      const good = commentEvent(state);
      return { ...good, payload: change(good.payload) as Record<string, unknown> };
    };
    const run = await watch(lab, { event, inputs });
    expect(['skipped', 'failure']).toContain(run.outputs['outcome']);
    expect([...run.written.main, ...run.written.post]).toEqual([]);
    if (run.outputs['outcome'] === 'failure') {
      expect(run.outputs['reason']).toBe('invalid-input');
      expect(run.annotations.map(({ level }) => level)).toEqual(['error']);
    }
    expectIdlePost(run);
  });
});
