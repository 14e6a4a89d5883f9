import { describe, expect, jest, test } from '@jest/globals';
import { edit } from '../../playground/github/call.ts';
import { startGitHub } from '../../playground/github/emulator.ts';
import { createGitHub } from '../../src/github.ts';
import { isLater } from '../../src/thread/conversation.ts';
import { readThread } from '../../src/thread/read.ts';
import type { Entry } from '../../src/thread/thread.ts';
import { entryOf } from '../prompt/setting.ts';
import { triggerOn } from './setting.ts';

jest.setTimeout(30_000);

const before = '2026-01-01T09:59:59Z';
const at = '2026-01-01T10:00:00Z';
const after = '2026-01-01T10:00:01Z';

describe('an entry was there when the event happened', () => {
  const issue = triggerOn('issue', { id: 9 }, { happenedAt: at });
  const line = triggerOn('pull', { kind: 'review', id: 9, reviewId: 5 }, { happenedAt: at });
  const unasked = triggerOn('issue', {}, { happenedAt: at, comment: undefined });

  test.each<[string, boolean, Partial<Entry>, typeof issue]>([
    ['written before', true, { createdAt: before, updatedAt: before }, issue],
    ['written before, edited in its second', false, { createdAt: before, updatedAt: at }, issue],
    ['written before, edited after', false, { createdAt: before, updatedAt: after }, issue],
    ['written after', false, { createdAt: after, updatedAt: after }, issue],
    [
      'written in its second, with a lower id',
      true,
      { id: 8, createdAt: at, updatedAt: at },
      issue,
    ],
    ['with a higher id', false, { id: 10, createdAt: at, updatedAt: at }, issue],
    ['of another kind', false, { kind: 'review', id: 8, createdAt: at, updatedAt: at }, issue],
    ['edited later', false, { id: 8, createdAt: at, updatedAt: after }, issue],
    ['in its second, where no comment asked', false, { createdAt: at, updatedAt: at }, unasked],
    ['before, where no comment asked', true, { createdAt: before, updatedAt: before }, unasked],
    ['at no time that can be read', false, { createdAt: 'soon', updatedAt: 'soon' }, issue],
    [
      'handed in with the review that asked',
      true,
      { kind: 'review-comment', reviewId: 5, createdAt: before, updatedAt: at },
      line,
    ],
    ['that review itself', true, { kind: 'review', id: 5, createdAt: at, updatedAt: at }, line],
    [
      'handed in with it and edited since',
      false,
      { kind: 'review-comment', reviewId: 5, createdAt: before, updatedAt: after },
      line,
    ],
    [
      'handed in with another review',
      false,
      { kind: 'review-comment', reviewId: 6, createdAt: before, updatedAt: at },
      line,
    ],
  ])('%s: %s', (_, wasThere, entry, trigger) => {
    expect(isLater(entryOf(entry), trigger)).toBe(!wasThere);
  });

  test('always, where nothing is known of the event’s time', () => {
    const trigger = triggerOn('issue', {}, { happenedAt: undefined });
    expect(isLater(entryOf({ createdAt: after, updatedAt: after }), trigger)).toBe(false);
  });
});

test('a pull request is read as it was, with the number of what came later', async () => {
  await using server = await startGitHub();
  const { state } = server;
  state.addPull({ number: 1 });
  const then = { createdAt: before };
  state.addComment(1, { body: 'Comment.', ...then });
  edit(state.addComment(1, { body: 'Edited.', ...then }), 'Edited comment.', after);
  state.addComment(1, { body: 'Later comment.', createdAt: after });
  state.addReview(1, { body: 'Review.', ...then });
  edit(state.addReview(1, { body: 'Edited.', ...then }), 'Edited review.', after);
  state.addReview(1, { body: 'Later review.', createdAt: after });
  state.addReviewComment(1, { body: 'Line.', ...then });
  edit(state.addReviewComment(1, { body: 'Edited.', ...then }), 'Edited line.', after);
  const { id: threadId } = state.addReviewComment(1, { body: 'Asked.', ...then });
  state.addReviewComment(1, { body: 'Later line.', createdAt: after, inReplyTo: threadId });
  const comment = { kind: 'review', id: 3, threadId } as const;
  const github = createGitHub({ token: server.token, apiUrl: server.url });
  const trigger = triggerOn('pull', comment, { happenedAt: at });
  const thread = await readThread(github, trigger, new AbortController().signal);
  const written = (entries: Entry[] | undefined) => entries?.map(({ body }) => body);
  expect(written(thread?.entries)).toEqual(['Comment.']);
  expect(written(thread?.pull?.reviews)).toEqual(['Review.']);
  expect(written(thread?.pull?.reviewComments)).toEqual(['Line.']);
  expect(written(thread?.pull?.reviewThread)).toEqual(['Asked.']);
  expect(thread).toMatchObject({ later: 6, leftOut: 0 });
  expect(server.violations).toEqual([]);
});

test('many reviews are asked for their edits in bounds, and those without a text not at all', async () => {
  await using server = await startGitHub();
  server.state.addPull({ number: 1 });
  for (let index = 0; index < 230; index += 1)
    server.state.addReview(1, { body: index % 2 === 0 ? 'Fine.' : '', state: 'APPROVED' });
  const github = createGitHub({ token: server.token, apiUrl: server.url });
  const thread = await readThread(github, triggerOn('pull'), new AbortController().signal);
  expect(thread?.pull?.reviews).toHaveLength(230);
  const asked = server.requests.filter(({ path }) => path === '/graphql');
  const ids = asked.map(({ body }) => (body as { variables: { ids: unknown[] } }).variables.ids);
  expect(ids.map(({ length }) => length)).toEqual([100, 15]);
  expect(server.violations).toEqual([]);
});
