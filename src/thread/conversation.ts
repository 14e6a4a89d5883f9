import * as v from 'valibot';
import type { Repository, ThreadRef, Trigger } from '../event/trigger.ts';
import type { GitHub } from '../github.ts';
import { threadComments } from '../limits.ts';
import { readPages } from '../github-pages.ts';
import type { Pages } from '../github-pages.ts';
import type { Entry } from './thread.ts';

/** Whoever wrote it: GitHub answers `null` where the account is gone, and shows it as `ghost`. */
export const authorSchema = v.pipe(
  v.nullable(v.object({ login: v.string() })),
  v.transform((user) => user?.login ?? 'ghost'),
);

/** What somebody is to the repository (`author_association`), in lower case. */
export const roleSchema = v.pipe(v.string(), v.toLowerCase());

/** Markdown as it was written; GitHub answers `null` where there is none. */
export const bodySchema = v.nullish(v.string(), '');

const commentSchema = v.pipe(
  v.object({
    id: v.number(),
    user: authorSchema,
    author_association: roleSchema,
    created_at: v.string(),
    updated_at: v.string(),
    body: bodySchema,
  }),
  v.transform((comment): Entry => ({
    kind: 'comment',
    id: comment.id,
    author: comment.user,
    role: comment.author_association,
    createdAt: comment.created_at,
    updatedAt: comment.updated_at,
    body: comment.body,
  })),
);

/** The comments of an issue or a pull request, those on lines of a diff excepted. */
export async function readComments(
  github: GitHub,
  repository: Repository,
  ref: ThreadRef,
  signal: AbortSignal,
): Promise<Pages<Entry>> {
  const list = {
    route: 'GET /repos/{owner}/{repo}/issues/{number}/comments',
    parameters: coordinates(repository, ref),
    item: commentSchema,
    attempted: `read the comments of #${ref.number}`,
    newest: threadComments,
  };
  return readPages(github, list, signal);
}

/** What fills in the routes of a thread. */
export function coordinates(repository: Repository, ref: ThreadRef) {
  return { owner: repository.owner, repo: repository.name, number: ref.number };
}

/**
 * Whether an entry is the comment that asked, whose text is the payload's and not a later edit's; or
 * the earlier one whose request it asks to run again.
 */
export function isTrigger(entry: Entry, { comment, request }: Trigger): boolean {
  const kind = comment?.kind === 'review' ? 'review-comment' : 'comment';
  return entry.kind === kind && (entry.id === comment?.id || entry.id === request?.id);
}

/**
 * Whether an entry was, or may have been, written or edited after the event: nobody who asked has
 * seen it as it is now. GitHub's times have whole seconds. What was edited in the second of the event
 * counts as later; what was created in it counts by its id, where it is of the same kind, and else as
 * later. What was handed in with the review that asked belongs to it.
 */
export function isLater(entry: Entry, { happenedAt, comment }: Trigger): boolean {
  if (happenedAt === undefined) return false;
  const at = Date.parse(happenedAt);
  const created = Date.parse(entry.createdAt);
  const updated = Date.parse(entry.updatedAt);
  if (created < at && updated < at) return false;
  if (!(created <= at && updated <= at)) return true;
  const reviewId = entry.kind === 'review' ? entry.id : entry.reviewId;
  if (reviewId !== undefined && reviewId === comment?.reviewId) return false;
  const isOfKind = entry.kind === (comment?.kind === 'review' ? 'review-comment' : 'comment');
  return !(created === at && isOfKind && entry.id < (comment?.id ?? 0));
}
