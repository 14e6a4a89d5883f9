import { describe, expect, test } from '@jest/globals';
import * as events from '../../playground/events.ts';
import { examplePayload, type Fields } from '../../playground/github/example.ts';
import { GitHubState } from '../../playground/github/state.ts';

const { commentEvent, dispatchEvent, issueEvent, pullEvent, reviewCommentEvent } = events;

/** Paths of an example that are missing or of another type in ours; nulls and arrays fit anything. */
function differences(example: unknown, ours: unknown, path: string): string[] {
  if (example === null || ours === null || Array.isArray(example)) return [];
  if (typeof example !== typeof ours) return [`${path}: ${typeof example}, not ${typeof ours}`];
  if (typeof example !== 'object') return [];
  const known = ours as Fields;
  return Object.entries(example as Fields).flatMap(([key, value]) =>
    differences(value, known[key], `${path}/${key}`),
  );
}

function state(): GitHubState {
  const shop = new GitHubState('acme/shop');
  shop.links = { api: 'http://127.0.0.1:1', server: 'http://127.0.0.1:1' };
  return shop;
}

test.each([
  ['issue_comment', 0, commentEvent(state())],
  ['pull_request_review_comment', 0, reviewCommentEvent(state())],
  ['pull_request', 12, pullEvent(state())],
  ['issues', 15, issueEvent(state())],
  ['workflow_dispatch', 1, dispatchEvent(state())],
])('%s keeps the shape of example %i, and nothing of its repository', (name, index, event) => {
  const { installation: _, organization: __, ...example } = examplePayload(name, index);
  expect(event.name).toBe(name);
  expect(differences(example, event.payload, '')).toEqual([]);
  const foreign = /Codertocat|Hello-World|\bgithub\.com|ec26c3e57ca3/g;
  expect(JSON.stringify(event.payload).match(foreign)).toBeNull();
});

describe('events tell of what is on the repository', () => {
  test('a comment on an issue is there, by its author', () => {
    const shop = state();
    const { number } = shop.addIssue({ title: 'Help' });
    const { payload, actor } = commentEvent(shop, { number, body: '/oc hi', author: 'hubot' });
    expect([...shop.comments.values()]).toMatchObject([
      { number, body: '/oc hi', author: 'hubot' },
    ]);
    expect(payload).toMatchObject({
      action: 'created',
      issue: { number, title: 'Help' },
      comment: { body: '/oc hi', user: { login: 'hubot', type: 'User' } },
      repository: { full_name: 'acme/shop', url: 'http://127.0.0.1:1/repos/acme/shop' },
      sender: { login: 'hubot' },
    });
    expect(payload['issue']).not.toHaveProperty('pull_request');
    expect(actor).toBe('hubot');
  });

  test('a comment on a pull request says so', () => {
    const shop = state();
    const { number } = shop.addPull();
    const { payload } = commentEvent(shop, { number });
    const url = `http://127.0.0.1:1/repos/acme/shop/pulls/${number}`;
    expect(payload).toMatchObject({ issue: { number, pull_request: { url } } });
  });

  test('a reply in a review thread names its first comment', () => {
    const shop = state();
    const { number } = shop.addPull();
    const first = shop.addReviewComment(number, { path: 'a.ts', line: 7 });
    const { payload } = reviewCommentEvent(shop, { number, inReplyTo: first.id });
    const comment = { in_reply_to_id: first.id, path: 'a.ts', line: 7 };
    expect(payload).toMatchObject({ comment, pull_request: { number } });
  });

  test('a pull request comes from a branch, a fork or Dependabot', () => {
    const headOf = (from: 'branch' | 'fork' | 'dependabot'): unknown =>
      pullEvent(state(), { from }).payload['pull_request'];
    expect(headOf('branch')).toMatchObject({ head: { repo: { full_name: 'acme/shop' } } });
    expect(headOf('fork')).toMatchObject({
      head: { repo: { full_name: 'stranger/shop', fork: true }, label: 'stranger:fix-greeting' },
      base: { repo: { full_name: 'acme/shop', fork: false } },
    });
    const user = { login: 'dependabot[bot]', type: 'Bot' };
    expect(headOf('dependabot')).toMatchObject({
      user,
      head: { repo: { full_name: 'acme/shop' } },
    });
  });

  test('a schedule has nobody who asked', () => {
    const { payload } = events.scheduleEvent(state());
    expect(Object.keys(payload).toSorted()).toEqual(['repository', 'schedule', 'workflow']);
  });
});
