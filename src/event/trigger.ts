import type { SkipReason } from '../errors.ts';
import type { Command } from './command.ts';

/** The events that can start a run. */
export type EventName =
  | 'issue_comment'
  | 'pull_request_review_comment'
  | 'workflow_dispatch'
  | 'schedule'
  | 'pull_request'
  | 'issues';

/** A repository by the two halves of its full name. */
export interface Repository {
  owner: string;
  name: string;
}

/** Who did something on GitHub; `isBot` is true for Apps and bot accounts. */
export interface Actor {
  login: string;
  isBot: boolean;
}

/** The issue or pull request that the event is about, as the payload has it. */
export interface ThreadRef {
  kind: 'issue' | 'pull';
  number: number;
}

/** The issue or pull request itself, as it was when the event fired: it may have been edited since. */
export interface Opening {
  title: string;
  body: string;
  /** Login; `ghost` where the account is gone. */
  author: string;
  /** GitHub's `author_association`, in lower case. */
  role: string;
  state: string;
  url: string;
}

/** The commits that a run on a pull request is about, whatever is pushed meanwhile; and whose they are. */
export interface PullPin {
  headSha: string;
  baseSha: string;
  /** Login; `ghost` where the account is gone. */
  author: string;
  /** The head's repository is another one, or gone. */
  isFork: boolean;
  /** GitHub's id of the head's repository; undefined where it is gone, or is not told. */
  headRepositoryId?: number | undefined;
}

/** The comment that asked, as it was when the event fired (it may have been edited since). */
export interface TriggerComment {
  kind: 'issue' | 'review';
  id: number;
  nodeId: string;
  author: Actor;
  authorAssociation: string;
  body: string;
  createdAt: string;
  url: string;
  /** Review comments only: the first comment of the thread it stands in (its own id where it is the first). */
  threadId?: number;
  /** Review comments only: the review that it was handed in with. */
  reviewId?: number;
  /** Review comments only: where it stands. */
  place?: {
    path: string;
    line: number | undefined;
    side: string | undefined;
    diffHunk: string;
    commitSha: string;
  };
}

/** What happened, in our own words: all that the rest of a run needs from the event. */
export interface Trigger {
  eventName: EventName;
  repository: Repository;
  /** The default branch's name, where the payload has it. */
  defaultBranch: string | undefined;
  /** Who must be permitted; undefined for `schedule` and `workflow_dispatch`, which need no check. */
  actor: Actor | undefined;
  /** What the agent is asked: the comment's text, or the input `prompt`. Never empty behind `readInputs`. */
  task: string;
  /** The input `prompt` on a comment: standing instruction beside the task. Empty: none. */
  standing: string;
  thread: ThreadRef | undefined;
  /** What the thread begins with; undefined where there is none. */
  opening: Opening | undefined;
  /** When it happened, by GitHub's clock, in whole seconds; undefined where there is no thread. */
  happenedAt: string | undefined;
  /** On a pull request, where the payload brings it: an `issue_comment` does not. */
  pull?: PullPin | undefined;
  comment: TriggerComment | undefined;
  /** What a comment asks for by name; undefined where it is a task like any other. */
  command?: Command | undefined;
}

/** A run that has nothing to do: why, and a sentence for the log. */
export interface NothingToDo {
  skip: SkipReason;
  detail: string;
}
