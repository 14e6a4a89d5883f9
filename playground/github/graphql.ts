import type { Outgoing, Setting } from './answer.ts';
import type { RecordedRequest } from './emulator.ts';
import type { Identity } from './records.ts';
import { nodeId } from './render.ts';
import type { GitHubState } from './state.ts';

/** GitHub has no other way to tell a GITHUB_TOKEN its own login. */
const VIEWER = /^(query\w*)?\{viewer\{login\}\}$/;

/** Nor one to say when a review was edited. */
const EDITS =
  /^query\(\$ids:\[ID!\]!\)\{nodes\(ids:\$ids\)\{\.\.\.onPullRequestReview\{lastEditedAt\}\}\}$/;

/** GitHub refuses more. https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
const NODES = 100;

interface Query {
  query?: unknown;
  variables?: { ids?: unknown };
}

/** Answers the two queries in use; any other is a violation. */
export function answerGraphql(
  request: RecordedRequest,
  identity: Identity,
  { state, violations }: Pick<Setting, 'state' | 'violations'>,
): Outgoing {
  const body = (request.body ?? {}) as Query;
  const extra = Object.keys(body).filter((key) => key !== 'query' && key !== 'variables');
  const query = String(body.query).replaceAll(/\s+/g, '');
  const isKnown = request.method === 'POST' && extra.length === 0;
  if (isKnown && VIEWER.test(query)) return answer({ viewer: { login: identity.login } });
  const ids = body.variables?.ids;
  if (isKnown && EDITS.test(query) && Array.isArray(ids) && ids.length <= NODES)
    return answer({ nodes: ids.map((id) => editOf(state, String(id))) });
  const message = `${request.method} /graphql is emulated for two queries only: ${query}`;
  violations.push(message);
  return { status: 500, headers: {}, body: { message } };
}

function answer(data: unknown): Outgoing {
  return { status: 200, headers: {}, body: { data } };
}

function editOf(state: GitHubState, id: string): { lastEditedAt: string | null } | null {
  const review = [...state.reviews.values()].find((one) => nodeId('Review', one.id) === id);
  return review === undefined ? null : { lastEditedAt: review.lastEditedAt };
}
