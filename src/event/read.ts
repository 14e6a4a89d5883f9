import { readCommand } from './command.ts';
import { readIssueComment, readReviewComment } from './comment.ts';
import { findMention } from './mention.ts';
import {
  actionPayload,
  isFork,
  issuesPayload,
  openingOf,
  pinOf,
  pullRequestPayload,
  readPayload,
  unattendedPayload,
} from './payload.ts';
import type { EventName, NothingToDo, Trigger } from './trigger.ts';

/** What the workflow asks of an event. */
export interface Asked {
  mentions: readonly string[];
  /** The input `prompt`; empty: none. */
  prompt: string;
  /** `owner/name`, for an event whose payload names none (`schedule`, and act's empty events). */
  repository?: string;
}

/**
 * Decides what an event asks for. Deleted and edited comments, and events that `EventName` does not
 * list, are nothing to do; so are a fork's and Dependabot's events whose token cannot write.
 * Events without a mention pass without a `prompt` too, their task empty: the gate comes first, and
 * `readInputs` refuses them behind it. Throws `invalid-input` where the payload lacks a field.
 */
export function readTrigger(
  eventName: string,
  payload: unknown,
  asked: Asked,
): Trigger | NothingToDo {
  switch (eventName) {
    case 'issue_comment':
    case 'pull_request_review_comment':
      return readComment(eventName, payload, asked);
    case 'pull_request':
      return readPullRequest(payload, asked);
    case 'issues':
      return readIssue(payload, asked);
    case 'workflow_dispatch':
    case 'schedule':
      return readUnattended(eventName, payload, asked);
    default:
      return { skip: 'unsupported-event', detail: `The event ${eventName} starts no run.` };
  }
}

/** Whether there is nothing to do, and why. */
export function isNothingToDo(read: object): read is NothingToDo {
  return 'skip' in read;
}

function readComment(
  eventName: 'issue_comment' | 'pull_request_review_comment',
  payload: unknown,
  { mentions, prompt }: Asked,
): Trigger | NothingToDo {
  const { action } = readPayload(actionPayload, eventName, payload);
  if (action !== 'created') {
    const detail = `The comment was ${action}; only a new comment starts a run.`;
    return { skip: 'unsupported-event', detail };
  }
  const { trigger, isReadOnly } =
    eventName === 'issue_comment'
      ? { trigger: readIssueComment(payload, prompt), isReadOnly: false }
      : readReviewComment(payload, prompt);
  if (findMention(trigger.task, mentions) === undefined) {
    return { skip: 'no-mention', detail: `The comment mentions none of ${mentions.join(', ')}.` };
  }
  if (isReadOnly) return readOnlyToken('a fork');
  const command = readCommand(trigger.task, mentions, trigger.thread?.kind ?? 'issue');
  return command === undefined ? trigger : { ...trigger, command };
}

function readPullRequest(payload: unknown, { prompt }: Asked): Trigger | NothingToDo {
  const read = readPayload(pullRequestPayload, 'pull_request', payload);
  if (isFork(read.pull_request)) return readOnlyToken('a fork');
  // A rerun by a person keeps Dependabot's token, and its payload's sender.
  if (read.sender.login === 'dependabot[bot]') return readOnlyToken('Dependabot');
  return {
    ...unasked('pull_request', prompt),
    repository: read.repository.full_name,
    defaultBranch: read.repository.default_branch,
    actor: read.sender,
    thread: { kind: 'pull', number: read.pull_request.number },
    opening: openingOf(read.pull_request),
    happenedAt: read.pull_request.updated_at,
    pull: pinOf(read.pull_request),
    isDraft: read.pull_request.draft ?? false,
    labels: (read.pull_request.labels ?? []).map(({ name }) => name),
  };
}

function readIssue(payload: unknown, { prompt }: Asked): Trigger {
  const { issue, repository, sender } = readPayload(issuesPayload, 'issues', payload);
  return {
    ...unasked('issues', prompt),
    repository: repository.full_name,
    defaultBranch: repository.default_branch,
    actor: sender,
    thread: { kind: 'issue', number: issue.number },
    opening: openingOf(issue),
    happenedAt: issue.updated_at,
  };
}

function readUnattended(
  eventName: 'workflow_dispatch' | 'schedule',
  payload: unknown,
  { prompt, repository: fallback }: Asked,
): Trigger {
  const { repository } = readPayload(unattendedPayload(fallback ?? ''), eventName, payload);
  return {
    ...unasked(eventName, prompt),
    repository: repository.full_name,
    defaultBranch: repository.default_branch,
    actor: undefined,
    thread: undefined,
    opening: undefined,
    happenedAt: undefined,
  };
}

/** What a trigger without a comment has: the input `prompt` is the task. */
function unasked<Name extends EventName>(eventName: Name, prompt: string) {
  return { eventName, task: prompt, standing: '', comment: undefined };
}

function readOnlyToken(origin: string): NothingToDo {
  const detail = `GitHub gives a pull request from ${origin} a token that cannot write.`;
  return { skip: 'read-only-token', detail };
}
