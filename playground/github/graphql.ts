import type { Outgoing } from './answer.ts';
import type { RecordedRequest } from './emulator.ts';
import type { Identity } from './records.ts';

/** The only query in use; GitHub has no other way to tell a GITHUB_TOKEN its own login. */
const VIEWER = /^(query\w*)?\{viewer\{login\}\}$/;

/** Answers `{ viewer { login } }`; any other query is a violation. */
export function answerGraphql(
  request: RecordedRequest,
  identity: Identity,
  violations: string[],
): Outgoing {
  const body = (request.body ?? {}) as { query?: unknown; variables?: unknown };
  const extra = Object.keys(body).filter((key) => key !== 'query' && key !== 'variables');
  const query = String(body.query).replaceAll(/\s+/g, '');
  if (request.method === 'POST' && VIEWER.test(query) && extra.length === 0) {
    return { status: 200, headers: {}, body: { data: { viewer: { login: identity.login } } } };
  }
  const message = `${request.method} /graphql is emulated for { viewer { login } } only: ${query}`;
  violations.push(message);
  return { status: 500, headers: {}, body: { message } };
}
