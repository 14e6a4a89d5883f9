import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import {
  commentEvent,
  dispatchEvent,
  issueEvent,
  pullEvent,
  reviewCommentEvent,
  scheduleEvent,
} from '../../playground/events.ts';
import type { SampleEvent } from '../../playground/events.ts';
import { examplePayload, fieldsOf } from '../../playground/github/example.ts';
import type { Fields } from '../../playground/github/example.ts';
import { GitHubState } from '../../playground/github/state.ts';
import { ActionError } from '../../src/errors.ts';
import { isNothingToDo, readTrigger } from '../../src/event/read.ts';
import type { NothingToDo, Trigger } from '../../src/event/trigger.ts';

const asked = { mentions: ['/opencode', '/oc'], prompt: '' };
const state = () => new GitHubState('octo-org/hello');

function read({ name, payload }: SampleEvent, prompt = ''): Trigger | NothingToDo {
  return readTrigger(name, payload, { ...asked, prompt });
}

function triggerOf(event: SampleEvent, prompt = ''): Trigger {
  const trigger = read(event, prompt);
  if (isNothingToDo(trigger)) throw new Error(`Nothing to do: ${trigger.detail}`);
  return trigger;
}

function skipOf(name: string, payload: unknown): string | undefined {
  const trigger = readTrigger(name, payload, asked);
  return isNothingToDo(trigger) ? trigger.skip : undefined;
}

describe('a pull request', () => {
  const commits = { headSha: 'a'.repeat(40), baseSha: 'b'.repeat(40), author: 'mona' };

  test.each(['a review comment', 'the pull request'])(
    'is pinned to the commits that the payload of %s names',
    (what) => {
      const github = state();
      const event =
        what === 'the pull request'
          ? pullEvent(github, commits)
          : reviewCommentEvent(github, { number: github.addPull(commits).number });
      expect(triggerOf(event, 'Look.').pull).toEqual({
        ...commits,
        isFork: false,
        headRepositoryId: expect.any(Number),
      });
    },
  );

  test('is not where the payload names none', () => {
    const github = state();
    const { number } = github.addPull(commits);
    expect(triggerOf(commentEvent(github, { number })).pull).toBeUndefined();
  });
});

describe('a comment', () => {
  test('that mentions the agent asks for its whole text, with the prompt as standing instruction', () => {
    const event = commentEvent(state(), { body: 'Please, /oc, look at it.', author: 'mona' });
    expect(triggerOf(event, 'Be kind.')).toMatchObject({
      eventName: 'issue_comment',
      repository: { owner: 'octo-org', name: 'hello' },
      defaultBranch: 'main',
      actor: { login: 'mona', isBot: false },
      task: 'Please, /oc, look at it.',
      standing: 'Be kind.',
      thread: { kind: 'issue', number: event.number },
      comment: { kind: 'issue', author: { login: 'mona' }, body: 'Please, /oc, look at it.' },
    });
  });

  test("keeps the example's own ids, times and address", () => {
    const payload = examplePayload('issue_comment', 0);
    const comment = { ...fieldsOf(payload['comment']), body: '/oc' };
    const trigger = readTrigger('issue_comment', { ...payload, comment }, asked);
    expect(trigger).toMatchObject({
      repository: { owner: 'Codertocat', name: 'Hello-World' },
      comment: {
        id: 492700400,
        nodeId: 'MDEyOklzc3VlQ29tbWVudDQ5MjcwMDQwMA==',
        createdAt: '2019-05-15T15:20:21Z',
        authorAssociation: 'OWNER',
        url: 'https://github.com/Codertocat/Hello-World/issues/1#issuecomment-492700400',
      },
    });
  });

  test('brings its thread as it was, and the time', () => {
    const github = state();
    const issue = github.addIssue({ title: 'Slow', body: 'It takes long.', author: 'mona' });
    const event = commentEvent(github, { number: issue.number, createdAt: '2026-01-02T00:00:00Z' });
    issue.title = issue.body = 'Edited since.';
    expect(triggerOf(event)).toMatchObject({
      opening: {
        title: 'Slow',
        body: 'It takes long.',
        author: 'mona',
        role: 'none',
        state: 'open',
      },
      happenedAt: '2026-01-02T00:00:00Z',
    });
  });

  test('on a pull request belongs to the pull request', () => {
    const github = state();
    const { number } = github.addPull();
    expect(triggerOf(commentEvent(github, { number })).thread).toEqual({ kind: 'pull', number });
  });

  test('without a mention is nothing to do', () => {
    expect(read(commentEvent(state(), { body: 'Thanks for `/oc`!' }))).toEqual({
      skip: 'no-mention',
      detail: 'The comment mentions none of /opencode, /oc.',
    });
  });

  test.each(['edited', 'deleted', 'pinned'])('that was %s is nothing to do', (action) => {
    for (const event of [commentEvent(state()), reviewCommentEvent(state())]) {
      expect(skipOf(event.name, { ...event.payload, action })).toBe('unsupported-event');
    }
  });

  test.each([
    ['of type Bot', { login: 'builder', type: 'Bot' }],
    ['whose login ends in [bot]', { login: 'builder[bot]', type: 'User' }],
  ])('by an account %s is by a bot', (_, user) => {
    const event = commentEvent(state());
    const comment = { ...fieldsOf(event.payload['comment']), user };
    const trigger = readTrigger(event.name, { ...event.payload, comment }, asked);
    expect(trigger).toMatchObject({ actor: { login: user.login, isBot: true } });
  });
});

