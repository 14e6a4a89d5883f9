import type { Repository, ThreadRef } from '../event/trigger.ts';
import { pause, retryPauseMs } from '../github-retry.ts';
import { toGitHubError, type GitHub } from '../github.ts';
import { clockErrorMs, githubAttempts } from '../limits.ts';
import { findOwn, ownComment, repositoryOf, type Search } from './find.ts';
import { renderMarker, type RunIdentity, stripMarker, withoutOurs } from '../marker.ts';
import { isMissing, isRefusal, isUnfit } from './repeat.ts';

/** A comment of ours on the thread, or a reply in a review thread. */
export interface OwnComment {
  id: number;
  kind: 'issue' | 'review';
  url: string;
  nodeId: string;
}

/** Where a run's comments go. */
export interface Place {
  repository: Repository;
  thread: ThreadRef;
  /**
   * The first comment of the review thread to reply in; without it, comments go on the thread, and so
   * do those that the review thread does not take, its first comment having been deleted.
   */
  reviewThreadId?: number | undefined;
  /** The address of the comment that asked, for what cannot stand beside it. */
  askedUrl?: string | undefined;
  /** When the run began, as `Date.now()` has it; now, unless another process began it. */
  startedAt?: number;
  /** What stands hidden before the marker of a comment of that purpose; empty: nothing. */
  hidden?: (purpose: string) => string;
  /** Another process began it, and may have posted: every comment is looked for before it is made. */
  isResumed?: boolean;
}

/** A run's own comments. What GitHub does not do is thrown as `github-error`. */
export interface Comments {
  /** What must be left free in a body for the marker; purposes have 32 characters at most. */
  markerChars: number;
  /** Posts a comment once: where GitHub's answer was lost, the comment is looked up by its marker. */
  create(purpose: string, body: string, signal: AbortSignal): Promise<OwnComment>;
  /** Whether GitHub may have the comment without our knowing: `find` tells. */
  mayExist(purpose: string): boolean;
  /** This run's comment of that purpose, by marker and author. */
  find(purpose: string, signal: AbortSignal): Promise<OwnComment | undefined>;
  /** A comment's text as it is now, without the marker; empty where it is gone. */
  read(comment: OwnComment, signal: AbortSignal): Promise<string>;
  update(comment: OwnComment, purpose: string, body: string, signal: AbortSignal): Promise<void>;
  /** Deletes a comment; one that is gone already is fine. */
  remove(comment: OwnComment, signal: AbortSignal): Promise<void>;
}

/** All that the functions below need, and what they remember. */
interface Desk extends Search {
  place: Place;
  identity: RunIdentity;
  /** Purposes whose comment GitHub may have made without telling us. */
  unsure: Set<string>;
  /** The review thread takes no replies any more. */
  isClosed: boolean;
}

const gap = '\n\n';

/** The comments of one run in one place; asks GitHub nothing by itself. */
export function openComments(github: GitHub, at: Place, identity: RunIdentity): Comments {
  const since = new Date((at.startedAt ?? Date.now()) - clockErrorMs).toISOString();
  const known = { unsure: new Set<string>(), isClosed: false, login: undefined };
  const desk: Desk = { github, place: at, identity, since, ...known };
  return {
    markerChars: leadFor(desk, 'issue').length + tailFor(desk, 'x'.repeat(32)).length,
    create: (purpose, body, signal) => create(desk, purpose, body, signal),
    mayExist: (purpose) => mayExist(desk, purpose),
    find: async (purpose, signal) => (await look(desk, purpose, signal))[0],
    read: (comment, signal) => read(desk, comment, signal),
    update: (comment, purpose, body, signal) => update(desk, comment, purpose, body, signal),
    remove: (comment, signal) => remove(desk, comment, signal),
  };
}

/**
 * Creating is not idempotent: before each further try, and where an earlier call was broken off, our
 * marker is looked for. If that cannot be done, nothing is posted.
 */
async function create(
  desk: Desk,
  purpose: string,
  body: string,
  signal: AbortSignal,
): Promise<OwnComment> {
  for (let attempt = 1; ; attempt += 1) {
    const [found] = mayExist(desk, purpose) ? await look(desk, purpose, signal) : [];
    if (found !== undefined) return found;
    try {
      const created = await post(desk, purpose, body, signal);
      return mayExist(desk, purpose) ? await keepOne(desk, purpose, created, signal) : created;
    } catch (thrown) {
      if (!isRefusal(thrown)) desk.unsure.add(purpose);
      signal.throwIfAborted();
      const pauseMs = retryPauseMs(thrown, attempt);
      const isLast = attempt >= githubAttempts || pauseMs === undefined;
      if (isLast) return await lookOnceMore(desk, purpose, thrown, signal);
      await pause(pauseMs, signal);
    }
  }
}

