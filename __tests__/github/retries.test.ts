import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, jest, test } from '@jest/globals';
import { startGitHub } from '../../playground/github/emulator.ts';
import type { Fault, GitHubEmulator } from '../../playground/github/emulator.ts';
import { ActionError } from '../../src/errors.ts';
import { createGitHub, viewerLogin } from '../../src/github.ts';
import type { GitHub } from '../../src/github.ts';
import { requestMs } from '../../src/limits.ts';

jest.setTimeout(30_000);

const path = { owner: 'octo-org', repo: 'hello-world', issue_number: 1 };

/** An emulator whose first requests fail as listed, and a client of it. */
async function start(...faults: Fault[]): Promise<{ server: GitHubEmulator; github: GitHub }> {
  const server = await startGitHub({ faults: () => faults.shift() });
  server.state.addIssue({ number: 1, title: 'Hello' });
  return { server, github: createGitHub({ token: server.token, apiUrl: server.url }) };
}

function statuses(server: GitHubEmulator): (number | undefined)[] {
  return server.requests.map((request) => request.status);
}

describe('what is safe to repeat', () => {
  test.each<[string, Fault[]]>([
    ['two 502s', [{ status: 502 }, { status: 502 }]],
    ['a reset', ['reset']],
    ['an answer that is lost', ['lost']],
    ['a 429 with its pause', [{ status: 429, headers: { 'retry-after': '0' } }]],
    ['a secondary limit with its pause', [{ status: 403, headers: { 'retry-after': '0' } }]],
    [
      'a used up limit that is just over',
      [{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' } }],
    ],
  ])('is read in spite of %s', async (_, faults) => {
    const failures = faults.length;
    const { server, github } = await start(...faults);
    await using _server = server;
    const { data } = await github.rest.issues.get(path);
    expect(data.title).toBe('Hello');
    expect(server.requests).toHaveLength(failures + 1);
    expect(server.violations).toEqual([]);
  });

  test('is given up after four tries', async () => {
    const { server, github } = await start(...Array.from({ length: 9 }, () => 'reset' as const));
    await using _server = server;
    await expect(github.rest.issues.get(path)).rejects.toThrow();
    expect(server.requests).toHaveLength(4);
  });

  test.each([400, 401, 403, 404, 406, 410, 422])('is not repeated after %i', async (status) => {
    const { server, github } = await start({ status });
    await using _server = server;
    await expect(github.rest.issues.get(path)).rejects.toThrow();
    expect(statuses(server)).toEqual([status]);
  });

  test('counts PATCH and DELETE in', async () => {
    const { server, github } = await start('reset');
    await using _server = server;
    const { id } = server.state.addComment(1);
    const comment = { owner: path.owner, repo: path.repo, comment_id: id };
    await github.rest.issues.updateComment({ ...comment, body: 'Edited.' });
    expect(server.state.comments.get(id)?.body).toBe('Edited.');
    server.faults = () => (server.requests.length === 3 ? 'reset' : undefined);
    await github.rest.issues.deleteComment(comment);
    expect(server.requests.map((request) => request.method)).toEqual([
      'PATCH',
      'PATCH',
      'DELETE',
      'DELETE',
    ]);
  });

  test('counts a GraphQL query in', async () => {
    const { server, github } = await start({ status: 502 });
    await using _server = server;
    const login = await viewerLogin(github, new AbortController().signal);
    expect(login).toBe('github-actions[bot]');
    expect(statuses(server)).toEqual([502, 200]);
  });

  test('counts a GraphQL mutation out', async () => {
    const { server, github } = await start({ status: 502 });
    await using _server = server;
    await expect(github.graphql('mutation { doIt }')).rejects.toThrow();
    expect(statuses(server)).toEqual([502]);
  });

  test.each<[string, Fault]>([
    ['a 502', { status: 502 }],
    ['a lost answer', 'lost'],
    ['a limit', { status: 429, headers: { 'retry-after': '0' } }],
  ])('counts a creating call out after %s', async (_, fault) => {
    const { server, github } = await start(fault);
    await using _server = server;
    await expect(github.rest.issues.createComment({ ...path, body: 'x' })).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });
});

describe('pauses', () => {
  test('are as long as retry-after says', async () => {
    const { server, github } = await start({ status: 429, headers: { 'retry-after': '1' } });
    await using _server = server;
    await github.rest.issues.get(path);
    const [first, second] = server.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(950);
  });

  test('that would be too long are not begun', async () => {
    const { server, github } = await start({ status: 429, headers: { 'retry-after': '61' } });
    await using _server = server;
    await expect(github.rest.issues.get(path)).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ['that retry-after asks for', { status: 429, headers: { 'retry-after': '60' } }],
    [
      'of a minute after a secondary limit that gives no time',
      { status: 403, body: { message: 'You have exceeded a secondary rate limit.' } },
    ],
  ])('%s end at once with the reason of the signal', async (_, fault) => {
    const { server, github } = await start(fault);
    await using _server = server;
    const reason = new ActionError('cancelled', 'The run was cancelled.');
    const run = new AbortController();
    const call = github.rest.issues.get({ ...path, request: { signal: run.signal } });
    await server.waitForRequest(() => true);
    setTimeout(() => run.abort(reason), 100);
    await expect(call).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a signal', () => {
  test('ends a request that is not answered, with its own reason', async () => {
    const { server, github } = await start({ delayMs: 500 });
    await using _server = server;
    const reason = new ActionError('timeout', 'Too long.');
    const run = new AbortController();
    const call = github.rest.issues.get({ ...path, request: { signal: run.signal } });
    await server.waitForRequest(() => true);
    run.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  test('that has fired sends nothing', async () => {
    const { server, github } = await start();
    await using _server = server;
    const reason = new ActionError('timeout', 'Too long.');
    const signal = AbortSignal.abort(reason);
    await expect(github.rest.issues.get({ ...path, request: { signal } })).rejects.toBe(reason);
    expect(server.requests).toEqual([]);
  });
});

test('a request that is not answered in time is sent again', async () => {
  const { server, github } = await start({ delayMs: 500 });
  await using _server = server;
  const real = AbortSignal.timeout.bind(AbortSignal);
  const timeout = jest.spyOn(AbortSignal, 'timeout');
  timeout.mockImplementationOnce(() => real(100));
  const { data } = await github.rest.issues.get(path);
  expect(data.title).toBe('Hello');
  expect(server.requests).toHaveLength(2);
  expect(timeout.mock.calls).toEqual([[requestMs], [requestMs]]);
  timeout.mockRestore();
});

test('a body that breaks off is no empty answer: it is read again', async () => {
  const answers = [
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"title":"Hel', () => response.destroy());
    },
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"title":"Hello"}');
    },
  ];
  const server = createServer((_, response) => answers.shift()?.(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const github = createGitHub({ token: 'secret', apiUrl: `http://127.0.0.1:${port}/` });
    const { data } = await github.rest.issues.get(path);
    expect(data.title).toBe('Hello');
    expect(answers).toEqual([]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('says who it is, and sends the token as @actions/github does', async () => {
  const { server, github } = await start();
  await using _server = server;
  await github.rest.issues.get(path);
  const headers = server.requests[0]?.headers;
  expect(headers?.['user-agent']).toMatch(/^mention-loop /);
  expect(headers?.['authorization']).toBe(`token ${server.token}`);
});
