import * as v from 'valibot';
import type { Repository, ThreadRef } from '../event/trigger.ts';
import type { GitHub } from '../github.ts';
import { threadComments } from '../limits.ts';
import { authorSchema, bodySchema, coordinates, roleSchema } from './conversation.ts';
import { readPages } from './page.ts';
import type { Pages } from './page.ts';
import type { Entry } from './thread.ts';

const reviewSchema = v.pipe(
  v.object({
    id: v.number(),
    user: authorSchema,
    author_association: roleSchema,
    submitted_at: v.optional(v.string()),
    state: v.pipe(v.string(), v.toLowerCase()),
    body: bodySchema,
  }),
  v.transform((review): Entry => ({
    kind: 'review',
    id: review.id,
    author: review.user,
    role: review.author_association,
    createdAt: review.submitted_at ?? '',
    body: review.body,
    state: review.state,
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
  return { items: items.filter(saysSomething), leftOut };
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
    user: authorSchema,
    author_association: roleSchema,
    created_at: v.string(),
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
      body: comment.body,
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
