import { describe, expect, test } from '@jest/globals';
import { startGitHub } from '../../playground/github/emulator.ts';
import type { Fault } from '../../playground/github/emulator.ts';
import { ActionError } from '../../src/errors.ts';
import { createGitHub, toGitHubError, viewerLogin } from '../../src/github.ts';

const path = { owner: 'octo-org', repo: 'hello-world', issue_number: 1 };

/** What a call that fails so is told as. Creating calls, so that nothing is repeated. */
async function failWith(fault: Fault): Promise<{ error: ActionError; token: string }> {
  await using server = await startGitHub({ faults: () => fault });
  const github = createGitHub({ token: server.token, apiUrl: server.url });
  const thrown = await github.rest.issues
    .createComment({ ...path, body: 'the body of a comment' })
    .catch((reason: unknown) => reason);
  return { error: toGitHubError(thrown, 'comment on #1'), token: server.token };
}

const call = 'POST /repos/octo-org/hello-world/issues/1/comments';

test.each<[string, Fault, string, boolean]>([
  [
    'names the permission that is probably missing',
    { status: 403, body: { message: 'Resource not accessible by integration' } },
    `Could not comment on #1: GitHub answered ${call} with 403. The job probably lacks the permission \`issues: write\`.`,
    false,
  ],
  [
    'believes GitHub on what permission it takes',
    {
      status: 403,
      headers: { 'x-accepted-github-permissions': 'pull_requests=write; issues=write' },
    },
    `Could not comment on #1: GitHub answered ${call} with 403. The job probably lacks the permission \`pull-requests: write\`.`,
    false,
  ],
  [
    'takes a 404 for a missing permission too',
    { status: 404 },
    `Could not comment on #1: GitHub answered ${call} with 404. The job probably lacks the permission \`issues: write\`.`,
    false,
  ],
  [
    'points at the token after a 401',
    { status: 401 },
    `Could not comment on #1: GitHub answered ${call} with 401. The input \`github-token\` is not valid, or no longer.`,
    false,
  ],
  [
    'tells a limit from a refusal',
    { status: 403, headers: { 'retry-after': '60' } },
    `Could not comment on #1: GitHub answered ${call} with 403. The token's rate limit is used up: run it again later.`,
    true,
  ],
  [
    "says that GitHub's own trouble may pass",
    { status: 503 },
    `Could not comment on #1: GitHub answered ${call} with 503. See https://www.githubstatus.com, or run it again.`,
    true,
  ],
  [
    'says nothing to do where there is nothing to say',
    { status: 422 },
    `Could not comment on #1: GitHub answered ${call} with 422.`,
    false,
  ],
])('%s', async (_, fault, sentence, isRetryable) => {
  const { error } = await failWith(fault);
  expect(error.sentence).toBe(sentence);
  expect(error.reason).toBe('github-error');
  expect(error.retryable).toBe(isRetryable);
});

test('says what happened to a connection', async () => {
  const { error } = await failWith('reset');
  expect(error.sentence).toMatch(/^Could not comment on #1: POST \S+ got no answer \(.+\)\. Look/);
  expect(error.retryable).toBe(true);
});

test.each<[string, Fault]>([
  ['a refusal', { status: 403, body: { message: 'the body of an answer' } }],
  ['a broken connection', 'reset'],
])('%s names neither the token nor a body', async (_, fault) => {
  const { error, token } = await failWith(fault);
  expect(error.sentence).not.toContain(token);
  expect(error.sentence).not.toContain('body');
  expect(JSON.stringify(error.cause)).not.toContain(token);
});

test('leaves the reason of an abort as it is', () => {
  const reason = new ActionError('cancelled', 'The run was cancelled.');
  expect(toGitHubError(reason, 'comment on #1')).toBe(reason);
});

describe('the own login', () => {
  const { signal } = new AbortController();

  test.each<[string, unknown]>([
    ['nobody', { data: { viewer: null } }],
    ['an empty name', { data: { viewer: { login: '' } } }],
    ['nothing at all', {}],
  ])('is an error where GitHub names %s', async (_, body) => {
    await using server = await startGitHub({ faults: () => ({ status: 200, body }) });
    const github = createGitHub({ token: server.token, apiUrl: server.url });
    const error = await viewerLogin(github, signal).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ActionError);
    expect(error).toMatchObject({ reason: 'github-error' });
  });

  test('is an error where the query fails', async () => {
    const body = { errors: [{ message: 'Something is wrong.' }] };
    await using server = await startGitHub({ faults: () => ({ status: 200, body }) });
    const github = createGitHub({ token: server.token, apiUrl: server.url });
    await expect(viewerLogin(github, signal)).rejects.toMatchObject({ reason: 'github-error' });
  });
});
