import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { Fault, RecordedRequest } from '../../playground/github/emulator.ts';
import type { Identity, ReviewComment } from '../../playground/github/records.ts';
import { commentChars } from '../../src/limits.ts';
import { closedThreads, closingFailures } from '../../src/limits/review.ts';
import { findMarker } from '../../src/marker.ts';
import { type FindingThread, readFindingThreads } from '../../src/review/finding-threads.ts';
import { renderFindingMarker } from '../../src/review/finding-threads.ts';
import { type Closed, closeThreads } from '../../src/review/threads.ts';
import { headSha, identity, openSetting, ours, type Setting } from './setting.ts';

const { signal } = new AbortController();

let setting: Setting;

async function open(changes: Partial<Identity> = {}): Promise<void> {
  setting = await openSetting(changes);
}

beforeEach(() => open());

afterEach(async () => {
  await setting[Symbol.asyncDispose]();
  expect(setting.github.violations).toEqual([]);
});

/** A finding's comment on a line. */
function add(id: string, text = `Finding ${id}`): ReviewComment {
  const body = `${text}\n\n${renderFindingMarker(identity, id)}`;
  return setting.github.state.addReviewComment(1, { author: ours, body });
}

async function close(change: (thread: FindingThread) => object = () => ({})): Promise<Closed> {
  const threads = await readFindingThreads(setting.pull, signal);
  const changed = threads.map((thread) => ({ ...thread, ...change(thread) }));
  return await closeThreads(setting.pull.github, changed, headSha, signal);
}

function mutations(): RecordedRequest[] {
  return setting.github.requests.filter(isMutation);
}

function isMutation({ body }: RecordedRequest): boolean {
  return JSON.stringify(body ?? '').includes('mutation');
}

/** Each mutation gets the next of these, and afterwards none. */
function fail(...faults: Fault[]): void {
  setting.github.faults = (request) => (isMutation(request) ? faults.shift() : undefined);
}

const forbidden = {
  status: 200,
  body: { data: null, errors: [{ type: 'FORBIDDEN', message: 'Not for you' }] },
};

describe('threads of fixed findings', () => {
  test('are resolved', async () => {
    const comments = [add('a'), add('b')];
    expect(await close()).toEqual({ resolved: 2, marked: 0, note: '' });
    expect(comments.map(({ resolvedBy }) => resolvedBy)).toEqual([ours, ours]);
    expect(comments.map(({ lastEditedAt }) => lastEditedAt)).toEqual([null, null]);
  });

  test('are resolved after all where GitHub stumbles', async () => {
    const comment = add('a');
    fail({ status: 502, headers: { 'retry-after': '0' } }, 'lost');
    expect(await close()).toMatchObject({ resolved: 1, note: '' });
    expect(comment.resolvedBy).toBe(ours);
  });

  test('that a person has resolved, or that say so already, are left alone', async () => {
    add('a').resolvedBy = 'octocat';
    const body = `Done\n\n${renderFindingMarker(identity, 'b', true)}`;
    setting.github.state.addReviewComment(1, { author: ours, body });
    expect(await close()).toEqual({ resolved: 0, marked: 0, note: '' });
    expect(mutations()).toEqual([]);
  });
});

describe('where the token may not resolve, comments say that they are fixed', () => {
  const unresolved = expect.stringMatching(/^What is fixed is marked .* `contents: write`\.$/);

  beforeEach(async () => {
    await setting[Symbol.asyncDispose]();
    await open({ denied: ['contents: write'] });
  });

  test('each once, after one try at resolving', async () => {
    const comments = [add('a'), add('b')];
    expect(await close()).toEqual({ resolved: 0, marked: 2, note: unresolved });
    expect(mutations()).toHaveLength(3);
    expect(comments[0]?.body).toMatch(/^\*\*Fixed in 4e190e0\.\*\*\n\nFinding a\n\n<!-- /);
    expect(findMarker(comments[0]?.body ?? '')).toEqual({ ...identity, purpose: 'fixed-a' });
    expect(await close()).toEqual({ resolved: 0, marked: 0, note: '' });
    expect(mutations()).toHaveLength(3);
  });

  test('and no try where GitHub says so beforehand', async () => {
    add('a');
    expect(await close(() => ({ mayResolve: false }))).toMatchObject({ marked: 1 });
    expect(mutations()).toHaveLength(1);
  });

  test('and a comment that is as long as GitHub takes stays so', async () => {
    const marker = renderFindingMarker(identity, 'a');
    const { id } = add('a', 'x'.repeat(commentChars - marker.length - 2));
    expect(await close()).toMatchObject({ marked: 1, note: unresolved });
    expect(setting.github.state.reviewComments.get(id)?.body).toHaveLength(commentChars);
  });
});

describe('what cannot be closed is left for later, and said', () => {
  test('one that is gone keeps nothing from the others', async () => {
    const [gone, other] = [add('a'), add('b')];
    const closed = await close(({ findingId }) => {
      setting.github.state.reviewComments.delete(gone.id);
      return { isMarked: findingId === 'nobody' };
    });
    expect(closed).toMatchObject({ resolved: 1, marked: 0 });
    expect(closed.note).toMatch(
      /^A comment on what is fixed could not be closed: Could not resolve/,
    );
    expect(other.resolvedBy).toBe(ours);
  });

  test('after a few failures it gives up', async () => {
    for (const id of 'abcdefgh') add(id);
    fail(...Array.from({ length: 99 }, () => ({ ...forbidden, status: 400 })));
    const closed = await close(() => ({ mayResolve: true }));
    expect(closed).toMatchObject({ resolved: 0, marked: 0 });
    expect(closed.note).toMatch(/^8 comments on what is fixed could not be closed: /);
    expect(mutations().length).toBeLessThanOrEqual(closingFailures + 1);
  });

  test('more than one run should close are left to the next', async () => {
    for (let count = 0; count < closedThreads + 2; count += 1) add(`f${count}`);
    const { resolved, note } = await close();
    expect(resolved).toBe(closedThreads);
    expect(note).toBe('2 comments on what is fixed could not be closed.');
    expect(await close()).toMatchObject({ resolved: 2, note: '' });
  });

  test('a run that is to stop stops without a word from GitHub', async () => {
    add('a');
    const threads = await readFindingThreads(setting.pull, signal);
    const stopped = AbortSignal.abort(new Error('Stop.'));
    const closed = await closeThreads(setting.pull.github, threads, headSha, stopped);
    expect(closed).toMatchObject({ resolved: 0, note: expect.stringContaining('Stop.') });
    expect(mutations()).toEqual([]);
  });
});
