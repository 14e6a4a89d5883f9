/** What GitHub does at each call, by the call's name in its OpenAPI description. */
import type { Fields } from './example.ts';
import { renderDiff, renderFile, renderPull, renderReview, renderReviewComment } from './pull.ts';
import {
  renderComment,
  renderIssue,
  renderLabel,
  renderPublicUser,
  renderReaction,
  renderRepository,
  renderUser,
} from './render.ts';
import type { GitHubState, Identity, Issue, Label, Reaction, Written } from './state.ts';

/** A call as a route sees it, already checked. */
export interface Call {
  state: GitHubState;
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
  readonly errors: Fields[] | undefined;

  constructor(status: number, message: string, errors?: Fields[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

const BODY_CHARS = 65_536;
const DIFF_FILES = 300;

function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Refusal(404, 'Not Found');
  return thing;
}

function issueOf({ state, params }: Call): Issue {
  return found(state.issues.get(Number(params['issue_number'])));
}

function pullOf({ state, params }: Call): Issue & { pull: NonNullable<Issue['pull']> } {
  const issue = found(state.issues.get(Number(params['pull_number'])));
  return { ...issue, pull: found(issue.pull) };
}

function commentOf({ state, params }: Call): ReturnType<GitHubState['addComment']> {
  return found(state.comments.get(Number(params['comment_id'])));
}

function reviewCommentOf({ state, params }: Call): ReturnType<GitHubState['addReviewComment']> {
  return found(state.reviewComments.get(Number(params['comment_id'])));
}

/** The text of a new comment: neither blank nor too long. */
function textOf({ body }: Call, resource: string): string {
  const text = String(body['body']);
  const refuse = (code: string, message: string): never => {
    throw new Refusal(422, 'Validation Failed', [{ resource, field: 'body', code, message }]);
  };
  if (text.trim() === '') refuse('missing_field', 'Body cannot be blank');
  if (text.length > BODY_CHARS) {
    refuse('unprocessable', `Body is too long (maximum is ${BODY_CHARS} characters)`);
  }
  return text;
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+/, '');
}

function edit(written: Written, text: string): void {
  written.body = text;
  written.updatedAt = now();
}

/** The same reaction by the same author is one reaction: 200 instead of 201. */
function react({ state, identity, body }: Call, { reactions }: Written): Answer {
  const content = String(body['content']);
  const known = reactions.find((r) => r.content === content && r.login === identity.login);
  if (known !== undefined) return { status: 200, body: renderReaction(state, known) };
  const { login } = identity;
  const reaction: Reaction = { id: state.nextId(), content, login, createdAt: now() };
  reactions.push(reaction);
  return { status: 201, body: renderReaction(state, reaction) };
}

function listReactions({ state, query }: Call, { reactions }: Written): Answer {
  const { content } = query;
  const asked = reactions.filter((r) => content === undefined || r.content === content);
  return { list: asked.map((reaction) => renderReaction(state, reaction)) };
}

function unreact({ params }: Call, { reactions }: Written): Answer {
  const index = reactions.findIndex((r) => r.id === Number(params['reaction_id']));
  if (index < 0) throw new Refusal(404, 'Not Found');
  reactions.splice(index, 1);
  return { status: 204 };
}

function labelsOf(state: GitHubState, issue: Issue): Fields[] {
  return issue.labels.map((name) => renderLabel(state, knownLabel(state, name)));
}

/** Putting an unknown label on an issue creates it, as on GitHub. */
function knownLabel(state: GitHubState, name: string): Label {
  return state.labels.get(name) ?? state.addLabel(name);
}

function isOn(number: number): (written: { number: number }) => boolean {
  return (written) => written.number === number;
}

function listComments(call: Call): Answer {
  const { state, query } = call;
  const since = Date.parse(query['since'] ?? '1970-01-01T00:00:00Z');
  const onIssue = [...state.comments.values()].filter(isOn(issueOf(call).number));
  const recent = onIssue.filter(({ updatedAt }) => Date.parse(updatedAt) >= since);
  return { list: recent.map((comment) => renderComment(state, comment)) };
}

function listReviewComments(call: Call): Answer {
  const { state, query } = call;
  const comments = [...state.reviewComments.values()].filter(isOn(pullOf(call).number));
  if (query['direction'] === 'desc' && query['sort'] !== undefined) comments.reverse();
  return { list: comments.map((comment) => renderReviewComment(state, comment)) };
}

function getPull(call: Call): Answer {
  const issue = pullOf(call);
  if (!/\bdiff\b/.test(call.accept)) return { status: 200, body: renderPull(call.state, issue) };
  if (issue.pull.files.length > DIFF_FILES) {
    const message = `Sorry, the diff exceeded the maximum number of files (${DIFF_FILES}).`;
    throw new Refusal(406, message, [
      { resource: 'PullRequest', field: 'diff', code: 'too_large' },
    ]);
  }
  return { status: 200, body: renderDiff(issue.pull.files) };
}

function reply(call: Call): Answer {
  const { state, identity } = call;
  const first = reviewCommentOf(call);
  if (first.inReplyTo !== undefined) throw new Refusal(404, 'Not Found');
  const body = textOf(call, 'PullRequestReviewComment');
  const draft = { body, author: identity.login, inReplyTo: first.id };
  const comment = state.addReviewComment(pullOf(call).number, draft);
  return { status: 201, body: renderReviewComment(state, comment) };
}

function getPermission({ state, params }: Call): Answer {
  const login = params['username'] ?? '';
  const granted = state.roles.get(login);
  const isKnown = granted !== undefined || isAuthor(state, login);
  if (!isKnown) throw new Refusal(404, 'Not Found');
  const anybody = state.isPrivate ? 'none' : 'read';
  const { role, permission } = granted ?? { role: anybody, permission: anybody };
  const user = { ...renderUser(state, login), role_name: role };
  return { status: 200, body: { permission, role_name: role, user } };
}

function isAuthor(state: GitHubState, login: string): boolean {
  const written = [state.issues, state.comments, state.reviewComments].flatMap((all) => [
    ...all.values(),
  ]);
  return written.some(({ author }) => author === login);
}

/** One entry for each call in openapi.json. */
export const routes: Record<string, (call: Call) => Answer> = {
  'users/get-authenticated': ({ state, identity }) => {
    if (identity.type === 'Bot') throw new Refusal(403, 'Resource not accessible by integration');
    return { status: 200, body: renderPublicUser(state, identity.login) };
  },
  'users/get-by-username': ({ state, params }) => ({
    status: 200,
    body: renderPublicUser(state, params['username'] ?? ''),
  }),
  'repos/get': ({ state }) => ({ status: 200, body: renderRepository(state) }),
  'repos/get-collaborator-permission-level': getPermission,
  'issues/list-labels-for-repo': ({ state }) => ({
    list: [...state.labels.values()].map((label) => renderLabel(state, label)),
  }),
  'issues/create-label': ({ state, body }) => {
    const name = String(body['name']);
    const taken = { resource: 'Label', code: 'already_exists', field: 'name' };
    if (state.labels.has(name)) throw new Refusal(422, 'Validation Failed', [taken]);
    return { status: 201, body: renderLabel(state, state.addLabel(name)) };
  },
  'issues/get-label': ({ state, params }) => ({
    status: 200,
    body: renderLabel(state, found(state.labels.get(params['name'] ?? ''))),
  }),
  'issues/get': (call) => ({ status: 200, body: renderIssue(call.state, issueOf(call)) }),
  'issues/list-comments': listComments,
  'issues/create-comment': (call) => {
    const { state, identity } = call;
    const draft = { body: textOf(call, 'IssueComment'), author: identity.login };
    const comment = state.addComment(issueOf(call).number, draft);
    return { status: 201, body: renderComment(state, comment) };
  },
  'issues/get-comment': (call) => ({
    status: 200,
    body: renderComment(call.state, commentOf(call)),
  }),
  'issues/update-comment': (call) => {
    edit(commentOf(call), textOf(call, 'IssueComment'));
    return { status: 200, body: renderComment(call.state, commentOf(call)) };
  },
  'issues/delete-comment': (call) => {
    call.state.comments.delete(commentOf(call).id);
    return { status: 204 };
  },
  'issues/list-labels-on-issue': (call) => ({ list: labelsOf(call.state, issueOf(call)) }),
  'issues/add-labels': (call) => {
    const issue = issueOf(call);
    const asked = (call.body['labels'] ?? []) as (string | { name: string })[];
    const names = asked.map((label) => (typeof label === 'string' ? label : label.name));
    issue.labels = [...new Set([...issue.labels, ...names])];
    return { status: 200, body: labelsOf(call.state, issue) };
  },
  'issues/remove-label': (call) => {
    const issue = issueOf(call);
    const { name } = call.params;
    if (!issue.labels.includes(name ?? '')) throw new Refusal(404, 'Label does not exist');
    issue.labels = issue.labels.filter((label) => label !== name);
    return { status: 200, body: labelsOf(call.state, issue) };
  },
  'reactions/list-for-issue': (call) => listReactions(call, issueOf(call)),
  'reactions/create-for-issue': (call) => react(call, issueOf(call)),
  'reactions/delete-for-issue': (call) => unreact(call, issueOf(call)),
  'reactions/list-for-issue-comment': (call) => listReactions(call, commentOf(call)),
  'reactions/create-for-issue-comment': (call) => react(call, commentOf(call)),
  'reactions/delete-for-issue-comment': (call) => unreact(call, commentOf(call)),
  'reactions/list-for-pull-request-review-comment': (call) =>
    listReactions(call, reviewCommentOf(call)),
  'reactions/create-for-pull-request-review-comment': (call) => react(call, reviewCommentOf(call)),
  'reactions/delete-for-pull-request-comment': (call) => unreact(call, reviewCommentOf(call)),
  'pulls/get': getPull,
  'pulls/list-files': (call) => {
    const { files, headSha } = pullOf(call).pull;
    return { list: files.map((file) => renderFile(call.state, file, headSha)) };
  },
  'pulls/list-reviews': (call) => {
    const reviews = [...call.state.reviews.values()].filter(isOn(pullOf(call).number));
    return { list: reviews.map((review) => renderReview(call.state, review)) };
  },
  'pulls/list-review-comments': listReviewComments,
  'pulls/create-reply-for-review-comment': reply,
  'pulls/get-review-comment': (call) => ({
    status: 200,
    body: renderReviewComment(call.state, reviewCommentOf(call)),
  }),
  'pulls/update-review-comment': (call) => {
    edit(reviewCommentOf(call), textOf(call, 'PullRequestReviewComment'));
    return { status: 200, body: renderReviewComment(call.state, reviewCommentOf(call)) };
  },
  'pulls/delete-review-comment': (call) => {
    call.state.reviewComments.delete(reviewCommentOf(call).id);
    return { status: 204 };
  },
};