function mayExist({ place, unsure }: Desk, purpose: string): boolean {
  return place.isResumed === true || unsure.has(purpose);
}

async function lookOnceMore(desk: Desk, purpose: string, thrown: unknown, signal: AbortSignal) {
  const found = mayExist(desk, purpose) ? await look(desk, purpose, signal).catch(() => []) : [];
  if (found[0] !== undefined) return found[0];
  throw toGitHubError(thrown, `post a comment on #${desk.place.thread.number}`);
}

/** A request that GitHub had given up may be carried out late: of two comments the first stays. */
async function keepOne(desk: Desk, purpose: string, created: OwnComment, signal: AbortSignal) {
  const [first = created, ...others] = await look(desk, purpose, signal).catch(() => []);
  for (const other of others) await remove(desk, other, signal).catch(() => undefined);
  return first;
}

/** Oldest first, replies before others. */
async function look(desk: Desk, purpose: string, signal: AbortSignal): Promise<OwnComment[]> {
  return await findOwn(desk, renderMarker(desk.identity, purpose), signal);
}

async function post(
  desk: Desk,
  purpose: string,
  body: string,
  signal: AbortSignal,
): Promise<OwnComment> {
  const { place, github } = desk;
  const { number } = place.thread;
  const textFor = (kind: OwnComment['kind']) => ({
    ...repositoryOf(place),
    body: dress(desk, kind, purpose, body),
    request: { signal },
  });
  if (place.reviewThreadId !== undefined && !desk.isClosed) {
    const at = { pull_number: number, comment_id: place.reviewThreadId };
    try {
      const reply = { ...textFor('review'), ...at };
      return ownComment(
        'review',
        (await github.rest.pulls.createReplyForReviewComment(reply)).data,
      );
    } catch (thrown) {
      if (!isUnfit(thrown)) throw thrown;
      desk.isClosed = true;
    }
  }
  const comment = { ...textFor('issue'), issue_number: number };
  return ownComment('issue', (await github.rest.issues.createComment(comment)).data);
}

async function read(desk: Desk, comment: OwnComment, signal: AbortSignal): Promise<string> {
  const { issues, pulls } = desk.github.rest;
  const request = { ...repositoryOf(desk.place), comment_id: comment.id, request: { signal } };
  try {
    const { data } =
      comment.kind === 'issue'
        ? await issues.getComment(request)
        : await pulls.getReviewComment(request);
    return stripMarker(data.body ?? '');
  } catch (thrown) {
    if (isMissing(thrown)) return '';
    signal.throwIfAborted();
    throw toGitHubError(thrown, `read our comment on #${desk.place.thread.number}`);
  }
}

async function update(
  desk: Desk,
  comment: OwnComment,
  purpose: string,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  const { issues, pulls } = desk.github.rest;
  const request = {
    ...repositoryOf(desk.place),
    comment_id: comment.id,
    body: dress(desk, comment.kind, purpose, body),
    request: { signal },
  };
  try {
    if (comment.kind === 'issue') await issues.updateComment(request);
    else await pulls.updateReviewComment(request);
  } catch (thrown) {
    signal.throwIfAborted();
    throw toGitHubError(thrown, `edit our comment on #${desk.place.thread.number}`);
  }
}

async function remove(desk: Desk, comment: OwnComment, signal: AbortSignal): Promise<void> {
  const { issues, pulls } = desk.github.rest;
  const request = { ...repositoryOf(desk.place), comment_id: comment.id, request: { signal } };
  try {
    if (comment.kind === 'issue') await issues.deleteComment(request);
    else await pulls.deleteReviewComment(request);
  } catch (thrown) {
    if (isMissing(thrown)) return;
    signal.throwIfAborted();
    throw toGitHubError(thrown, `delete our comment on #${desk.place.thread.number}`);
  }
}

/** A body as it is posted: where it cannot stand in its review thread, it says what it answers. */
function dress(desk: Desk, kind: OwnComment['kind'], purpose: string, body: string): string {
  return `${leadFor(desk, kind)}${withoutOurs(body)}${tailFor(desk, purpose)}`;
}

function leadFor({ place }: Desk, kind: OwnComment['kind']): string {
  if (kind === 'review' || place.reviewThreadId === undefined) return '';
  const { askedUrl } = place;
  const asked = askedUrl === undefined ? 'a review comment' : `[a review comment](${askedUrl})`;
  return `*In answer to ${asked}, in whose thread nothing can be posted any more.*${gap}`;
}

function tailFor({ identity, place }: Desk, purpose: string): string {
  const hidden = place.hidden?.(purpose) ?? '';
  return `${gap}${hidden === '' ? '' : `${hidden}\n`}${renderMarker(identity, purpose)}`;
}