describe('a review comment', () => {
  test('is the first of its own thread', () => {
    const event = reviewCommentEvent(state());
    const { comment } = triggerOf(event);
    expect(comment).toMatchObject({ kind: 'review', threadId: comment?.id });
    expect(comment?.place).toMatchObject({ side: 'RIGHT' });
  });

  test('stands in the thread that it replies to', () => {
    const github = state();
    const { number } = github.addPull();
    const first = github.addReviewComment(number, { body: 'Why?' });
    const event = reviewCommentEvent(github, { number, inReplyTo: first.id });
    const { comment } = triggerOf(event);
    expect(comment?.threadId).toBe(first.id);
    expect(comment?.id).not.toBe(first.id);
  });

  test('says where it stands, and may stand on a whole file', () => {
    const payload = examplePayload('pull_request_review_comment', 0);
    const comment = { ...fieldsOf(payload['comment']), body: '/oc', line: null, side: null };
    const trigger = readTrigger('pull_request_review_comment', { ...payload, comment }, asked);
    expect(trigger).toMatchObject({
      comment: { place: { path: 'README.md', line: undefined, side: undefined } },
    });
  });

  test('appears when its review is handed in, which may be after it was written', () => {
    const payload = examplePayload('pull_request_review_comment', 0);
    const comment = { ...fieldsOf(payload['comment']), body: '/oc' };
    const trigger = readTrigger('pull_request_review_comment', { ...payload, comment }, asked);
    expect(comment).toMatchObject({ created_at: '2019-05-15T15:20:37Z' });
    expect(trigger).toMatchObject({
      happenedAt: '2019-05-15T15:20:38Z',
      opening: { title: 'Update the README with new information.' },
      comment: { reviewId: 237895671 },
    });
  });

  test('on a fork has a token that cannot write, which a comment without a mention never hears', () => {
    const event = reviewCommentEvent(state());
    const head = { repo: { full_name: 'stranger/hello' } };
    const payload = withPull(event.payload, { head });
    expect(skipOf(event.name, payload)).toBe('read-only-token');
    const comment = { ...fieldsOf(payload['comment']), body: 'Fine.' };
    expect(skipOf(event.name, { ...payload, comment })).toBe('no-mention');
  });
});

describe('a pull request', () => {
  test('asks for the prompt', () => {
    const event = pullEvent(state());
    expect(triggerOf(event, 'Review it.')).toMatchObject({
      eventName: 'pull_request',
      actor: { login: event.actor },
      task: 'Review it.',
      standing: '',
      thread: { kind: 'pull', number: event.number },
      comment: undefined,
    });
  });

  test.each(['fork', 'dependabot'] as const)('from %s has a token that cannot write', (from) => {
    expect(read(pullEvent(state(), { from }), 'Review it.')).toMatchObject({
      skip: 'read-only-token',
    });
  });

  test('from a fork that is gone has a token that cannot write', () => {
    const { name, payload } = pullEvent(state());
    expect(skipOf(name, withPull(payload, { head: { repo: null } }))).toBe('read-only-token');
  });

  test('of Dependabot that a person pushed to is like any other', () => {
    const { name, payload } = pullEvent(state(), { from: 'dependabot' });
    const sender = { login: 'mona', type: 'User' };
    expect(skipOf(name, { ...payload, sender })).toBeUndefined();
  });
});

