/** What the emulator knows of its one repository, and the ways to put more into it. */

import type { HeldFile } from './files.ts';
import type {
  CacheRecord,
  ChangedFile,
  Comment,
  Draft,
  Issue,
  IssueDraft,
  Label,
  PullDraft,
  Review,
  ReviewComment,
  ReviewCommentDraft,
  WorkflowRun,
  Written,
} from './records.ts';

const SAMPLE_FILE: ChangedFile = {
  filename: 'src/greet.js',
  status: 'modified',
  patch:
    '@@ -1,3 +1,3 @@\n export function greet(name) {\n-  return "Helo " + name;\n+  return `Hello ${name}`;\n }',
};

/** One repository with everything on it. Fields may be read and changed freely by tests. */
export class GitHubState {
  /** Where its REST API and its pages are; the emulator sets both when it listens. */
  links = { api: 'https://api.github.com', server: 'https://github.com' };
  readonly owner: string;
  readonly name: string;
  readonly isPrivate: boolean;
  defaultBranch = 'main';
  /** A setting of the repository, off by default on GitHub: `GITHUB_TOKEN` may open and approve them. */
  actionsMayOpenPulls = true;
  /** Rules that keep branches from being made and pushed to, and what GitHub says then. */
  readonly rules: { branch: RegExp; message: string }[] = [];
  /** Login to role: `admin`, `maintain`, `write`, `triage`, `read`, or a custom role's name. */
  readonly roles = new Map<string, { role: string; permission: string }>();
  readonly issues = new Map<number, Issue>();
  readonly comments = new Map<number, Comment>();
  readonly reviews = new Map<number, Review>();
  readonly reviewComments = new Map<number, ReviewComment>();
  readonly labels = new Map<string, Label>();
  /** What is attached to comments, by its path: see files.ts. */
  readonly files = new Map<string, HeldFile>();
  /** Workflow runs, by `id/attempt`. */
  readonly runs = new Map<string, WorkflowRun>();
  /** Entries of the cache, by id. */
  readonly caches = new Map<number, CacheRecord>();
  /** Whether the token has `actions: write`. */
  mayWriteActions = true;
  #lastId = 3_000_000_000;
  #lastNumber = 0;

