import { describe, expect, test } from '@jest/globals';

import { commentEvent, reviewCommentEvent } from '../../playground/events.ts';
import { GitHubState } from '../../playground/github/state.ts';
import { readTrigger } from '../../src/event/read.ts';
import { isAfter, isUnedited, readSaid, type Said } from '../../src/event/said.ts';
import { isNothingToDo } from '../../src/event/read.ts';

const asked = { mentions: ['/oc'], prompt: '' };

describe('what GitHub lists of a comment', () => {
  test.each(['issue', 'review'] as const)('is read as its event is (%s)', (kind) => {
    const state = new GitHubState('octo/hello');
    const event = kind === 'issue' ? commentEvent(state) : reviewCommentEvent(state);
    const trigger = readTrigger(event.name, event.payload, asked);
    if (isNothingToDo(trigger)) throw new Error(trigger.detail);
    const { comment } = event.payload as { comment: object };
    const listed = { ...comment, reactions: { eyes: 2 } };
    const [said, ...more] = readSaid(kind, [listed, { ...listed, user: null }, 'nothing']);
    expect(said).toMatchObject({ ...trigger.comment, eyes: 2 });
    expect(more).toEqual([]);
  });
});

const said = (over: Partial<Said>): Said => ({
  kind: 'issue',
  id: 10,
  nodeId: '',
  author: { login: 'octocat', isBot: false },
  authorAssociation: 'OWNER',
  body: '/oc stop',
  createdAt: '2026-01-01T00:00:10Z',
  updatedAt: over.createdAt ?? '2026-01-01T00:00:10Z',
  url: '',
  eyes: 0,
  ...over,
});

describe('whether something was said after what started a run', () => {
  const comment = said({ id: 5 });
  const at = (happenedAt: string) => ({ happenedAt, comment });
  test.each([
    ['a second later', '2026-01-01T00:00:09Z', said({}), true],
    ['a second before', '2026-01-01T00:00:11Z', said({}), false],
    ['in the same second, by its id', '2026-01-01T00:00:10Z', said({}), true],
    ['in the same second, but before', '2026-01-01T00:00:10Z', said({ id: 4 }), false],
    ['in the same second, itself', '2026-01-01T00:00:10Z', said({ id: 5 }), false],
    ['of the other kind', '2026-01-01T00:00:10Z', said({ id: 4, kind: 'review' }), true],
  ])('%s', (_, happenedAt, one, expected) => {
    expect(isAfter(one, at(happenedAt))).toBe(expected);
  });

  test('is told by time alone where no comment did', () => {
    const start = { happenedAt: '2026-01-01T00:00:10Z', comment: undefined };
    expect(isAfter(said({}), start)).toBe(true);
    expect(isAfter(said({ createdAt: '2026-01-01T00:00:09Z' }), start)).toBe(false);
  });
});

describe('whether it says what it said', () => {
  test.each([
    ['issue', '2026-01-01T00:00:10Z', true],
    ['issue', '2026-01-01T00:00:11Z', false],
    ['review', '2026-01-01T00:00:11Z', true],
    ['review', '2026-01-01T00:00:16Z', false],
  ] as const)('%s, last changed at %s', (kind, updatedAt, expected) => {
    expect(isUnedited(said({ kind, updatedAt }))).toBe(expected);
  });
});
