import type { Description } from './description.ts';
import type { RecordedRequest } from './emulator.ts';
import type { Fields } from './example.ts';
import { answerGraphql } from './graphql.ts';
import { page } from './page.ts';
import { Refusal, routes, type Call } from './routes.ts';
import type { GitHubState, Identity } from './state.ts';

/** An answer on its way out; a `body` that is text is sent as it is, any other as JSON. */
export interface Outgoing {
  status: number;
  headers: Record<string, string>;
  body?: unknown;
}

/** What an answer depends on. */
export interface Setting {
  state: GitHubState;
  tokens: ReadonlyMap<string, Identity>;
  description: Description;
  violations: string[];
}

const DOCUMENTATION = 'https://docs.github.com/rest';

/** GitHub's answer to a request, carried out; a request or answer that does not fit is recorded. */
export function answer(request: RecordedRequest, setting: Setting): Outgoing {
  const { description, violations, state } = setting;
  const said = `${request.method} ${request.path}`;
  const identity = identify(request, setting.tokens);
  if (identity === undefined) return refuse(new Refusal(401, 'Bad credentials'));
  if (request.path === '/graphql') return answerGraphql(request, identity, violations);
  const call = description.find(request);
  if (call === undefined) return violate(violations, [`${said} is no call that is emulated`]);
  const wrong = description.checkRequest(request, call);
  if (wrong.length > 0)
    return violate(
      violations,
      wrong.map((what) => `${said}: ${what}`),
    );
  const out = carryOut(call.operation, {
    ...{ state, identity, params: call.params, query: request.query },
    accept: request.headers['accept'] ?? '',
    body: (request.body ?? {}) as Fields,
    ...{ method: request.method, path: request.path },
  });
  const odd = description.checkResponse(out.status, out.body, call);
  if (odd.length === 0) return out;
  return violate(
    violations,
    odd.map((what) => `answer ${out.status} to ${said}: ${what}`),
  );
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
function checkReach({ state, identity, params, method }: Call & { method: string }): void {
  const { owner = state.owner, repo = state.name } = params;
  const isOurs = `${owner}/${repo}`.toLowerCase() === state.fullName.toLowerCase();
  if (!isOurs) throw new Refusal(404, 'Not Found');
  const isAllowed = identity.canWrite || method === 'GET';
  if (!isAllowed) throw new Refusal(403, 'Resource not accessible by integration');
}

function refuse({ status, message, errors }: Refusal): Outgoing {
  const body = { message, ...(errors && { errors }), documentation_url: DOCUMENTATION };
  return { status, headers: {}, body: { ...body, status: String(status) } };
}

function violate(violations: string[], found: string[]): Outgoing {
  violations.push(...found);
  return { status: 500, headers: {}, body: { message: found.join('; ') } };
}
