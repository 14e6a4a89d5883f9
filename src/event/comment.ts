import type * as v from 'valibot';
import {
  isFork,
  issueCommentPayload,
  openingOf,
  pinOf,
  readPayload,
  reviewCommentPayload,
} from './payload.ts';
import type { commentFields } from './payload.ts';
import type { Trigger, TriggerComment } from './trigger.ts';

/** A new comment on an issue or, where the issue says so, on a pull request. */
export function readIssueComment(payload: unknown, standing: string): Trigger {
  const { issue, comment, repository } = readPayload(issueCommentPayload, 'issue_comment', payload);
  const isPull = issue.pull_request !== undefined && issue.pull_request !== null;
  return {
    eventName: 'issue_comment',
    repository: repository.full_name,
    defaultBranch: repository.default_branch,
    actor: comment.user,
    task: comment.body,
    standing,
    thread: { kind: isPull ? 'pull' : 'issue', number: issue.number },
    opening: openingOf(issue),
    happenedAt: momentOf(comment),
    comment: issueCommentOf(comment),
  };
}

/**
 * A new comment on a pull request's diff. GitHub gives this event, as `pull_request` itself, a token
 * that cannot write where the head is in a fork.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request_review_comment
 */
export function readReviewComment(
  payload: unknown,
  standing: string,
): { trigger: Trigger; isReadOnly: boolean } {
  const eventName = 'pull_request_review_comment';
  const read = readPayload(reviewCommentPayload, eventName, payload);
  const { comment, pull_request: pull, repository } = read;
  const trigger: Trigger = {
    eventName,
    repository: repository.full_name,
    defaultBranch: repository.default_branch,
    actor: comment.user,
    task: comment.body,
    standing,
    thread: { kind: 'pull', number: pull.number },
    opening: openingOf(pull),
    happenedAt: momentOf(comment),
    pull: pinOf(pull),
    comment: reviewCommentOf(comment),
  };
  return { trigger, isReadOnly: isFork(pull) };
}

/**
 * When the comment appeared: one that was handed in with a review was created before, as a draft, and
 * its `updated_at` in the payload is when it was handed in.
 */
function momentOf({ created_at: created, updated_at: updated = created }: Comment): string {
  return Date.parse(updated) > Date.parse(created) ? updated : created;
}

type Comment = v.InferOutput<typeof commentFields>;

type ReviewComment = v.InferOutput<typeof reviewCommentPayload>['comment'];

/** A comment on an issue or a pull request, in our own words. */
export function issueCommentOf(comment: Comment): TriggerComment {
  return { kind: 'issue', ...describe(comment) };
}

/** A comment on a line of a diff, in our own words. */
export function reviewCommentOf(comment: ReviewComment): TriggerComment {
  return {
    kind: 'review',
    ...describe(comment),
    ...(comment.pull_request_review_id ? { reviewId: comment.pull_request_review_id } : {}),
    threadId: comment.in_reply_to_id ?? comment.id,
    place: {
      path: comment.path,
      line: comment.line ?? undefined,
      side: comment.side ?? undefined,
      diffHunk: comment.diff_hunk,
      commitSha: comment.commit_id,
    },
  };
}

function describe(comment: Comment): Omit<TriggerComment, 'kind'> {
  return {
    id: comment.id,
    nodeId: comment.node_id,
    author: comment.user,
    authorAssociation: comment.author_association,
    body: comment.body,
    createdAt: comment.created_at,
    url: comment.html_url,
  };
}
