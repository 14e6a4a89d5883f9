import * as v from 'valibot';
import { ActionError } from '../errors.ts';
import type { Actor, Opening, PullPin, Repository } from './trigger.ts';

/** GitHub's ids and numbers: whole and above 0. */
const id = v.pipe(v.number(), v.integer(), v.minValue(1));

const account = v.pipe(
  v.object({ login: v.pipe(v.string(), v.minLength(1)), type: v.optional(v.string()) }),
  v.transform(({ login, type }): Actor => ({
    login,
    isBot: type === 'Bot' || login.endsWith('[bot]'),
  })),
);

const fullName = v.pipe(
  v.string(),
  v.regex(/^[^/]+\/[^/]+$/, 'Expected owner/name'),
  v.transform((name): Repository => {
    const slash = name.indexOf('/');
    return { owner: name.slice(0, slash), name: name.slice(slash + 1) };
  }),
);

const repository = v.object({ full_name: fullName, default_branch: v.optional(v.string()) });

/** A commit by its whole name. */
const commitSha = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/, 'Expected a commit'));

/** What issues and pull requests have in common; `user` is null where the account is gone. */
const openingFields = {
  number: id,
  title: v.string(),
  body: v.nullish(v.string(), ''),
  user: v.nullish(account),
  author_association: v.string(),
  /** An issue that comes from another repository has none. */
  state: v.optional(v.string(), 'open'),
  html_url: v.string(),
};

const opening = v.object(openingFields);

const pullRequest = v.object({
  ...openingFields,
  /** `repo` is null where the fork was deleted. */
  head: v.object({
    sha: v.optional(commitSha),
    repo: v.nullable(v.object({ full_name: v.string(), id: v.optional(id) })),
  }),
  base: v.object({ sha: v.optional(commitSha), repo: v.object({ full_name: v.string() }) }),
});

/** What comments of both kinds have. */
export const commentFields = v.object({
  id,
  node_id: v.string(),
  user: account,
  author_association: v.string(),
  body: v.string(),
  created_at: v.string(),
  /** Later than `created_at` where it was handed in with a review: it is created as a draft. */
  updated_at: v.optional(v.string()),
  html_url: v.string(),
});

/** https://docs.github.com/webhooks/webhook-events-and-payloads#issue_comment */
export const issueCommentPayload = v.object({
  issue: v.object({ ...openingFields, pull_request: v.nullish(v.object({})) }),
  comment: commentFields,
  repository,
});

/** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request_review_comment */
export const reviewCommentPayload = v.object({
  pull_request: pullRequest,
  comment: v.object({
    ...commentFields.entries,
    in_reply_to_id: v.nullish(id),
    pull_request_review_id: v.nullish(id),
    path: v.string(),
    /** Null on an outdated comment and on a comment on a whole file. */
    line: v.nullish(v.number()),
    side: v.nullish(v.string()),
    diff_hunk: v.string(),
    commit_id: v.string(),
  }),
  repository,
});

/** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
export const pullRequestPayload = v.object({
  pull_request: v.object({ ...pullRequest.entries, updated_at: v.string() }),
  repository,
  sender: account,
});

/** https://docs.github.com/webhooks/webhook-events-and-payloads#issues */
export const issuesPayload = v.object({
  issue: v.object({ ...openingFields, updated_at: v.string() }),
  repository,
  sender: account,
});

/**
 * `schedule` brings its cron line, and act an empty object: `fallback` is the repository
 * (`owner/name`) where the payload names none.
 */
export function unattendedPayload(fallback: string) {
  return v.object({ repository: v.optional(repository, { full_name: fallback }) });
}

/** What every event that is about something brings: what was done. */
export const actionPayload = v.object({ action: v.string() });

/** Reads what the event brought. Throws `invalid-input`, naming the first field that is not usable. */
export function readPayload<T extends v.GenericSchema>(
  schema: T,
  eventName: string,
  payload: unknown,
): v.InferOutput<T> {
  const read = v.safeParse(schema, payload);
  if (read.success) return read.output;
  const issue = read.issues[0];
  const field = v.getDotPath(issue) ?? 'payload';
  throw new ActionError(
    'invalid-input',
    `The event ${eventName} has no usable \`${field}\` (expected ${issue.expected ?? issue.message}).`,
    { hint: 'Run this action on an event as GitHub sends it.' },
  );
}

/** The issue or pull request, in our own words. */
export function openingOf(issue: v.InferOutput<typeof opening>): Opening {
  return {
    title: issue.title,
    body: issue.body ?? '',
    author: issue.user?.login ?? 'ghost',
    role: issue.author_association.toLowerCase(),
    state: issue.state,
    url: issue.html_url,
  };
}

/** What a run about the pull request is pinned to; undefined where the payload does not say it all. */
export function pinOf(pull: v.InferOutput<typeof pullRequest>): PullPin | undefined {
  const { head, base, user } = pull;
  if (head.sha === undefined || base.sha === undefined) return undefined;
  const author = user?.login ?? 'ghost';
  const headRepositoryId = head.repo?.id;
  return { headSha: head.sha, baseSha: base.sha, author, isFork: isFork(pull), headRepositoryId };
}

/** Whether the head is in another repository, or in one that is gone. */
export function isFork({ head, base }: v.InferOutput<typeof pullRequest>): boolean {
  return head.repo?.full_name !== base.repo.full_name;
}
