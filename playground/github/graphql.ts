import type { Outgoing, Setting } from './answer.ts';
import { edit } from './call.ts';
import type { RecordedRequest } from './emulator.ts';
import type { Identity, ReviewComment } from './records.ts';
import { nodeId } from './render.ts';
import type { GitHubState } from './state.ts';

/** A query or mutation in use, as text without white space, and GitHub's answer. */
interface Known {
  shape: RegExp;
  answer: (asked: Asked) => unknown;
}

interface Asked {
  state: GitHubState;
  identity: Identity;
  variables: Readonly<Record<string, unknown>>;
}

/** What GraphQL says with a 200. */
class GraphqlError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** GitHub refuses more. https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
const NODES = 100;
const BODY_CHARS = 65_536;

const known: readonly Known[] = [
  {
    // GitHub has no other way to tell a GITHUB_TOKEN its own login.
    shape: /^(query\w*)?\{viewer\{login\}\}$/,
    answer: ({ identity }) => ({ viewer: { login: identity.login } }),
  },
  {
    // Nor one to say when a review was edited.
    shape:
      /^query\(\$ids:\[ID!\]!\)\{nodes\(ids:\$ids\)\{\.\.\.onPullRequestReview\{lastEditedAt\}\}\}$/,
    answer: ({ state, variables: { ids } }) => {
      if (!Array.isArray(ids) || ids.length > NODES) throw new Error('ids are not 100 at most');
      return { nodes: ids.map((id) => editOf(state, String(id))) };
    },
  },
  {
    shape:
      /^query\(\$owner:String!,\$name:String!,\$number:Int!,\$after:String\)\{repository\(owner:\$owner,name:\$name\)\{pullRequest\(number:\$number\)\{reviewThreads\(first:100,after:\$after\)\{pageInfo\{hasNextPageendCursor\}nodes\{idisResolvedviewerCanResolvecomments\(first:1\)\{nodes\{idbodyviewerDidAuthor\}\}\}\}\}\}\}$/,
    answer: listThreads,
  },
  {
    shape:
      /^mutation\(\$id:ID!\)\{resolveReviewThread\(input:\{threadId:\$id\}\)\{thread\{isResolved\}\}\}$/,
    answer: resolveThread,
  },
  {
    shape:
      /^mutation\(\$id:ID!,\$body:String!\)\{updatePullRequestReviewComment\(input:\{pullRequestReviewCommentId:\$id,body:\$body\}\)\{pullRequestReviewComment\{id\}\}\}$/,
    answer: updateComment,
  },
];

/** Answers the queries and mutations in use; any other is a violation. */
export function answerGraphql(
  request: RecordedRequest,
  identity: Identity,
  { state, violations }: Pick<Setting, 'state' | 'violations'>,
): Outgoing {
  const { query, variables, ...extra } = (request.body ?? {}) as Record<string, unknown>;
  const text = String(query).replaceAll(/\s+/g, '');
  const isCall = request.method === 'POST' && Object.keys(extra).length === 0;
  const found = isCall ? known.find(({ shape }) => shape.test(text)) : undefined;
  try {
    if (found === undefined) throw new Error('is not emulated');
    const asked = { state, identity, variables: (variables ?? {}) as Asked['variables'] };
    return { status: 200, headers: {}, body: { data: found.answer(asked) } };
  } catch (error) {
    if (error instanceof GraphqlError) return refuse(error);
    const message = `${request.method} /graphql: ${String(error)}: ${text}`;
    violations.push(message);
    return { status: 500, headers: {}, body: { message } };
  }
}

function refuse({ type, message }: GraphqlError): Outgoing {
  return { status: 200, headers: {}, body: { data: null, errors: [{ type, message }] } };
}

function editOf(state: GitHubState, id: string): { lastEditedAt: string | null } | null {
  const review = [...state.reviews.values()].find((one) => nodeId('Review', one.id) === id);
  return review === undefined ? null : { lastEditedAt: review.lastEditedAt };
}

const threadId = ({ id }: ReviewComment): string => nodeId('PullRequestReviewThread', id);
const commentId = ({ id }: ReviewComment): string => nodeId('PullRequestReviewComment', id);

function listThreads({ state, identity, variables }: Asked): unknown {
  const { owner, name, number, after } = variables;
  const issue = state.issues.get(Number(number));
  const isHere = `${String(owner)}/${String(name)}` === state.fullName && issue?.pull !== undefined;
  if (!isHere) throw new GraphqlError('NOT_FOUND', 'Could not resolve to a PullRequest.');
  const threads = [...state.reviewComments.values()].filter(
    (comment) => comment.number === number && comment.inReplyTo === undefined,
  );
  const from = after === null ? 0 : Number(after);
  const end = Math.min(from + NODES, threads.length);
  const pageInfo = { hasNextPage: end < threads.length, endCursor: String(end) };
  const nodes = threads.slice(from, end).map((first) => ({
    id: threadId(first),
    isResolved: first.resolvedBy !== undefined,
    viewerCanResolve: identity.canWrite,
    comments: {
      nodes: [
        {
          id: commentId(first),
          body: first.body,
          viewerDidAuthor: first.author === identity.login,
        },
      ],
    },
  }));
  return { repository: { pullRequest: { reviewThreads: { pageInfo, nodes } } } };
}

function find({ state, variables }: Asked, idOf: (one: ReviewComment) => string): ReviewComment {
  const found = [...state.reviewComments.values()].find((one) => idOf(one) === variables['id']);
  if (found !== undefined) return found;
  throw new GraphqlError('NOT_FOUND', `Could not resolve to a node with the global id.`);
}

/** It takes `contents: write`. https://github.com/orgs/community/discussions/44650 */
function resolveThread(asked: Asked): unknown {
  const { canWrite, denied = [], login } = asked.identity;
  const first = find(asked, threadId);
  if (!canWrite || denied.includes('contents: write')) forbid();
  first.resolvedBy ??= login;
  return { resolveReviewThread: { thread: { isResolved: true } } };
}

function updateComment(asked: Asked): unknown {
  const { canWrite, denied = [], login } = asked.identity;
  const comment = find(asked, commentId);
  const isOurs = comment.author === login;
  if (!canWrite || !isOurs || denied.includes('pull_requests: write')) forbid();
  const body = String(asked.variables['body']);
  if (body.length > BODY_CHARS) throw new GraphqlError('UNPROCESSABLE', 'Body is too long');
  edit(comment, body);
  const id = commentId(comment);
  return { updatePullRequestReviewComment: { pullRequestReviewComment: { id } } };
}

function forbid(): never {
  throw new GraphqlError('FORBIDDEN', 'Resource not accessible by integration');
}
