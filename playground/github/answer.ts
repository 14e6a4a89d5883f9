import { createHash } from 'node:crypto';
import type { Description } from './description.ts';
import type { GitDatabase } from './database.ts';
import type { RecordedRequest } from './emulator.ts';
import type { Fields } from './example.ts';
import { answerGraphql } from './graphql.ts';
import { page } from './page.ts';
import { Refusal, type Call } from './call.ts';
import { routes } from './routes.ts';
import type { Identity } from './records.ts';
import type { GitHubState } from './state.ts';

/** An answer on its way out; a `body` that is text is sent as it is, any other as JSON. */
export interface Outgoing {
  status: number;
  headers: Record<string, string>;
  body?: unknown;
}

/** What an answer depends on. */
export interface Setting {
  state: GitHubState;
  git: GitDatabase;
  tokens: ReadonlyMap<string, Identity>;
  description: Description;
  violations: string[];
}

const DOCUMENTATION = 'https://docs.github.com/rest';

/** GitHub's answer to a request, carried out; a request or answer that does not fit is recorded. */
export function answer(request: RecordedRequest, setting: Setting): Outgoing {
  const identity = identify(request, setting.tokens);
  if (identity === undefined) return refuse(new Refusal(401, 'Bad credentials'));
  if (request.path === '/graphql') return answerGraphql(request, identity, setting);
  try {
    return answerRest(request, identity, setting);
  } catch (error) {
    return violate(setting.violations, request, [`the emulator failed: ${String(error)}`]);
  }
}

function answerRest(request: RecordedRequest, identity: Identity, setting: Setting): Outgoing {
  const { description, violations, state, git } = setting;
  const known = description.find(request);
  if (known === undefined) return violate(violations, request, ['is no call that is emulated']);
  const wrong = description.checkRequest(request, known);
  if (wrong.length > 0) return violate(violations, request, wrong);
  const { method, path, query } = request;
  const accept = request.headers['accept'] ?? '';
  const body = (request.body ?? {}) as Fields;
  const call = { state, git, identity, params: known.params, query, accept, body, method, path };
  const out = carryOut(known.operation, call);
  const odd = description.checkResponse(out.status, out.body, known);
  if (odd.length === 0) return method === 'GET' ? conditional(request, out) : out;
  return violate(violations, request, [`answered ${out.status}: ${odd.join('; ')}`]);
}

/**
 * What has not changed since is not sent again.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
function conditional({ headers }: RecordedRequest, out: Outgoing): Outgoing {
  if (out.status !== 200) return out;
  const hash = createHash('sha256').update(JSON.stringify(out.body ?? null));
  const etag = `W/"${hash.digest('hex')}"`;
  if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
  return { ...out, headers: { ...out.headers, etag } };
}

function identify(
  request: RecordedRequest,
  tokens: ReadonlyMap<string, Identity>,
): Identity | undefined {
  const [, token = ''] =
    /^(?:token|bearer) (.+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
  return tokens.get(token);
}

function carryOut(operation: string, call: Call & { method: string; path: string }): Outgoing {
  try {
    checkReach(call);
    const route = routes[operation];
    if (route === undefined) throw new Error(`The emulator has no route ${operation}.`);
    const out = route(call);
    if ('list' in out) return page(out.list, call.query, `${call.state.links.api}${call.path}`);
    return { headers: {}, ...out };
  } catch (error) {
    if (error instanceof Refusal) return refuse(error);
    throw error;
  }
}

/** The repository is ours, and the token may do what is asked. */
function checkReach(call: Call & { method: string; path: string }): void {
  const { state, identity, params, method, path } = call;
  const { owner = state.owner, repo = state.name } = params;
  const isOurs = `${owner}/${repo}`.toLowerCase() === state.fullName.toLowerCase();
  if (!isOurs) throw new Refusal(404, 'Not Found');
  const { canWrite, denied = [] } = identity;
  const level = method === 'GET' ? 'read' : 'write';
  const permission = permissionOf(path);
  const levels = level === 'read' ? ['read'] : ['read', 'write'];
  const isDenied = levels.some((each) => denied.includes(`${permission}: ${each}`));
  if ((canWrite || level === 'read') && !isDenied) return;
  throw new Refusal(403, 'Resource not accessible by integration', undefined, {
    ...(permission && { 'x-accepted-github-permissions': `${permission}=${level}` }),
  });
}

/** Which permission a call needs, for the calls whose refusal says so here. */
function permissionOf(path: string): string | undefined {
  const [, area = ''] = /^\/repos\/[^/]+\/[^/]+\/(\w+)/.exec(path) ?? [];
  return { git: 'contents', branches: 'contents', actions: 'actions', pulls: 'pull_requests' }[
    area
  ];
}

function refuse({ status, message, errors, headers }: Refusal): Outgoing {
  const body = { message, ...(errors && { errors }), documentation_url: DOCUMENTATION };
  return { status, headers, body: { ...body, status: String(status) } };
}

function violate(violations: string[], request: RecordedRequest, found: string[]): Outgoing {
  const message = `${request.method} ${request.path} ${found.join('; ')}`;
  violations.push(message);
  return { status: 500, headers: {}, body: { message } };
}
