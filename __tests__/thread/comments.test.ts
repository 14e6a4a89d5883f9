import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  startGitHub,
  type Fault,
  type GitHubEmulator,
  type RecordedRequest,
} from '../../playground/github/emulator.ts';
import { ActionError } from '../../src/errors.ts';
import { createGitHub, type GitHub } from '../../src/github.ts';
import { commentChars } from '../../src/limits.ts';
import { openComments, type Comments, type Place } from '../../src/thread/comments.ts';
import { findMarker, renderMarker, type RunIdentity } from '../../src/marker.ts';

const identity: RunIdentity = { runId: '170', attempt: 1, invocationId: 'a-b' };
const ours = 'github-actions[bot]';
const { signal } = new AbortController();

/** Spares a test the pause before the next attempt. */
const soon = { 'retry-after': '0' };

let emulator: GitHubEmulator;
let github: GitHub;

beforeEach(async () => {
  emulator = await startGitHub();
  github = createGitHub({ token: emulator.token, apiUrl: emulator.url });
  emulator.state.addIssue({ number: 1 });
  emulator.state.addPull({ number: 2 });
});

afterEach(async () => {
  await emulator[Symbol.asyncDispose]();
  expect(emulator.violations).toEqual([]);
});

function at(changes: Partial<Place> = {}): Place {
  const repository = { owner: emulator.state.owner, name: emulator.state.name };
  return { repository, thread: { kind: 'issue', number: 1 }, ...changes };
}

function open(changes: Partial<Place> = {}): Comments {
  return openComments(github, at(changes), identity);
}

/** Bodies of all comments on the thread, without their markers. */
function texts(): string[] {
  return [...emulator.state.comments.values()].map(({ body }) => body.replace(/\s*<!--.*$/s, ''));
}

/** Each creating request gets the next of these, and afterwards none. */
function failCreating(...faults: Fault[]): void {
  emulator.faults = (request) => (isCreating(request) ? faults.shift() : undefined);
}

function isCreating({ method, path }: RecordedRequest): boolean {
  return method === 'POST' && /\/(comments|replies)$/.test(path);
}

function count(matches: (request: RecordedRequest) => boolean): number {
  return emulator.requests.filter(matches).length;
}

describe('a comment', () => {
  test('is created by one request, edited and deleted, and carries its marker throughout', async () => {
    const comments = open();
    const comment = await comments.create('progress', 'At work', signal);
    const stored = () => emulator.state.comments.get(comment.id);
    expect(comment).toMatchObject({ kind: 'issue', url: expect.stringContaining(`${comment.id}`) });
    expect(comment.nodeId).not.toBe('');
    expect(emulator.requests).toHaveLength(1);
    expect(stored()?.body).toMatch(/^At work\n\n<!-- /);
    await comments.update(comment, 'answer', 'Done', signal);
    expect(stored()?.body).toMatch(/^Done\n\n<!-- /);
    expect(findMarker(stored()?.body ?? '')).toEqual({ ...identity, purpose: 'answer' });
    await comments.remove(comment, signal);
    expect(texts()).toEqual([]);
  });

  test('may fill all that GitHub takes, less the room for the marker', async () => {
    const comments = open();
    const body = 'x'.repeat(commentChars - comments.markerChars);
    const purpose = 'p'.repeat(32);
    const { id } = await comments.create(purpose, body, signal);
    expect(emulator.state.comments.get(id)?.body).toHaveLength(commentChars);
  });

  test('that is gone already is deleted', async () => {
    const comments = open();
    const comment = await comments.create('progress', 'At work', signal);
    emulator.state.comments.delete(comment.id);
    await expect(comments.remove(comment, signal)).resolves.toBeUndefined();
    await expect(comments.update(comment, 'progress', 'On', signal)).rejects.toThrow(
      /Could not edit our comment on #1/,
    );
  });
});

