/**
 * Payloads of real events: GitHub's own examples (`@octokit/webhooks-examples`) with the facts of
 * an emulated repository in them. Each builder puts on the repository what the event tells of, as
 * it is on GitHub when the event fires:
 *
 *     const event = commentEvent(github.state, { body: '/oc explain this' });          // on an issue
 *     const event = commentEvent(github.state, { body: '/oc', number: pull.number });  // on what is there
 *     const event = reviewCommentEvent(github.state, { body: '/oc why?', inReplyTo: comment.id });
 *     const event = pullEvent(github.state, { from: 'fork' });  issueEvent, dispatchEvent, scheduleEvent
 *
 * Without an emulator: `new GitHubState('owner/name')` does.
 */
import { examplePayload, fieldsOf, type Fields } from './github/example.ts';
import { renderPull, renderReviewComment } from './github/pull.ts';
import { renderComment, renderIssue, renderRepository, renderUser } from './github/render.ts';
import type { Draft, Issue, IssueDraft, PullDraft, ReviewCommentDraft } from './github/records.ts';
import type { GitHubState } from './github/state.ts';

/** An event as the runner gets it; `number` is the issue or pull request it is about, 0 for none. */
export interface SampleEvent {
  name: string;
  payload: Fields;
  number: number;
  /** Who did it. */
  actor: string;
}

/** An `issue_comment` on the issue or pull request `number`; by default on a new issue. */
export function commentEvent(
  state: GitHubState,
  draft: Draft & { number?: number } = {},
): SampleEvent {
  const issue = state.issue(draft.number ?? state.addIssue().number);
  const comment = state.addComment(issue.number, { body: '/oc please fix this', ...draft });
  const payload = overlay(state, examplePayload('issue_comment', 0), comment.author, {
    issue: renderIssue(state, issue),
    comment: renderComment(state, comment),
  });
  return { name: 'issue_comment', payload, number: issue.number, actor: comment.author };
}

/** A `pull_request_review_comment` on `number`; by default on a new pull request. */
export function reviewCommentEvent(
  state: GitHubState,
  draft: ReviewCommentDraft & { number?: number } = {},
): SampleEvent {
  const issue = state.issue(draft.number ?? state.addPull().number);
  const comment = state.addReviewComment(issue.number, { body: '/oc why this?', ...draft });
  const example = examplePayload('pull_request_review_comment', 0);
  const payload = overlay(state, example, comment.author, {
    comment: renderReviewComment(state, comment),
    pull_request: shortPull(state, issue),
  });
  return {
    name: 'pull_request_review_comment',
    payload,
    number: issue.number,
    actor: comment.author,
  };
}

/** The pull request without what GitHub leaves out of events about its comments. */
function shortPull(state: GitHubState, issue: Issue): Fields {
  const example = examplePayload('pull_request_review_comment', 0);
  const keys = new Set([...Object.keys(fieldsOf(example['pull_request'])), 'draft', 'auto_merge']);
  const pull = Object.entries(renderPull(state, issue)).filter(([key]) => keys.has(key));
  return Object.fromEntries(pull);
}

/** A `pull_request`, opened from a branch of the repository, from a fork, or by Dependabot. */
export function pullEvent(
  state: GitHubState,
  draft: PullDraft & { from?: 'branch' | 'fork' | 'dependabot' } = {},
): SampleEvent {
  const { from = 'branch', ...rest } = draft;
  const fork = { headRepository: `stranger/${state.name}`, author: 'stranger' };
  const bot = { author: 'dependabot[bot]', headRef: 'dependabot/npm_and_yarn/lodash-4.17.21' };
  const issue = state.addPull({
    ...(from === 'fork' ? fork : from === 'dependabot' ? bot : {}),
    ...rest,
  });
  const payload = overlay(state, examplePayload('pull_request', 12), issue.author, {
    number: issue.number,
    pull_request: renderPull(state, issue),
  });
  return { name: 'pull_request', payload, number: issue.number, actor: issue.author };
}

/** An `issues` event: a new issue was opened. */
export function issueEvent(state: GitHubState, draft: IssueDraft = {}): SampleEvent {
  const issue = state.addIssue(draft);
  const payload = overlay(state, examplePayload('issues', 15), issue.author, {
    issue: renderIssue(state, issue),
  });
  return { name: 'issues', payload, number: issue.number, actor: issue.author };
}

/** A `workflow_dispatch` by `author`, `octocat` by default. */
export function dispatchEvent(
  state: GitHubState,
  draft: { author?: string; inputs?: Record<string, string> } = {},
): SampleEvent {
  const { author: actor = 'octocat', inputs = {} } = draft;
  const { organization: _, ...example } = examplePayload('workflow_dispatch', 1);
  const ref = `refs/heads/${state.defaultBranch}`;
  const workflow = '.github/workflows/agent.yml';
  const payload = overlay(state, example, actor, { inputs, ref, workflow });
  return { name: 'workflow_dispatch', payload, number: 0, actor };
}

/** A `schedule`: GitHub's payload is the cron line and the repository, with nobody who asked. */
export function scheduleEvent(state: GitHubState, cron = '0 4 * * 1'): SampleEvent {
  const payload = { schedule: cron, workflow: '.github/workflows/agent.yml' };
  const repository = renderRepository(state);
  return { name: 'schedule', payload: { ...payload, repository }, number: 0, actor: 'octocat' };
}

/** The example with ours over it; an installation is an App's business, and left out. */
function overlay(state: GitHubState, example: Fields, actor: string, ours: Fields): Fields {
  const { installation: _, ...kept } = example;
  const merged = Object.entries(ours).map(([key, value]) => [key, over(kept[key], value)]);
  const repository = over(kept['repository'], renderRepository(state));
  const sender = renderUser(state, actor);
  return { ...kept, ...Object.fromEntries(merged), repository, sender };
}

function over(example: unknown, ours: unknown): unknown {
  if (typeof ours !== 'object' || ours === null || Array.isArray(ours)) return ours;
  return typeof example === 'object' && example !== null ? { ...example, ...ours } : ours;
}
