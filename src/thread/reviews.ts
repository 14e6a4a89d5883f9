import * as v from 'valibot';
import type { Repository, ThreadRef } from '../event/trigger.ts';
import { toGitHubError } from '../github.ts';
import type { GitHub } from '../github.ts';
import { pageSize, threadComments } from '../limits.ts';
import { authorSchema, bodySchema, coordinates, roleSchema } from './conversation.ts';
import { readAnswer, readPages } from '../github-pages.ts';
import type { Pages } from '../github-pages.ts';
import type { Entry } from './thread.ts';

const reviewSchema = v.pipe(
  v.object({
    id: v.number(),
    node_id: v.string(),
    user: authorSchema,
    author_association: roleSchema,
    submitted_at: v.optional(v.string()),
    state: v.pipe(v.string(), v.toLowerCase()),
    body: bodySchema,
  }),
  v.transform((review) => ({
    nodeId: review.node_id,
    entry: {
      kind: 'review',
      id: review.id,
      author: review.user,
      role: review.author_association,
      createdAt: review.submitted_at ?? '',
      updatedAt: review.submitted_at ?? '',
      body: review.body,
      state: review.state,
    } satisfies Entry as Entry,
  })),
);

/** Reviews that were handed in and have a text or a verdict. Throws `github-error`. */
export async function readReviews(
  github: GitHub,
  repository: Repository,
  ref: ThreadRef,
  signal: AbortSignal,
): Promise<Pages<Entry>> {
  const list = {
    route: 'GET /repos/{owner}/{repo}/pulls/{number}/reviews',
    parameters: coordinates(repository, ref),
    item: reviewSchema,
    attempted: `read the reviews of #${ref.number}`,
    newest: threadComments,
  };
  const { items, leftOut } = await readPages(github, list, signal);
  const said = items.filter(({ entry }) => saysSomething(entry));
  const edited = await readEdits(github, said, list.attempted, signal);
  const entries = said.map(({ nodeId, entry }) => ({
    ...entry,
    updatedAt: edited.get(nodeId) ?? entry.createdAt,
  }));
  return { items: entries, leftOut };
}

const editsQuery = `query ($ids: [ID!]!) {
  nodes(ids: $ids) { ... on PullRequestReview { lastEditedAt } }
}`;

const editsSchema = v.object({
  nodes: v.array(v.nullable(v.object({ lastEditedAt: v.nullish(v.string()) }))),
});

/**
 * When reviews were last edited, by their node id, for those that were: REST does not say it. Only
 * reviews with a text are asked for.
 * https://docs.github.com/graphql/reference/objects#pullrequestreview
 */
async function readEdits(
  github: GitHub,
  reviews: readonly { nodeId: string; entry: Entry }[],
  attempted: string,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const ids = reviews.filter(({ entry }) => entry.body !== '').map(({ nodeId }) => nodeId);
  const pages = Array.from({ length: Math.ceil(ids.length / pageSize) }, (_, page) =>
    ids.slice(page * pageSize, (page + 1) * pageSize),
  );
  const found = pages.map(async (page) => {
    const asked = { ids: page, request: { signal } };
    const data = await github.graphql(editsQuery, asked).catch((thrown: unknown) => {
      throw toGitHubError(thrown, attempted);
    });
    const { nodes } = readAnswer(editsSchema, data, attempted);
    return page.map((id, index): [string, string] => [id, nodes[index]?.lastEditedAt ?? '']);
  });
  const edits = (await Promise.all(found)).flat();
  return new Map(edits.filter(([, editedAt]) => editedAt !== ''));
}

function saysSomething({ state, body, createdAt }: Entry): boolean {
  return createdAt !== '' && (state !== 'commented' || body.trim() !== '');
}

/** A comment on a line, and the first comment of the thread that it stands in. */
export interface ReviewComment {
  entry: Entry;
  threadId: number;
}

const reviewCommentSchema = v.pipe(
  v.object({
    id: v.number(),
    in_reply_to_id: v.optional(v.number()),
    pull_request_review_id: v.nullish(v.number()),
    user: authorSchema,
    author_association: roleSchema,
    created_at: v.string(),
    updated_at: v.string(),
    body: bodySchema,
    path: v.string(),
    line: v.nullish(v.number()),
    diff_hunk: v.optional(v.string(), ''),
  }),
  v.transform((comment): ReviewComment => ({
    entry: {
      kind: 'review-comment',
      id: comment.id,
      author: comment.user,
      role: comment.author_association,
      createdAt: comment.created_at,
      updatedAt: comment.updated_at,
      body: comment.body,
      ...(comment.pull_request_review_id ? { reviewId: comment.pull_request_review_id } : {}),
      place: {
        path: comment.path,
        line: comment.line ?? undefined,
        diffHunk: comment.diff_hunk,
      },
    },
    threadId: comment.in_reply_to_id ?? comment.id,
  })),
);

/** The comments on lines of a pull request's diff, of all its review threads. */
export async function readReviewComments(
  github: GitHub,
  repository: Repository,
  ref: ThreadRef,
  signal: AbortSignal,
): Promise<Pages<ReviewComment>> {
  const list = {
    route: 'GET /repos/{owner}/{repo}/pulls/{number}/comments',
    parameters: coordinates(repository, ref),
    item: reviewCommentSchema,
    attempted: `read the review comments of #${ref.number}`,
    newest: threadComments,
  };
  return readPages(github, list, signal);
}