describe('an event without a mention', () => {
  test('on an issue is by its sender', () => {
    const event = issueEvent(state(), { author: 'mona' });
    expect(triggerOf(event, 'Label it.')).toMatchObject({
      eventName: 'issues',
      actor: { login: 'mona', isBot: false },
      task: 'Label it.',
      thread: { kind: 'issue', number: event.number },
    });
  });

  test.each([
    ['workflow_dispatch', dispatchEvent(state())],
    ['schedule', scheduleEvent(state())],
  ])('%s has neither a person nor a thread', (eventName, event) => {
    expect(triggerOf(event, 'Tidy up.')).toEqual({
      eventName,
      repository: { owner: 'octo-org', name: 'hello' },
      defaultBranch: 'main',
      actor: undefined,
      task: 'Tidy up.',
      standing: '',
      thread: undefined,
      comment: undefined,
    });
  });

  test("takes the runner's repository where the payload names none", () => {
    const repository = 'octo-org/other';
    const trigger = readTrigger('schedule', {}, { ...asked, prompt: 'Go.', repository });
    expect(trigger).toMatchObject({
      repository: { owner: 'octo-org', name: 'other' },
      defaultBranch: undefined,
    });
  });

  test('passes without a prompt, for the gate comes before a wrong input', () => {
    expect(triggerOf(issueEvent(state())).task).toBe('');
    expect(triggerOf(dispatchEvent(state())).task).toBe('');
  });
});

describe('any other event', () => {
  const definitions = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
    name: string;
    examples: Fields[];
  }[];
  const supported = new Set(
    'issue_comment pull_request_review_comment pull_request issues workflow_dispatch'.split(' '),
  );

  test.each(definitions.filter(({ name }) => !supported.has(name)).map(({ name }) => name))(
    '%s is nothing to do, whatever it brings',
    (name) => {
      expect(skipOf(name, {})).toBe('unsupported-event');
      expect(skipOf(name, undefined)).toBe('unsupported-event');
    },
  );

  test("none of GitHub's own examples is malformed", () => {
    for (const { name, examples } of definitions) {
      for (const payload of examples) expect(() => readTrigger(name, payload, asked)).not.toThrow();
    }
  });
});

describe('a payload with something missing', () => {
  const events = {
    issue_comment: commentEvent(state()),
    pull_request_review_comment: reviewCommentEvent(state()),
    pull_request: pullEvent(state()),
    issues: issueEvent(state()),
    workflow_dispatch: dispatchEvent(state()),
    schedule: scheduleEvent(state()),
  };

  test.each([
    ['issue_comment', ['comment', 'user'], 'comment.user'],
    ['issue_comment', ['comment', 'user', 'login'], 'comment.user.login'],
    ['issue_comment', ['issue', 'number'], 'issue.number'],
    ['issue_comment', ['action'], 'action'],
    ['issue_comment', ['repository'], 'repository'],
    ['pull_request_review_comment', ['comment', 'path'], 'comment.path'],
    ['pull_request', ['pull_request', 'head'], 'pull_request.head'],
    ['issues', ['sender'], 'sender'],
  ] as const)('%s without %j is an error that names it', (name, path, field) => {
    const read = () => readTrigger(name, without(events[name].payload, path), asked);
    expect(read).toThrow(ActionError);
    expect(read).toThrow(
      new RegExp(`^The event ${name} has no usable \`${field}\` \\(expected .+\\)\\.$`),
    );
  });

  test.each(Object.values(events))(
    '$name is understood, skipped or refused by name whichever field is gone, null or wrong',
    ({ name, payload }) => {
      for (const path of pathsOf(payload)) {
        for (const value of [undefined, null, 7, 'text', [], {}]) {
          expectNoSurprise(
            name,
            value === undefined ? without(payload, path) : put(payload, path, value),
          );
        }
      }
    },
  );

  test.each([undefined, null, 'text', 7, [], {}, { comment: null }])(
    'is refused by name where it is %j altogether',
    (payload) => {
      for (const name of Object.keys(events)) expectNoSurprise(name, payload);
    },
  );
});

function expectNoSurprise(name: string, payload: unknown): void {
  try {
    readTrigger(name, payload, { ...asked, repository: 'octo-org/hello' });
  } catch (error) {
    expect(error).toBeInstanceOf(ActionError);
    expect(error).toHaveProperty('reason', 'invalid-input');
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/^The event \w+ has no usable `[\w.]+`/),
    );
  }
}

function withPull(payload: Fields, fields: Fields): Fields {
  return { ...payload, pull_request: { ...fieldsOf(payload['pull_request']), ...fields } };
}

/** Every path to a field, down to what the action could read. */
function pathsOf(value: unknown, depth = 4): string[][] {
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    [key],
    ...pathsOf(child, depth - 1).map((path) => [key, ...path]),
  ]);
}

function without(payload: Fields, path: readonly string[]): Fields {
  const [key = '', ...rest] = path;
  const { [key]: child, ...others } = payload;
  return rest.length === 0 ? others : { ...others, [key]: without(fieldsOf(child), rest) };
}

function put(payload: Fields, path: readonly string[], value: unknown): Fields {
  const [key = '', ...rest] = path;
  const changed = rest.length === 0 ? value : put(fieldsOf(payload[key]), rest, value);
  return { ...payload, [key]: changed };
}
