import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { Fault } from '../../playground/github/emulator.ts';
import { commentChars } from '../../src/limits.ts';
import { inlineFindings } from '../../src/limits/review.ts';
import { findMarker, renderMarker } from '../../src/marker.ts';
import { postReview, type PostedReview } from '../../src/review/post.ts';
import type { ReviewDraft } from '../../src/review/draft.ts';
import {
  draft,
  finding,
  headSha,
  identity,
  openSetting,
  ours,
  type Setting,
  soon,
} from './setting.ts';

const { signal } = new AbortController();
const marker = renderMarker(identity, 'review');

let setting: Setting;

beforeEach(async () => {
  setting = await openSetting();
});

afterEach(async () => {
  await setting[Symbol.asyncDispose]();
  expect(setting.github.violations).toEqual([]);
});

function post(changes: Partial<ReviewDraft> = {}): Promise<PostedReview> {
  return postReview(setting.pull, identity, draft(changes), signal);
}

/** The texts of all comments on lines, without their markers. */
function inline(): string[] {
  const comments = [...setting.github.state.reviewComments.values()];
  return comments.map(({ body }) => body.replace(/\n\n<!--.*$/s, ''));
}

function states(): string[] {
  return [...setting.github.state.reviews.values()].map(({ state }) => state);
}

describe('a review', () => {
  test('is posted by one request, on the commit that was read', async () => {
    const lines = [finding(3), finding(9, { startLine: 7 }), finding(12, { startLine: 12 })];
    const posted = await post({ event: 'REQUEST_CHANGES', inline: lines });
    expect(setting.github.requests).toHaveLength(1);
    expect(setting.posts()[0]?.body).toMatchObject({ commit_id: headSha });
    const [review] = [...setting.github.state.reviews.values()];
    expect(posted).toEqual({
      id: review?.id,
      url: expect.stringContaining(`#pullrequestreview-${review?.id}`),
      event: 'REQUEST_CHANGES',
    });
    expect(review?.body).toBe(`Reviewed.\n\n${marker}`);
    const comments = [...setting.github.state.reviewComments.values()];
    expect(comments.map(({ line, startLine }) => [line, startLine])).toEqual([
      [3, undefined],
      [9, 7],
      [12, undefined],
    ]);
    expect(comments.map(({ body }) => findMarker(body)?.purpose)).toEqual([
      'finding-f3',
      'finding-f9',
      'finding-f12',
    ]);
  });

  test('has as many comments on lines as GitHub takes at once; the rest stands in its body', async () => {
    const lines = Array.from({ length: inlineFindings + 2 }, (_, at) => finding(at + 1));
    await post({ inline: lines });
    expect(inline()).toHaveLength(inlineFindings);
    expect(setting.bodies()).toEqual([`Reviewed.\nFinding 31\nFinding 32`]);
  });

  test('has a finding that is too long for a comment in its body', async () => {
    const long = 'x'.repeat(commentChars - 10);
    const renderBody = (moved: readonly unknown[]): string => `${moved.length} moved`;
    await post({ inline: [finding(1, { body: long }), finding(2)], renderBody });
    expect(setting.posts()).toHaveLength(1);
    expect(inline().map((text) => text.slice(0, 20))).toEqual(['Finding 2']);
    expect(setting.bodies()).toEqual(['1 moved']);
  });

  test('is never longer than GitHub takes, and keeps its marker', async () => {
    await post({ renderBody: () => 'x'.repeat(commentChars + 100) });
    const [review] = [...setting.github.state.reviews.values()];
    expect(review?.body).toHaveLength(commentChars);
    expect(review?.body.endsWith(`x\n\n${marker}`)).toBe(true);
  });
});