describe('a reply in a review thread', () => {
  test('goes to its first comment, and is edited and deleted as a review comment', async () => {
    const first = emulator.state.addReviewComment(2);
    const comments = open({ thread: { kind: 'pull', number: 2 }, reviewThreadId: first.id });
    const comment = await comments.create('answer', 'Because', signal);
    expect(comment.kind).toBe('review');
    const stored = () => emulator.state.reviewComments.get(comment.id);
    expect(stored()).toMatchObject({
      inReplyTo: first.id,
      body: expect.stringMatching(/^Because/),
    });
    await comments.update(comment, 'answer', 'Therefore', signal);
    expect(stored()?.body).toMatch(/^Therefore/);
    await comments.remove(comment, signal);
    await comments.remove(comment, signal);
    expect(stored()).toBeUndefined();
  });

  test('is looked up before it is sent again', async () => {
    const first = emulator.state.addReviewComment(2);
    const comments = open({ thread: { kind: 'pull', number: 2 }, reviewThreadId: first.id });
    failCreating('lost');
    const comment = await comments.create('answer', 'Because', signal);
    expect(count(isCreating)).toBe(1);
    expect(emulator.state.reviewComments.get(comment.id)?.body).toMatch(/^Because/);
    expect(emulator.state.reviewComments.size).toBe(2);
  });
});

describe('a reply in a review thread that takes none any more', () => {
  const askedUrl = 'https://github.example/octo-org/hello-world/pull/2#discussion_r78';
  const lead = `*In answer to [a review comment](${askedUrl}), in whose thread nothing can be posted any more.*`;

  /** A review thread whose first comment has been deleted. */
  function place(): Partial<Place> {
    const { id } = emulator.state.addReviewComment(2);
    emulator.state.addReviewComment(2, { inReplyTo: id });
    emulator.state.reviewComments.delete(id);
    return { thread: { kind: 'pull', number: 2 }, reviewThreadId: id, askedUrl };
  }

  test('stands on the pull request, says what it answers, and is edited and deleted there', async () => {
    const comments = open(place());
    const comment = await comments.create('progress', 'At work', signal);
    expect(comment.kind).toBe('issue');
    expect(texts()).toEqual([`${lead}\n\nAt work`]);
    await comments.update(comment, 'answer', 'Because', signal);
    expect(texts()).toEqual([`${lead}\n\nBecause`]);
    expect(await comments.find('answer', signal)).toEqual(comment);
    await comments.create('answer-2', 'And so on', signal);
    expect(count(({ path }) => path.endsWith('/replies'))).toBe(1);
    await comments.remove(comment, signal);
    expect(texts()).toEqual([`${lead}\n\nAnd so on`]);
  });

  test('does so too where GitHub calls it unprocessable', async () => {
    const { id } = emulator.state.addReviewComment(2);
    failCreating({ status: 422 });
    const thread = { kind: 'pull', number: 2 } as const;
    const comment = await open({ thread, reviewThreadId: id }).create('answer', 'Done', signal);
    expect(comment.kind).toBe('issue');
    expect(texts()).toEqual([expect.stringMatching(/^\*In answer to a review comment, .*Done$/s)]);
  });

  test('stands there once, whatever is lost and whoever posts it', async () => {
    const where = place();
    failCreating(undefined, 'lost');
    const made = await open(where).create('answer', 'Because', signal);
    expect(await open({ ...where, isResumed: true }).create('answer', 'Because', signal)).toEqual(
      made,
    );
    expect(emulator.state.comments.size).toBe(1);
    expect(emulator.state.reviewComments.size).toBe(1);
  });

  test('may fill all that GitHub takes, less the room for the marker', async () => {
    const comments = open(place());
    const body = 'x'.repeat(commentChars - comments.markerChars);
    const { id } = await comments.create('p'.repeat(32), body, signal);
    expect(emulator.state.comments.get(id)?.body).toHaveLength(commentChars);
  });

  test('is refused where it is for want of a permission', async () => {
    const { id } = emulator.state.addReviewComment(2);
    failCreating({ status: 403 });
    const thread = { kind: 'pull', number: 2 } as const;
    await expect(
      open({ thread, reviewThreadId: id }).create('answer', 'Done', signal),
    ).rejects.toThrow(/403/);
    expect(emulator.state.comments.size).toBe(0);
  });
});

