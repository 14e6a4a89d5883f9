import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { Draft } from '../../playground/github/records.ts';
import { renderMarker } from '../../src/marker.ts';
import { renderFindingMarker } from '../../src/review/finding-threads.ts';
import { type Former, readFormer } from '../../src/review/former.ts';
import { findMemory, renderMemory } from '../../src/review/memory.ts';
import { postReview } from '../../src/review/post.ts';
import type { ReviewMemory } from '../../src/review/review.ts';
import { draft, finding, headSha, identity, openSetting, ours, type Setting } from './setting.ts';

const { signal } = new AbortController();

let setting: Setting;

beforeEach(async () => {
  setting = await openSetting();
});

afterEach(async () => {
  await setting[Symbol.asyncDispose]();
  expect(setting.github.violations).toEqual([]);
});

function memoryOf(diff: string): ReviewMemory {
  const findings = [{ id: 'f1', severity: 'blocking' as const, title: 'Finding 1', path: 'a.txt' }];
  return { headSha, diff, verdict: 'REJECT', risk: 'LOW', findings };
}

function read(): Promise<Former> {
  return readFormer(setting.pull, findMemory, signal);
}

/** A review with a memory, as ours are. */
function add(diff: string, changes: Draft & { state?: string; purpose?: string } = {}) {
  const { purpose = 'review', ...rest } = changes;
  const body = `Fine.\n\n${renderMemory(memoryOf(diff))}\n\n${renderMarker(identity, purpose)}`;
  return setting.github.state.addReview(1, { author: ours, body, ...rest });
}

describe('the former review', () => {
  test('is the one that was posted, with its memory and the threads of its findings', async () => {
    const inline = [finding(1), finding(2)];
    const renderBody = (): string => `Fine.\n\n${renderMemory(memoryOf('a-diff'))}`;
    const asked = draft({ inline, renderBody });
    const { id, url } = await postReview(setting.pull, identity, asked, signal);
    const { review, threads, note } = await read();
    expect(review).toEqual({ id, url, state: 'COMMENTED', memory: memoryOf('a-diff') });
    expect(note).toBe('');
    expect(threads).toHaveLength(2);
    expect(threads[0]).toMatchObject({
      findingId: 'f1',
      foundBy: identity,
      body: 'Finding 1',
      isResolved: false,
      isMarked: false,
      mayResolve: true,
    });
  });

  test('is none on a pull request that was never reviewed', async () => {
    setting.github.state.addReview(1, { body: 'Nice.' });
    setting.github.state.addReviewComment(1);
    expect(await read()).toEqual({ review: undefined, threads: [], note: '' });
  });

  test('is the newest of them all, were there a hundred between', async () => {
    const { state } = setting.github;
    add('first');
    for (let count = 0; count < 130; count += 1) state.addReview(1, { body: 'Hm.' });
    add('second', { state: 'DISMISSED' });
    for (let count = 0; count < 130; count += 1) state.addReview(1, { author: ours, body: 'Hm.' });
    const { review } = await read();
    expect(review).toMatchObject({ state: 'DISMISSED', memory: { diff: 'second' } });
  });

  test('is one that remembers: where the newest does not, the one before', async () => {
    add('first');
    const body = `Fine.\n\n${renderMarker(identity, 'review')}`;
    setting.github.state.addReview(1, { author: ours, body });
    expect((await read()).review?.memory.diff).toBe('first');
  });

  test('is no answer of ours, and none that was never handed in', async () => {
    add('answer', { purpose: 'answer' });
    add('pending', { state: 'PENDING' });
    expect((await read()).review).toBeUndefined();
  });
});

describe('threads of findings', () => {
  test('are found on every page, and say who has closed them', async () => {
    const { state } = setting.github;
    for (let count = 0; count < 105; count += 1) state.addReviewComment(1);
    const marked = (id: string, isFixed = false): Draft => ({
      author: ours,
      body: `Text\n\n${renderFindingMarker(identity, id, isFixed)}`,
    });
    const open = state.addReviewComment(1, marked('a'));
    state.addReviewComment(1, { ...marked('reply'), inReplyTo: open.id });
    state.addReviewComment(1, marked('b')).resolvedBy = 'octocat';
    state.addReviewComment(1, marked('c', true));
    const { threads } = await read();
    expect(
      threads.map(({ findingId, isResolved, isMarked }) => [findingId, isResolved, isMarked]),
    ).toEqual([
      ['a', false, false],
      ['b', true, false],
      ['c', false, true],
    ]);
  });
});

describe('where it cannot be read, the review goes on as a first one and says so', () => {
  test('reviews', async () => {
    add('first');
    setting.github.faults = ({ path }) => (path.endsWith('/reviews') ? { status: 403 } : undefined);
    const { review, note } = await read();
    expect(review).toBeUndefined();
    expect(note).toMatch(
      /^What was found before is not known, so this is a review of everything: Could not look for our reviews of #1: .*403\.$/,
    );
  });

  test('threads', async () => {
    add('first');
    const body = { data: null, errors: [{ type: 'FORBIDDEN', message: 'Not for you' }] };
    setting.github.faults = ({ path, body: asked }) =>
      path === '/graphql' && JSON.stringify(asked).includes('reviewThreads')
        ? { status: 200, body }
        : undefined;
    const { review, threads, note } = await read();
    expect(review?.memory.diff).toBe('first');
    expect(threads).toEqual([]);
    expect(note).toMatch(/^Comments on what is fixed by now stay open: Could not read the review/);
  });

  test('an answer that is none of GitHub’s', async () => {
    setting.github.faults = ({ path }) =>
      path === '/graphql' || path.endsWith('/reviews')
        ? { status: 200, body: { data: 'hello' } }
        : undefined;
    expect(await read()).toMatchObject({ review: undefined, threads: [] });
  });

  test('a run that is to stop stops', async () => {
    const reason = new Error('stop');
    const stopped = readFormer(setting.pull, findMemory, AbortSignal.abort(reason));
    await expect(stopped).rejects.toBe(reason);
  });
});