describe('when GitHub does not say whether it has taken the review', () => {
  const carriedOut: [string, Fault][] = [
    ['the connection is lost', 'lost'],
    ['502', { status: 502, headers: soon, isApplied: true }],
    ['504', { status: 504, headers: soon, isApplied: true }],
    ['429 after all', { status: 429, headers: soon, isApplied: true }],
    ['429 that lasts', { status: 429, headers: { 'retry-after': '3600' }, isApplied: true }],
  ];
  test.each(carriedOut)('the one that is there is taken: %s', async (_, fault) => {
    setting.failPosts(fault);
    const posted = await post({ event: 'APPROVE', inline: [finding(1)] });
    expect(posted.event).toBe('APPROVE');
    expect(setting.posts()).toHaveLength(1);
    expect(states()).toEqual(['APPROVED']);
    expect(inline()).toEqual(['Finding 1']);
  });

  const notDone: [string, Fault][] = [
    ['the connection is cut', 'reset'],
    ['502', { status: 502, headers: soon }],
    ['a rate limit', { status: 403, headers: soon }],
  ];
  test.each(notDone)('it is sent again where none is there: %s', async (_, fault) => {
    setting.failPosts(fault);
    await post();
    expect(setting.posts()).toHaveLength(2);
    expect(setting.bodies()).toEqual(['Reviewed.']);
  });

  test('it is found behind a hundred others', async () => {
    const { state } = setting.github;
    for (let count = 0; count < 250; count += 1) state.addReview(1, { author: ours, body: 'No.' });
    setting.failPosts('lost');
    const { id } = await post();
    expect(setting.posts()).toHaveLength(1);
    expect(id).toBe([...state.reviews.keys()].at(-1));
  });

  test('nothing is posted where it cannot be looked for', async () => {
    const { github } = setting;
    github.faults = ({ method, path }) => {
      if (!path.endsWith('/reviews')) return undefined;
      return method === 'POST' ? { status: 502, headers: soon } : { status: 403 };
    };
    await expect(post()).rejects.toMatchObject({
      message: expect.stringMatching(/^Could not look for our reviews of #1/),
      retryable: true,
    });
    expect(setting.posts()).toHaveLength(1);
  });

  test('one that a stranger has given our marker is not taken for ours', async () => {
    setting.github.state.addReview(1, { author: 'mallory', body: `Fine.\n\n${marker}` });
    setting.failPosts({ status: 502, headers: soon });
    await post();
    expect(setting.bodies()).toEqual(['Fine.', 'Reviewed.']);
  });

  test('of two that it has taken, the second is taken back', async () => {
    const { state } = setting.github;
    setting.github.faults = (request) => {
      if (request.method !== 'POST' || !request.path.endsWith('/reviews')) return undefined;
      if (setting.posts().length === 1) return { status: 502, headers: soon };
      // The first request is carried out after all, right before the second one.
      const body = `Reviewed.\n\n${marker}`;
      const { id: reviewId } = state.addReview(1, { author: ours, body });
      state.addReviewComment(1, { author: ours, reviewId, body: 'Finding 1' });
      return undefined;
    };
    const { id } = await post({ inline: [finding(1)] });
    expect(id).toBe([...state.reviews.keys()][0]);
    const first = expect.stringMatching(/^GitHub took this review twice: see \[the first\]/);
    expect(setting.bodies()).toEqual(['Reviewed.', first]);
    expect(inline()).toEqual(['Finding 1']);
  });

  test('a refusal that follows does not make a second one', async () => {
    setting.failPosts({ status: 502, headers: soon, isApplied: true }, { status: 422 });
    await post({ event: 'APPROVE' });
    expect(setting.posts()).toHaveLength(1);
    expect(states()).toEqual(['APPROVED']);
  });
});

describe('a verdict that GitHub does not take is a comment that says why', () => {
  test.each([
    ['APPROVE', 'an approval'],
    ['REQUEST_CHANGES', 'a request for changes'],
  ] as const)('on one’s own pull request: %s', async (event, what) => {
    setting.github.state.issue(1).author = ours;
    const said = `This is a comment and not ${what}: nobody can do that on their own pull request.`;
    const posted = await post({ event, inline: [finding(1)] });
    expect(posted).toMatchObject({ event: 'COMMENT', refused: said });
    expect(setting.bodies()).toEqual([`Reviewed.\n${said}`]);
    expect(inline()).toEqual(['Finding 1']);
    expect(setting.posts()).toHaveLength(2);
  });

  test('where Actions may not approve', async () => {
    setting.github.state.actionsMayOpenPulls = false;
    const said =
      'This is a comment and not an approval: the repository does not let GitHub Actions approve.';
    expect(await post({ event: 'APPROVE' })).toMatchObject({ event: 'COMMENT', refused: said });
    expect(setting.bodies()).toEqual([`Reviewed.\n${said}`]);
  });

  test('for a reason that nobody has heard of, without its words', async () => {
    setting.failPosts({ status: 422, body: { message: '::error::@everybody' } });
    const { refused } = await post({ event: 'APPROVE' });
    expect(refused).toBe('This is a comment and not an approval: GitHub refused it.');
    expect(states()).toEqual(['COMMENTED']);
  });
});

describe('a place that GitHub does not take loses no finding', () => {
  const note =
    'GitHub did not take a comment on some of the lines: what belongs there stands here.';

  test('one that is alone stands in the body', async () => {
    await post({ event: 'REQUEST_CHANGES', inline: [finding(41)] });
    expect(setting.bodies()).toEqual([`Reviewed.\n${note}\nFinding 41`]);
    expect(states()).toEqual(['CHANGES_REQUESTED']);
  });

  test.each([
    ['first half', [41, 1, 2, 3], [2, 3]],
    ['second half', [1, 2, 3, 41], [1, 2]],
  ])('those of the half without it are comments still: %s', async (_, lines, stay) => {
    const { event } = await post({ event: 'APPROVE', inline: lines.map((line) => finding(line)) });
    expect(event).toBe('APPROVE');
    expect(inline()).toEqual(stay.map((line) => `Finding ${line}`));
    const moved = lines.filter((line) => !stay.includes(line)).map((line) => `Finding ${line}`);
    expect(setting.bodies()).toEqual([['Reviewed.', note, ...moved].join('\n')]);
  });

  test('where there is one in each half, all stand in the body', async () => {
    await post({ inline: [finding(41), finding(1), finding(2), finding(42)] });
    expect(inline()).toEqual([]);
    const all = [41, 1, 2, 42].map((line) => `Finding ${line}`);
    expect(setting.bodies()).toEqual([['Reviewed.', note, ...all].join('\n')]);
    expect(setting.posts()).toHaveLength(4);
  });
});

describe('a commit that GitHub does not take', () => {
  test('is said to be gone where it was replaced by force: nothing stands on lines, or is approved', async () => {
    setting.github.state.pushTo(1, 'f'.repeat(40), undefined, true);
    const said =
      '`4e190e0`, which was reviewed, is no longer part of this pull request: this is a comment, not an approval.';
    const posted = await post({ event: 'APPROVE', inline: [finding(1)] });
    expect(posted).toMatchObject({ event: 'COMMENT', refused: said });
    expect(setting.bodies()).toEqual([`Reviewed.\n${said}\nFinding 1`]);
    expect(inline()).toEqual([]);
    expect(setting.posts().at(-1)?.body).not.toHaveProperty('commit_id');
  });

  test('that is the head all the same costs no place, but its approval', async () => {
    const words = 'The commitOID is not part of the pull request';
    const refusal = { status: 422, body: { message: 'Unprocessable Entity', errors: [words] } };
    for (const [at, event] of (['APPROVE', 'REQUEST_CHANGES'] as const).entries()) {
      setting.failPosts(refusal);
      await post({ event, inline: [finding(at + 1)] });
    }
    expect(states()).toEqual(['COMMENTED', 'CHANGES_REQUESTED']);
    expect(inline()).toEqual(['Finding 1', 'Finding 2']);
  });

  test('that was only pushed upon is reviewed as it was', async () => {
    setting.github.state.pushTo(1, 'f'.repeat(40), []);
    await post({ inline: [finding(1)] });
    expect([...setting.github.state.reviews.values()][0]?.commitId).toBe(headSha);
    expect(inline()).toEqual(['Finding 1']);
  });
});

test('where GitHub takes no review at all, it says so after a few requests', async () => {
  const refusal = { status: 422, body: { message: 'Unprocessable Entity' } };
  setting.failPosts(...Array.from({ length: 20 }, () => refusal));
  const posting = post({ event: 'APPROVE', inline: [finding(1), finding(2), finding(3)] });
  await expect(posting).rejects.toMatchObject({ reason: 'github-error', retryable: false });
  expect(setting.posts().length).toBeLessThanOrEqual(6);
  expect(setting.bodies()).toEqual([]);
});

test('a review of ours that was never handed in is in the way: nothing of this one can change that', async () => {
  setting.github.state.addReview(1, { author: ours, state: 'PENDING' });
  await expect(post({ event: 'APPROVE', inline: [finding(1)] })).rejects.toMatchObject({
    hint: expect.stringContaining('hand it in, or delete it'),
    retryable: false,
  });
  expect(setting.posts()).toHaveLength(1);
});

test('one that GitHub calls too quick is sent again as it is', async () => {
  const errors = [{ resource: 'PullRequestReview', message: 'was submitted too quickly' }];
  setting.failPosts({ status: 422, body: { message: 'Validation Failed', errors } });
  const { event } = await post({ event: 'APPROVE', inline: [finding(1)] });
  expect(event).toBe('APPROVE');
  expect(inline()).toEqual(['Finding 1']);
});

test('a token without the permission is refused at once', async () => {
  await setting[Symbol.asyncDispose]();
  setting = await openSetting({ denied: ['pull_requests: write'] });
  const hint = 'The job probably lacks the permission `pull-requests: write`.';
  await expect(post()).rejects.toMatchObject({ hint });
  expect(setting.posts()).toHaveLength(1);
});
