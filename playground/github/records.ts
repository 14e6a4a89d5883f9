/** What is on an emulated repository, and what a new piece of it may say of itself. */

/** Who a token speaks for. Without `canWrite` every write answers 403, as in a fork's run. */
export interface Identity {
  login: string;
  type: 'User' | 'Bot';
  canWrite: boolean;
  /** Permissions that it has not got, such as `contents: write` or `actions: read`. */
  denied?: readonly string[];
  /** Without it, as `GITHUB_TOKEN` always is, an App may make no tree with changed workflows. */
  mayChangeWorkflows?: boolean;
}

/** A reaction, as `content` GitHub's own name (`eyes`, `rocket`, `+1`, ...). */
export interface Reaction {
  id: number;
  content: string;
  login: string;
  createdAt: string;
}

/** What everything that somebody wrote has in common. Times are ISO 8601. */
export interface Written {
  id: number;
  author: string;
  association: string;
  body: string;
  createdAt: string;
  updatedAt: string;
  /** Null until it is edited. GraphQL only. */
  lastEditedAt: string | null;
  reactions: Reaction[];
}

/** A comment on an issue or under a pull request. */
export interface Comment extends Written {
  number: number;
}

/** A review's verdict; `state` in GitHub's capitals (`COMMENTED`, `APPROVED`, ...). */
export interface Review extends Written {
  number: number;
  state: string;
  /** The commit that it is about. */
  commitId: string;
}

/** A comment on a line of a pull request's diff; `inReplyTo` is the first one of its thread. */
export interface ReviewComment extends Written {
  number: number;
  reviewId: number;
  path: string;
  line: number;
  side: 'LEFT' | 'RIGHT';
  /** The first of several lines, on the same side. */
  startLine: number | undefined;
  diffHunk: string;
  inReplyTo: number | undefined;
  /** Of the first comment of a thread: who has resolved it. */
  resolvedBy: string | undefined;
}

/**
 * A changed file; `patch` begins with its first `@@`, and is not there for a binary or a very large
 * one. What is left out of the rest is filled in.
 */
export interface ChangedFile {
  filename: string;
  previous_filename?: string | undefined;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  sha?: string;
  additions?: number;
  deletions?: number;
  patch?: string | undefined;
}

/** What makes an issue a pull request. `headRepository` is another full name for a fork. */
export interface PullFacts {
  headRef: string;
  headSha: string;
  headRepository: string;
  baseRef: string;
  baseSha: string;
  isDraft: boolean;
  files: ChangedFile[];
  /** Where it parted from its base; by default its base. */
  mergeBase: string | undefined;
  /** Heads that it had before, which GitHub still knows; `isGone` since a force push. */
  earlier: { headSha: string; files: ChangedFile[]; isGone: boolean }[];
}

/** An issue, or a pull request where `pull` is there. */
export interface Issue extends Written {
  number: number;
  title: string;
  state: 'open' | 'closed';
  labels: string[];
  pull: PullFacts | undefined;
}

/** An attempt of a workflow run; `status` and `conclusion` in GitHub's words. */
export interface WorkflowRun {
  id: number;
  attempt: number;
  status: string;
  conclusion: string | null;
}

/** An entry of the repository's cache. */
export interface CacheRecord {
  id: number;
  key: string;
  createdAt: string;
}

/** A label of the repository. */
export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

/** What a new piece of writing may say of itself; the rest is filled in. */
export interface Draft {
  author?: string;
  /** `OWNER`, `MEMBER`, `COLLABORATOR`, `NONE`, ...; by default it follows from the permission. */
  association?: string;
  body?: string;
  createdAt?: string;
}

/** A new issue; `number` by default the next one. */
export interface IssueDraft extends Draft {
  number?: number;
  title?: string;
  labels?: string[];
}

/** A new pull request, from a branch of the same repository unless `headRepository` says a fork. */
export interface PullDraft extends IssueDraft, Partial<PullFacts> {}

/** A new comment on a line; a reply takes its place from the comment `inReplyTo`. */
export interface ReviewCommentDraft extends Draft {
  path?: string;
  line?: number;
  side?: 'LEFT' | 'RIGHT';
  startLine?: number | undefined;
  diffHunk?: string;
  inReplyTo?: number;
  /** By default it comes with a review of its own. */
  reviewId?: number;
}
