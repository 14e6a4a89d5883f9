/** What every route needs: the call, what it names, and how GitHub refuses. */
import type { GitDatabase } from './database.ts';
import type { Fields } from './example.ts';
import type { Comment, Identity, Issue, PullFacts, ReviewComment, Written } from './records.ts';
import type { GitHubState } from './state.ts';

/** A call as a route sees it, already checked. */
export interface Call {
  state: GitHubState;
  git: GitDatabase;
  identity: Identity;
  params: Record<string, string>;
  query: Record<string, string>;
  accept: string;
  body: Fields;
}

/** A route's answer; `list` is cut into pages by the server. */
export type Answer = { status: number; body?: unknown } | { list: unknown[] };

/** What GitHub answers where it will not do it. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: (Fields | string)[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    errors?: (Fields | string)[],
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** Routes by the call's name in GitHub's OpenAPI description. */
export type Routes = Record<string, (call: Call) => Answer>;

const BODY_CHARS = 65_536;

/** What was asked for; what is not there is a 404. */
export function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Refusal(404, 'Not Found');
  return thing;
}

/** The issue or pull request that the path names. */
export function issueOf({ state, params }: Call): Issue {
  return found(state.issues.get(Number(params['issue_number'])));
}

/** The pull request that the path names; an issue is a 404. */
export function pullOf({ state, params }: Call): Issue & { pull: PullFacts } {
  const issue = found(state.issues.get(Number(params['pull_number'])));
  return { ...issue, pull: found(issue.pull) };
}

/** The comment that the path names. */
export function commentOf({ state, params }: Call): Comment {
  return found(state.comments.get(Number(params['comment_id'])));
}

/** The review comment that the path names. */
export function reviewCommentOf({ state, params }: Call): ReviewComment {
  return found(state.reviewComments.get(Number(params['comment_id'])));
}

/** The text of a new comment: neither blank nor too long. */
export function textOf(call: Call, resource: string): string {
  const text = textOrEmpty(call, resource);
  if (text.trim() === '') refuseText(resource, 'missing_field', 'Body cannot be blank');
  return text;
}

/** The text of what may do without one: not too long. */
export function textOrEmpty({ body }: Call, resource: string): string {
  const { body: given } = body;
  const text = typeof given === 'string' ? given : '';
  if (text.length > BODY_CHARS) {
    const message = `Body is too long (maximum is ${BODY_CHARS} characters)`;
    refuseText(resource, 'unprocessable', message);
  }
  return text;
}

function refuseText(resource: string, code: string, message: string): never {
  throw new Refusal(422, 'Validation Failed', [{ resource, field: 'body', code, message }]);
}

/** The time as GitHub writes it, in whole seconds. */
export function now(): string {
  return new Date().toISOString().replace(/\.\d+/, '');
}

/** Changes a text, and when it was last changed: now, where nothing else is said. */
export function edit(written: Written, text: string, at = now()): void {
  written.body = text;
  written.updatedAt = at;
  written.lastEditedAt = at;
}

/** Whether something stands on the thread of that number. */
export function isOn(number: number): (written: { number: number }) => boolean {
  return (written) => written.number === number;
}
