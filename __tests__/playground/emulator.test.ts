import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDescription } from '../../playground/github/description.ts';
import { edit } from '../../playground/github/call.ts';
import { startGitHub, type GitHubEmulator } from '../../playground/github/emulator.ts';
import { routes } from '../../playground/github/routes.ts';

const repo = { owner: 'octo-org', repo: 'hello-world' };
let github: GitHubEmulator;

beforeEach(async () => {
  github = await startGitHub();
});

afterEach(async () => {
  await github[Symbol.asyncDispose]();
});

function client(token = github.token): ReturnType<typeof getOctokit> {
  return getOctokit(token, { baseUrl: github.url });
}

async function post(path: string, body: unknown): Promise<Response> {
  const headers = { authorization: `token ${github.token}`, 'content-type': 'application/json' };
  const url = `${github.url}/repos/octo-org/hello-world${path}`;
  return await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('the emulator and the OpenAPI description', () => {
  test('every call on an issue fits, answer included', async () => {
    const issue_number = github.state.addIssue({ labels: ['bug'] }).number;
    const { rest } = client();
    const { data } = await rest.issues.createComment({ ...repo, issue_number, body: 'Hello' });
    const comment_id = data.id;
    await rest.issues.get({ ...repo, issue_number });
    await rest.issues.getComment({ ...repo, comment_id });
    await rest.issues.updateComment({ ...repo, comment_id, body: 'Hello again' });
    await rest.issues.listComments({ ...repo, issue_number, per_page: 100 });
    await rest.issues.addLabels({ ...repo, issue_number, labels: ['agent: working'] });
    await rest.issues.listLabelsOnIssue({ ...repo, issue_number });
    await rest.issues.removeLabel({ ...repo, issue_number, name: 'agent: working' });
    await rest.issues.listLabelsForRepo(repo);
    await rest.issues.createLabel({ ...repo, name: 'new' });
    await rest.issues.getLabel({ ...repo, name: 'new' });
    await rest.issues.deleteComment({ ...repo, comment_id });
    expect(github.violations).toEqual([]);
    expect(github.state.comments.size).toBe(0);
  });

  test('every call on a pull request fits, answer included', async () => {
    const pull_number = github.state.addPull({ headRepository: 'stranger/hello-world' }).number;
    github.state.addReview(pull_number, { state: 'APPROVED', body: 'Fine.' });
    const comment_id = github.state.addReviewComment(pull_number).id;
    const { rest } = client();
    await rest.pulls.get({ ...repo, pull_number });
    await rest.pulls.listFiles({ ...repo, pull_number });
    await rest.pulls.listReviews({ ...repo, pull_number });
    await rest.pulls.listReviewComments({
      ...repo,
      pull_number,
      sort: 'created',
      direction: 'desc',
    });
    const place = { ...repo, pull_number, comment_id };
    const { data } = await rest.pulls.createReplyForReviewComment({ ...place, body: 'So it is.' });
    expect(data.in_reply_to_id).toBe(comment_id);
    await rest.pulls.getReviewComment({ ...repo, comment_id: data.id });
    await rest.pulls.updateReviewComment({ ...repo, comment_id: data.id, body: 'It is.' });
    await rest.pulls.deleteReviewComment({ ...repo, comment_id: data.id });
    const diff = await rest.pulls.get({ ...repo, pull_number, mediaType: { format: 'diff' } });
    expect(diff.data).toEqual(
      expect.stringContaining('diff --git a/src/greet.js b/src/greet.js\n'),
    );
    expect(github.violations).toEqual([]);
  });

  test('every call on reactions, users and the repository fits, answer included', async () => {
    const issue_number = github.state.addPull().number;
    const comment_id = github.state.addComment(issue_number).id;
    const line_id = github.state.addReviewComment(issue_number).id;
    const { rest, graphql } = client();
    const { reactions } = rest;
    const content = 'eyes' as const;
    const on = { ...repo, issue_number };
    const first = await reactions.createForIssue({ ...on, content });
    expect((await reactions.createForIssue({ ...on, content })).status).toBe(200);
    await reactions.listForIssue({ ...on, content });
    await reactions.deleteForIssue({ ...on, reaction_id: first.data.id });
    const under = { ...repo, comment_id };
    const second = await reactions.createForIssueComment({ ...under, content });
    await reactions.listForIssueComment(under);
    await reactions.deleteForIssueComment({ ...under, reaction_id: second.data.id });
    const line = { ...repo, comment_id: line_id };
    const third = await reactions.createForPullRequestReviewComment({ ...line, content });
    await reactions.listForPullRequestReviewComment(line);
    await reactions.deleteForPullRequestComment({ ...line, reaction_id: third.data.id });
    await rest.repos.get(repo);
    await rest.users.getByUsername({ username: 'octocat' });
    await rest.repos.getCollaboratorPermissionLevel({ ...repo, username: 'octocat' });
    expect(await graphql('{ viewer { login } }')).toEqual({
      viewer: { login: 'github-actions[bot]' },
    });
    expect(github.violations).toEqual([]);
  });

  test.each([
    ['a body of the wrong type', '/issues/1/comments', { body: 1 }, 'must be string'],
    ['a missing property', '/issues/1/comments', {}, "must have required property 'body'"],
    [
      'an unknown property',
      '/issues/1/comments',
      { body: 'x', silent: true },
      'body/silent is not',
    ],
    ['an unknown value', '/issues/1/reactions', { content: 'shrug' }, 'allowed values'],
    ['an unknown query', '/issues/1/comments?draft=1', { body: 'x' }, 'additional properties'],
    ['an unknown call', '/issues/1/coments', { body: 'x' }, 'is no call'],
  ])('%s answers 500 and is recorded', async (_, path, body, expected) => {
    github.state.addIssue();
    const { status } = await post(path, body);
    expect(status).toBe(500);
    expect(github.violations.join('\n')).toContain(expected);
    expect(github.state.comments.size).toBe(0);
  });

  test('an answer that GitHub would not give is recorded', async () => {
    const issue_number = github.state.addIssue().number;
    github.state.addComment(issue_number).association = 'FRIEND';
    const listed = client().rest.issues.listComments({ ...repo, issue_number });
    await expect(listed).rejects.toMatchObject({ status: 500 });
    expect(github.violations.join('\n')).toContain('allowed values');
  });

  test('there is one route for each call in the description, and none besides', async () => {
    const description = await openDescription();
    expect(Object.keys(routes).toSorted()).toEqual(description.operations.toSorted());
  });

  test('GraphQL says when reviews were edited, which REST does not', async () => {
    const { number: pull_number } = github.state.addPull();
    github.state.addReview(pull_number, { body: 'Fine.' });
    edit(github.state.addReview(pull_number, { body: 'Fine.' }), 'No.', '2026-01-01T00:00:00Z');
    const { rest, graphql } = client();
    const { data } = await rest.pulls.listReviews({ ...repo, pull_number });
    expect(data.map((review) => 'updated_at' in review)).toEqual([false, false]);
    const query = `query ($ids: [ID!]!) {
      nodes(ids: $ids) { ... on PullRequestReview { lastEditedAt } }
    }`;
    const ids = [...data.map(({ node_id }) => node_id), 'unknown'];
    expect(await graphql(query, { ids })).toEqual({
      nodes: [{ lastEditedAt: null }, { lastEditedAt: '2026-01-01T00:00:00Z' }, null],
    });
    expect(github.violations).toEqual([]);
  });

  test('a GraphQL query that is not emulated is recorded', async () => {
    await expect(client().graphql('{ viewer { email } }')).rejects.toThrow();
    expect(github.violations).toHaveLength(1);
  });
});

describe('the emulator refuses as GitHub does', () => {
  test('a body of 65,537 characters is a 422, one of 65,536 is not', async () => {
    github.state.addIssue();
    expect((await post('/issues/1/comments', { body: 'x'.repeat(65_537) })).status).toBe(422);
    expect((await post('/issues/1/comments', { body: 'x'.repeat(65_536) })).status).toBe(201);
    expect(github.violations).toEqual([]);
  });

  test('a blank body is a 422', async () => {
    github.state.addIssue();
    expect((await post('/issues/1/comments', { body: ' \n' })).status).toBe(422);
  });

  test('an unknown token is a 401, and a token that may not write a 403', async () => {
    await using readOnly = await startGitHub({ identity: { canWrite: false } });
    const issue_number = readOnly.state.addIssue().number;
    const { rest } = getOctokit(readOnly.token, { baseUrl: readOnly.url });
    const comment = { ...repo, issue_number, body: 'Hello' };
    await expect(rest.issues.createComment(comment)).rejects.toMatchObject({ status: 403 });
    await expect(client('ghs_wrong').rest.repos.get(repo)).rejects.toMatchObject({ status: 401 });
  });

  test('a diff of more than 300 files is a 406', async () => {
    const file = { filename: 'a', status: 'added' as const, patch: '@@ -0,0 +1 @@\n+a' };
    const pull_number = github.state.addPull({ files: Array(301).fill(file) }).number;
    const asked = client().rest.pulls.get({ ...repo, pull_number, mediaType: { format: 'diff' } });
    await expect(asked).rejects.toMatchObject({ status: 406 });
    expect(github.violations).toEqual([]);
  });

  test('a reply to a reply, an unknown issue and an unknown person are 404', async () => {
    const { number } = github.state.addPull();
    const inReplyTo = github.state.addReviewComment(number).id;
    const { id } = github.state.addReviewComment(number, { inReplyTo });
    expect((await post(`/pulls/${number}/comments/${id}/replies`, { body: 'x' })).status).toBe(404);
    expect((await post('/issues/9/comments', { body: 'x' })).status).toBe(404);
    const username = 'nobody';
    const asked = client().rest.repos.getCollaboratorPermissionLevel({ ...repo, username });
    await expect(asked).rejects.toMatchObject({ status: 404 });
    expect(github.violations).toEqual([]);
  });

  test.each([
    ['triage', undefined, 'read', 'triage'],
    ['maintain', undefined, 'write', 'maintain'],
    ['release-crew', 'write', 'write', 'release-crew'],
  ])('the role %s is told apart from its permission', async (role, built, permission, name) => {
    github.state.setPermission('hubot', role, built);
    const asked = { ...repo, username: 'hubot' };
    const { data } = await client().rest.repos.getCollaboratorPermissionLevel(asked);
    expect(data).toMatchObject({ permission, role_name: name });
  });
});

describe('paging', () => {
  test('Link headers lead through all pages, and only there', async () => {
    const { number } = github.state.addIssue();
    for (let i = 0; i < 250; i += 1) github.state.addComment(number, { body: `comment ${i}` });
    const list = client().rest.issues.listComments;
    const all = await client().paginate(list, { ...repo, issue_number: number, per_page: 100 });
    expect(all.map(({ body }) => body)).toEqual(
      Array.from({ length: 250 }, (_, i) => `comment ${i}`),
    );
    const last = await list({ ...repo, issue_number: number, per_page: 100, page: 3 });
    expect(last.data).toHaveLength(50);
    expect(last.headers.link).not.toContain('rel="next"');
    expect((await list({ ...repo, issue_number: number })).data).toHaveLength(30);
    expect(github.violations).toEqual([]);
  });
});

describe('faults', () => {
  test('another answer leaves the state alone, unless it is applied all the same', async () => {
    github.state.addIssue();
    github.faults = () => ({ status: 502, headers: { 'retry-after': '1' }, body: 'Bad Gateway' });
    const refused = await post('/issues/1/comments', { body: 'x' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([502, '1']);
    expect(github.state.comments.size).toBe(0);
    github.faults = () => ({ status: 502, isApplied: true });
    expect((await post('/issues/1/comments', { body: 'x' })).status).toBe(502);
    expect(github.state.comments.size).toBe(1);
  });

  test('a connection is cut before or after the request is carried out', async () => {
    github.state.addIssue();
    github.faults = () => 'reset';
    await expect(post('/issues/1/comments', { body: 'x' })).rejects.toThrow();
    expect(github.state.comments.size).toBe(0);
    github.faults = () => 'lost';
    await expect(post('/issues/1/comments', { body: 'x' })).rejects.toThrow();
    expect(github.state.comments.size).toBe(1);
    expect(github.requests.map(({ status }) => status)).toEqual([0, 0]);
  });

  test('a late answer comes late', async () => {
    github.state.addIssue();
    github.faults = () => ({ delayMs: 50 });
    const before = performance.now();
    expect((await post('/issues/1/comments', { body: 'x' })).status).toBe(201);
    expect(performance.now() - before).toBeGreaterThan(45);
  });
});

test('requests are recorded with body, status and time, and can be waited for', async () => {
  github.state.addIssue();
  const waiting = github.waitForRequest(({ path }) => path.endsWith('/comments'));
  await post('/issues/1/comments', { body: 'x' });
  const request = await waiting;
  expect(request).toMatchObject({ method: 'POST', body: { body: 'x' }, status: 201 });
  expect(Math.abs(Date.now() - request.at)).toBeLessThan(60_000);
});

test('a thread is printed for people, without hidden markers', async () => {
  const { number } = github.state.addIssue({ title: 'Help', body: 'Please.' });
  await post(`/issues/${number}/comments`, { body: 'Done.\n<!-- marker -->' });
  await post(`/issues/${number}/reactions`, { content: 'rocket' });
  const printed = github.thread(number);
  expect(printed).toContain('#1 Help (issue, open)');
  expect(printed).toMatch(/octocat opened at \d{4}-\d\d-\d\d \d\d:\d\d 🚀\n {2}Please\./);
  expect(printed).toMatch(/github-actions\[bot\] commented at [\d: -]+\n {2}Done\.$/);
});
