import type { ThreadRef } from '../event/trigger.ts';

/** One thing somebody wrote on a thread. */
export interface Entry {
  kind: 'comment' | 'review' | 'review-comment';
  id: number;
  author: string;
  /**
   * GitHub's `author_association`, in lower case, or `agent` where we wrote it ourselves: a
   * description for the reader, never a permission.
   */
  role: string;
  createdAt: string;
  /** When it was last edited, or else created; both by GitHub's clock, in whole seconds. */
  updatedAt: string;
  body: string;
  /** Our own answers: the hidden line that stood before the marker, where one did. */
  hidden?: string;
  /** Reviews: their state, in lower case (`approved`, `changes_requested`, `commented`). */
  state?: string;
  /** Review comments: the review that they were handed in with. */
  reviewId?: number;
  /** Review comments: where they stand. */
  place?: { path: string; line: number | undefined; diffHunk: string };
}

/** A bounded diff: whole files first, and the names of those that did not fit. */
export interface Diff {
  text: string;
  shownFiles: number;
  leftOutFiles: string[];
  /** Files that GitHub does not even name: those past the 3,000 that it lists. */
  unnamedFiles: number;
  /** Set where it is of a later head than `headSha`, which GitHub does not compare any more. */
  isLater?: boolean;
}

/** What is particular to a pull request. */
export interface Pull {
  baseRef: string;
  headRef: string;
  headSha: string;
  /** The head's repository is another one, or gone. */
  isFork: boolean;
  isDraft: boolean;
  diff: Diff;
  /** Reviews with a body or a verdict, oldest first. */
  reviews: Entry[];
  /** What reviewers wrote on lines of the diff, outside the review thread asked in, oldest first. */
  reviewComments: Entry[];
  /** The review thread asked in, oldest first, without the triggering comment; empty elsewhere. */
  reviewThread: Entry[];
}

/** The conversation as it was when the event fired, oldest first, without the triggering comment. */
export interface Thread {
  ref: ThreadRef;
  title: string;
  body: string;
  author: string;
  role: string;
  state: string;
  url: string;
  entries: Entry[];
  /** How many older entries, reviews and review comments were left out to keep it in bounds. */
  leftOut: number;
  /** How many were written or edited after the event, and left out for that. */
  later: number;
  pull: Pull | undefined;
}