  constructor(fullName = 'octo-org/hello-world', isPrivate = false) {
    const [owner = '', name = ''] = fullName.split('/');
    this.owner = owner;
    this.name = name;
    this.isPrivate = isPrivate;
    this.setPermission('octocat', 'write');
    this.addLabel('bug');
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  /** A new id: they grow, and are larger than 32 bits hold, as GitHub's are. */
  nextId(): number {
    this.#lastId += 7;
    return this.#lastId;
  }

  /** `permission` is what a custom role is built on; it follows from the five usual roles. */
  setPermission(login: string, role: string, permission?: string): void {
    const usual: Record<string, string> = { triage: 'read', maintain: 'write' };
    this.roles.set(login, { role, permission: permission ?? usual[role] ?? role });
  }

  /** The issue or pull request of that number; throws where there is none. */
  issue(number: number): Issue {
    const issue = this.issues.get(number);
    if (issue === undefined) throw new Error(`The emulated repository has no #${number}.`);
    return issue;
  }

  addLabel(name: string): Label {
    const label = { id: this.nextId(), name, color: 'ededed', description: null };
    this.labels.set(name, label);
    return label;
  }

  /** What becomes of an attempt of a workflow run; `conclusion` is there once it is `completed`. */
  setRun(id: number, attempt: number, status: string, conclusion: string | null = null): void {
    this.runs.set(`${id}/${attempt}`, { id, attempt, status, conclusion });
  }

  addCache(key: string, createdAt = new Date().toISOString()): CacheRecord {
    const record = { id: this.nextId(), key, createdAt };
    this.caches.set(record.id, record);
    return record;
  }

  addIssue(draft: IssueDraft = {}): Issue {
    const number = draft.number ?? this.#lastNumber + 1;
    this.#lastNumber = Math.max(this.#lastNumber, number);
    const issue: Issue = {
      ...this.#written(draft, 'The greeting is misspelt: it says "Helo".'),
      number,
      title: draft.title ?? 'The greeting is misspelt',
      state: 'open',
      labels: draft.labels ?? [],
      pull: undefined,
    };
    this.issues.set(number, issue);
    return issue;
  }

  addPull(draft: PullDraft = {}): Issue {
    const title = draft.title ?? 'Spell the greeting right';
    const issue = this.addIssue({ body: 'Fixes the spelling.', ...draft, title });
    issue.pull = {
      headRef: draft.headRef ?? 'fix-greeting',
      headSha: draft.headSha ?? '1'.repeat(40),
      headRepository: draft.headRepository ?? this.fullName,
      baseRef: draft.baseRef ?? this.defaultBranch,
      baseSha: draft.baseSha ?? '2'.repeat(40),
      isDraft: draft.isDraft ?? false,
      files: draft.files ?? [SAMPLE_FILE],
      mergeBase: draft.mergeBase,
      earlier: [],
    };
    return issue;
  }

  /** A push to a pull request: its head is another from now on. By force, all before it are gone. */
  pushTo(number: number, headSha: string, files?: ChangedFile[], isForced = false): void {
    const { pull } = this.issue(number);
    if (pull === undefined) throw new Error(`#${number} is no pull request.`);
    pull.earlier.push({ headSha: pull.headSha, files: pull.files, isGone: false });
    for (const earlier of pull.earlier) earlier.isGone ||= isForced;
    Object.assign(pull, { headSha, files: files ?? pull.files });
  }

  addComment(number: number, draft: Draft = {}): Comment {
    const comment = { ...this.#written(draft, 'Same here.'), number: this.issue(number).number };
    this.comments.set(comment.id, comment);
    return comment;
  }

  /** `state` is `COMMENTED`, `APPROVED`, `CHANGES_REQUESTED`, `DISMISSED` or `PENDING`. */
  addReview(number: number, draft: Draft & { state?: string; commitId?: string } = {}): Review {
    const { state = 'COMMENTED', commitId = this.issue(number).pull?.headSha ?? '' } = draft;
    const review = { ...this.#written(draft, ''), number, state, commitId };
    this.reviews.set(review.id, review);
    return review;
  }

  /** Comes with a review of its own, as a single comment does on GitHub. */
  addReviewComment(number: number, draft: ReviewCommentDraft = {}): ReviewComment {
    const first = this.reviewComments.get(draft.inReplyTo ?? 0);
    const file = this.issue(number).pull?.files[0] ?? SAMPLE_FILE;
    const { author = 'octocat' } = draft;
    const comment: ReviewComment = {
      ...this.#written(draft, 'Why a template string?'),
      number,
      reviewId: draft.reviewId ?? this.addReview(number, { author }).id,
      path: first?.path ?? draft.path ?? file.filename,
      line: first?.line ?? draft.line ?? 2,
      side: first?.side ?? draft.side ?? 'RIGHT',
      startLine: first?.startLine ?? draft.startLine,
      diffHunk: first?.diffHunk ?? draft.diffHunk ?? file.patch ?? '',
      inReplyTo: draft.inReplyTo,
      resolvedBy: undefined,
    };
    this.reviewComments.set(comment.id, comment);
    return comment;
  }

  #written(draft: Draft, body: string): Written {
    const createdAt = draft.createdAt ?? new Date().toISOString().replace(/\.\d+/, '');
    const author = draft.author ?? 'octocat';
    const role = this.roles.get(author)?.role;
    const byRole = role === 'admin' ? 'OWNER' : role === undefined ? 'NONE' : 'COLLABORATOR';
    return {
      id: this.nextId(),
      author,
      association: draft.association ?? byRole,
      body: draft.body ?? body,
      createdAt,
      updatedAt: createdAt,
      lastEditedAt: null,
      reactions: [],
    };
  }
}
