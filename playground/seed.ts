import * as v from 'valibot';

import type { Draft } from './github/records.ts';
import type { GitHubState } from './github/state.ts';

const user = v.looseObject({ login: v.string() });
const written = {
  user,
  body: v.nullish(v.string(), ''),
  created_at: v.optional(v.string()),
  author_association: v.optional(v.string()),
};
const issue = v.looseObject({
  ...written,
  number: v.number(),
  title: v.string(),
  pull_request: v.optional(v.unknown()),
});
const pull = v.looseObject({ ...written, number: v.number(), title: v.string() });
const comment = v.looseObject({
  ...written,
  id: v.number(),
  path: v.optional(v.string()),
  diff_hunk: v.optional(v.string()),
});
const payload = v.looseObject({
  repository: v.looseObject({ full_name: v.string(), default_branch: v.optional(v.string()) }),
  sender: v.optional(user),
  issue: v.optional(issue),
  pull_request: v.optional(pull),
  comment: v.optional(comment),
  schedule: v.optional(v.string()),
});

/** A webhook payload, as much of it as the playground needs; the whole is in it. */
export type Payload = v.InferOutput<typeof payload>;

/** Reads a payload; throws an error with one sentence where something is missing. */
export function readPayload(json: string): Payload {
  const result = v.safeParse(payload, JSON.parse(json));
  if (result.success) return result.output;
  const [first] = result.issues;
  throw new Error(`The payload's "${v.getDotPath(first) ?? ''}" is wrong: ${first.message}.`);
}

/** The event that such a payload comes with. */
export function eventNameOf({
  comment: said,
  issue: on,
  pull_request: to,
  ...rest
}: Payload): string {
  if (said !== undefined) return on === undefined ? 'pull_request_review_comment' : 'issue_comment';
  if (on !== undefined) return 'issues';
  if (to !== undefined) return 'pull_request';
  return rest.schedule === undefined ? 'workflow_dispatch' : 'schedule';
}

/** The number of the issue or pull request that the payload is about. */
export function threadOf({ issue: on, pull_request: to }: Payload): number | undefined {
  return (on ?? to)?.number;
}

/**
 * Puts what a payload is about on the emulator, under the payload's own numbers and ids; the sender
 * gets write permission. `headSha` is the head of a pull request, where git serves one.
 */
export function seed(state: GitHubState, event: Payload, headSha?: string): void {
  if (event.sender !== undefined) state.setPermission(event.sender.login, 'write');
  const thread = event.issue ?? event.pull_request;
  if (thread === undefined) return;
  const { number, title } = thread;
  const isPull = event.pull_request !== undefined || event.issue?.pull_request !== undefined;
  if (isPull) state.addPull({ ...draftOf(thread), number, title, ...(headSha && { headSha }) });
  else state.addIssue({ ...draftOf(thread), number, title });
  if (event.comment !== undefined)
    seedComment(state, number, event.comment, event.issue === undefined);
}

function seedComment(
  state: GitHubState,
  number: number,
  { id, ...said }: v.InferOutput<typeof comment>,
  isReview: boolean,
): void {
  const place = {
    ...(said.path && { path: said.path }),
    ...(said.diff_hunk && { diffHunk: said.diff_hunk }),
  };
  if (isReview)
    rename(
      state.reviewComments,
      state.addReviewComment(number, { ...draftOf(said), ...place }),
      id,
    );
  else rename(state.comments, state.addComment(number, draftOf(said)), id);
}

function rename<T extends { id: number }>(all: Map<number, T>, one: T, id: number): void {
  all.delete(one.id);
  one.id = id;
  all.set(id, one);
}

function draftOf(said: v.InferOutput<v.ObjectSchema<typeof written, undefined>>): Draft {
  return {
    author: said.user.login,
    body: said.body,
    ...(said.author_association && { association: said.author_association }),
    ...(said.created_at && { createdAt: said.created_at }),
  };
}
