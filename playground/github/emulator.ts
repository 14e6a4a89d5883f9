/**
 * GitHub on loopback: the part of its REST and GraphQL API that the action calls.
 *
 *     await using github = await startGitHub({ faults: (request) => undefined });
 *     github.state.addIssue({ title, body }); github.state.setPermission('octocat', 'write');
 *     ... run something against github.url with github.token ...
 *     expect(github.violations).toEqual([]);
 *     github.requests; github.thread(1); await github.waitForRequest(({ path }) => ...);
 *
 * Seeding and reading back: `GitHubState` in state.ts. Every request and answer is checked against
 * GitHub's own OpenAPI description: what does not fit is a line in `violations`, and a 500.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, type Outgoing } from './answer.ts';
import { GitDatabase } from './database.ts';
import { openDescription } from './description.ts';
import { serveFile } from './files.ts';
import { serveGit } from './git.ts';
import type { Identity } from './records.ts';
import { GitHubState } from './state.ts';
import { printThread } from './thread.ts';

/** A request as it came in. `status` is undefined until it is answered, and 0 where it was cut. */
export interface RecordedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: Record<string, string>;
  /** Parsed JSON; undefined where there was none. */
  body: unknown;
  /** Header names in lower case. */
  headers: Record<string, string>;
  status: number | undefined;
  /** `Date.now()` on arrival. */
  at: number;
}

/** An answer instead of GitHub's. With `isApplied` the request is carried out all the same. */
export interface FaultyAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  isApplied?: boolean;
}

/**
 * What goes wrong with a request: nothing (undefined); the connection is cut before anything is
 * done (`reset`) or after (`lost`); it is done, and the answer comes late; or another answer.
 */
export type Fault = undefined | 'reset' | 'lost' | { delayMs: number } | FaultyAnswer;

/** Asked for every request, `POST /graphql` included. */
export type Faults = (request: RecordedRequest) => Fault;

/** How to start an emulator. */
export interface GitHubOptions {
  /** `owner/name`; `octo-org/hello-world` by default. */
  repository?: string;
  isPrivate?: boolean;
  /** Who the emulator's `token` speaks for: `github-actions[bot]` that may write, by default. */
  identity?: Partial<Identity>;
  /** Further tokens; any other is answered 401. */
  tokens?: Record<string, Identity>;
  faults?: Faults;
  /**
   * A repository's `.git` (or a bare one): what the Git Data API reads and writes, and `git fetch`
   * gets at `url`/owner/name. By default an empty one, from the API's first use of it on.
   */
  gitDirectory?: string;
}

/** A running emulator. `url` is GITHUB_API_URL and GITHUB_SERVER_URL in one. */
export interface GitHubEmulator extends AsyncDisposable {
  url: string;
  graphqlUrl: string;
  /** A token made up for this emulator, in the shape of a GITHUB_TOKEN. */
  token: string;
  state: GitHubState;
  requests: RecordedRequest[];
  violations: string[];
  /** May be changed while it runs. */
  faults: Faults;
  /** An issue or a pull request and all that is on it, as text for people. */
  thread(number: number): string;
  /** The first request that matches, past or to come; the test's own timeout is the bound. */
  waitForRequest(matches: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
}

/** Starts GitHub on a free loopback port. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubEmulator> {
  const { repository, isPrivate, identity, gitDirectory } = options;
  const description = await openDescription();
  const state = new GitHubState(repository, isPrivate);
  const token = `ghs_${crypto.randomUUID().replaceAll('-', '')}play`;
  const tokens = new Map(Object.entries(options.tokens ?? {}));
  tokens.set(token, { login: 'github-actions[bot]', type: 'Bot', canWrite: true, ...identity });
  const { requests, add, waitForRequest } = openRequests();
  const violations: string[] = [];
  const git = new GitDatabase(gitDirectory);
  const world = { state, git, tokens, description, violations };
  const server = createServer((incoming, response) => {
    const { directory } = git;
    if (directory !== undefined && serveGit(directory, state, incoming, response)) return;
    void receive(incoming, response);
  });

  async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await record(incoming);
    add(request);
    if (serveFile(state, request, response)) return;
    await respond(request, response, emulator.faults(request), () => answer(request, world));
  }

  const url = await listen(server);
  state.links = { api: url, server: url };
  const emulator: GitHubEmulator = {
    url,
    graphqlUrl: `${url}/graphql`,
    token,
    state,
    requests,
    violations,
    faults: options.faults ?? (() => undefined),
    thread: (number) => printThread(state, number),
    waitForRequest,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      git[Symbol.dispose]();
    },
  };
  return emulator;
}

/** The requests so far, and those who wait for one to come. */
function openRequests(): Pick<GitHubEmulator, 'requests' | 'waitForRequest'> & {
  add: (request: RecordedRequest) => void;
} {
  const requests: RecordedRequest[] = [];
  const waiting = new Set<() => void>();
  return {
    requests,
    add: (request) => {
      requests.push(request);
      for (const look of waiting) look();
    },
    waitForRequest: (matches) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = requests.find(matches);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** Carries a request out with `perform`, unless its fault forbids it, and answers as the fault says. */
async function respond(
  request: RecordedRequest,
  response: ServerResponse,
  fault: Fault,
  perform: () => Outgoing,
): Promise<void> {
  if (fault === 'reset') return cut(request, response);
  const isReplaced = typeof fault === 'object' && 'status' in fault;
  const isDone = !isReplaced || fault.isApplied === true;
  const real = isDone ? perform() : undefined;
  if (fault === 'lost') return cut(request, response);
  if (typeof fault === 'object' && 'delayMs' in fault) await sleep(fault.delayMs);
  send(request, response, isReplaced ? { headers: {}, ...fault } : real);
}

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: text === '' ? undefined : parse(text),
    headers: Object.fromEntries(headers),
    status: undefined,
    at: Date.now(),
  };
}

/** What is no JSON stays text, which then does not fit the description. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function cut(request: RecordedRequest, response: ServerResponse): void {
  request.status = 0;
  response.socket?.resetAndDestroy();
}

function send(request: RecordedRequest, response: ServerResponse, out: Outgoing | undefined): void {
  const { status, headers, body } = out ?? { status: 500, headers: {} };
  request.status = status;
  const isText = typeof body === 'string';
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, body === undefined ? headers : { 'content-type': type, ...headers });
  response.end(isText || body === undefined ? body : JSON.stringify(body));
}