describe('when GitHub does not say whether it has posted', () => {
  const carriedOut: [string, Fault][] = [
    ['the connection is lost', 'lost'],
    ['502', { status: 502, headers: soon, isApplied: true }],
    ['504', { status: 504, headers: soon, isApplied: true }],
    ['429 after all', { status: 429, headers: soon, isApplied: true }],
  ];
  test.each(carriedOut)('the comment that is there is taken: %s', async (_, fault) => {
    failCreating(fault);
    const comment = await open().create('answer', 'Done', signal);
    expect([...emulator.state.comments.keys()]).toEqual([comment.id]);
    expect(count(isCreating)).toBe(1);
  });

  const notCarriedOut: [string, Fault][] = [
    ['the connection is reset', 'reset'],
    ['503', { status: 503, headers: soon }],
    ['a secondary limit', { status: 403, headers: soon }],
  ];
  test.each(notCarriedOut)('one that is not there is posted again: %s', async (_, fault) => {
    failCreating(fault, fault);
    await open().create('answer', 'Done', signal);
    expect(texts()).toEqual(['Done']);
    expect(count(isCreating)).toBe(3);
  });

  test('retry-after is waited for', async () => {
    failCreating({ status: 403, headers: { 'retry-after': '1' } });
    await open().create('answer', 'Done', signal);
    const [first, second] = emulator.requests.filter(isCreating);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('the last of its attempts may still turn out to have worked', async () => {
    const failure = { status: 502, headers: soon };
    failCreating(failure, failure, failure, { ...failure, isApplied: true });
    await open().create('answer', 'Done', signal);
    expect(texts()).toEqual(['Done']);
  });

  test('it is given up after four attempts', async () => {
    failCreating(...Array<Fault>(9).fill({ status: 500, headers: soon }));
    const creating = open().create('answer', 'Done', signal);
    await expect(creating).rejects.toThrow(
      /Could not post a comment on #1: GitHub answered .* 500/,
    );
    await expect(creating).rejects.toMatchObject({ reason: 'github-error' });
    expect(count(isCreating)).toBe(4);
  });

  test('nothing is posted where it cannot be looked up', async () => {
    emulator.faults = (request) =>
      isCreating(request) ? { status: 502, headers: soon, isApplied: true } : { status: 404 };
    await expect(open().create('answer', 'Done', signal)).rejects.toThrow(ActionError);
    expect(texts()).toEqual(['Done']);
  });

  test('of two, where GitHub was late with the first, one stays', async () => {
    const late = `Done\n\n${renderMarker(identity, 'answer')}`;
    let seen = 0;
    emulator.faults = (request) => {
      if (!isCreating(request)) return undefined;
      seen += 1;
      if (seen === 1) return { status: 502, headers: soon };
      emulator.state.addComment(1, { author: ours, body: late });
      return undefined;
    };
    const comment = await open().create('answer', 'Done', signal);
    expect([...emulator.state.comments.keys()]).toEqual([comment.id]);
  });

  test("another's comment with our marker copied does not count", async () => {
    const copied = `Spam\n\n${renderMarker(identity, 'answer')}`;
    emulator.state.addComment(1, { author: 'octocat', body: copied });
    failCreating({ status: 502, headers: soon });
    const comment = await open().create('answer', 'Done', signal);
    expect(emulator.state.comments.get(comment.id)).toMatchObject({ author: ours });
    expect(texts()).toEqual(['Spam', 'Done']);
  });

  test.each([
    ['of another purpose', renderMarker(identity, 'progress')],
    ['of another invocation', renderMarker({ ...identity, invocationId: 'c' }, 'answer')],
    ['of another attempt', renderMarker({ ...identity, attempt: 2 }, 'answer')],
    ['with the marker quoted in its text', `> ${renderMarker(identity, 'answer')}`],
  ])('neither does one of ours %s', async (_, marker) => {
    emulator.state.addComment(1, { author: ours, body: `Other\n\n${marker}` });
    failCreating({ status: 502, headers: soon });
    await open().create('answer', 'Done', signal);
    expect(texts()).toHaveLength(2);
  });

  test('a thread of thousands of comments costs one page', async () => {
    const createdAt = '2020-01-01T00:00:00Z';
    for (let left = 3000; left > 0; left -= 1) emulator.state.addComment(1, { createdAt });
    failCreating('lost');
    await open().create('answer', 'Done', signal);
    expect(count(({ method, path }) => method === 'GET' && path.endsWith('/comments'))).toBe(1);
    expect(count(isCreating)).toBe(1);
  });

  test('it is found behind hundreds of newer ones', async () => {
    failCreating('lost');
    emulator.faults = ((fail) => (request) => {
      if (count(isCreating) > 0 && !isCreating(request) && emulator.state.comments.size < 250)
        for (let left = 250; left > 0; left -= 1) emulator.state.addComment(1);
      return fail(request);
    })(emulator.faults);
    await open().create('answer', 'Done', signal);
    expect(count(isCreating)).toBe(1);
  });
});

describe('what another process may have posted', () => {
  test('is looked for before it is posted, and posted where it is not there', async () => {
    const made = await open().create('answer', 'one', signal);
    const resumed = open({ isResumed: true });
    expect(await resumed.create('answer', 'one', signal)).toEqual(made);
    await resumed.create('answer-2', 'two', signal);
    expect(texts()).toEqual(['one', 'two']);
  });
});

describe('a refusal', () => {
  test.each([403, 404, 410, 422])('is thrown at once: %d', async (status) => {
    failCreating({ status });
    await expect(open().create('answer', 'Done', signal)).rejects.toMatchObject({
      reason: 'github-error',
      message: expect.stringContaining(`with ${status}`),
    });
    expect(emulator.requests).toHaveLength(1);
  });

  test('by a limit beyond what is waited for is one', async () => {
    failCreating({ status: 429, headers: { 'retry-after': '3600' } });
    await expect(open().create('answer', 'Done', signal)).rejects.toThrow(/429/);
    expect(count(isCreating)).toBe(1);
  });
});

describe('a signal', () => {
  test('ends creating with its reason, and what was made meanwhile is found later', async () => {
    const comments = open();
    const controller = new AbortController();
    const reason = new ActionError('cancelled', 'The run was cancelled.');
    emulator.faults = (request) => {
      if (isCreating(request)) controller.abort(reason);
      return isCreating(request) ? { delayMs: 50 } : undefined;
    };
    const creating = comments.create('progress', 'At work', controller.signal);
    await expect(creating).rejects.toBe(reason);
    expect(texts()).toEqual(['At work']);
    const [id] = emulator.state.comments.keys();
    expect(await comments.find('progress', signal)).toMatchObject({ id });
    expect(await comments.create('progress', 'At work', signal)).toMatchObject({ id });
    expect(count(isCreating)).toBe(1);
  });

  test('ends the pause before the next attempt', async () => {
    const controller = new AbortController();
    failCreating({ status: 403, headers: { 'retry-after': '50' } });
    const creating = open().create('answer', 'Done', controller.signal);
    const request = await emulator.waitForRequest(isCreating);
    while (request.status === undefined) await new Promise(setImmediate);
    controller.abort(new Error('enough'));
    await expect(creating).rejects.toThrow('enough');
  });
});

test("another process finds a run's comment from when it began", async () => {
  const startedAt = Date.parse('2026-01-02T03:04:05Z');
  const body = `At work\n\n${renderMarker(identity, 'progress')}`;
  const createdAt = '2026-01-02T03:04:20Z';
  const { id } = emulator.state.addComment(1, { author: ours, body, createdAt });
  expect(await open({ startedAt }).find('progress', signal)).toMatchObject({ id, kind: 'issue' });
  expect(await open({ startedAt }).find('answer', signal)).toBeUndefined();
});
