import type { Repository, ThreadRef } from '../event/trigger.ts';
import { pause, retryPauseMs } from '../github-retry.ts';
import { toGitHubError, viewerLogin, type GitHub } from '../github.ts';
import { clockErrorMs, githubAttempts, pageSize } from '../limits.ts';
import { findMarker, renderMarker, type RunIdentity } from './marker.ts';
import { isMissing, isRefusal } from './repeat.ts';

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
  /** The first comment of the review thread to reply in; without it, comments go on the thread. */
  reviewThreadId?: number | undefined;
  /** When the run began, as `Date.now()` has it; now, unless another process began it. */
  startedAt?: number;
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
  update(comment: OwnComment, purpose: string, body: string, signal: AbortSignal): Promise<void>;
  /** Deletes a comment; one that is gone already is fine. */
  remove(comment: OwnComment, signal: AbortSignal): Promise<void>;
}

/** All that the functions below need, and what they remember. */
interface Desk {
  github: GitHub;
  place: Place;
  identity: RunIdentity;
  since: string;
  /** Purposes whose comment GitHub may have made without telling us. */
  unsure: Set<string>;
  login: string | undefined;
}

const gap = '\n\n';

/** The comments of one run in one place; asks GitHub nothing by itself. */
export function openComments(github: GitHub, at: Place, identity: RunIdentity): Comments {
  const since = new Date((at.startedAt ?? Date.now()) - clockErrorMs).toISOString();
  const desk: Desk = { github, place: at, identity, since, unsure: new Set(), login: undefined };
  return {
    markerChars: gap.length + renderMarker(identity, 'x'.repeat(32)).length,
    create: (purpose, body, signal) => create(desk, purpose, body, signal),
    mayExist: (purpose) => mayExist(desk, purpose),
    find: async (purpose, signal) => (await findAll(desk, purpose, signal))[0],
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
    const [found] = mayExist(desk, purpose) ? await findAll(desk, purpose, signal) : [];
    if (found !== undefined) return found;
    try {
      const created = await post(desk, withMarker(desk, purpose, body), signal);
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
  const found = mayExist(desk, purpose) ? await findAll(desk, purpose, signal).catch(() => []) : [];
  if (found[0] !== undefined) return found[0];
  throw toGitHubError(thrown, `post a comment on #${desk.place.thread.number}`);
}

/** A request that GitHub had given up may be carried out late: of two comments the first stays. */
async function keepOne(desk: Desk, purpose: string, created: OwnComment, signal: AbortSignal) {
  const [first = created, ...others] = await findAll(desk, purpose, signal).catch(() => []);
  for (const other of others) await remove(desk, other, signal).catch(() => undefined);
  return first;
}

async function post(desk: Desk, body: string, signal: AbortSignal): Promise<OwnComment> {
  const { place, github } = desk;
  const common = { ...repositoryOf(place), body, request: { signal } };
  const { number } = place.thread;
  if (place.reviewThreadId === undefined) {
    const { data } = await github.rest.issues.createComment({ ...common, issue_number: number });
    return ownComment('issue', data);
  }
  const at = { pull_number: number, comment_id: place.reviewThreadId };
  const { data } = await github.rest.pulls.createReplyForReviewComment({ ...common, ...at });
  return ownComment('review', data);
}

/** Oldest first. Others may copy a marker: only comments of our own author count. */
async function findAll(desk: Desk, purpose: string, signal: AbortSignal): Promise<OwnComment[]> {
  const attempted = `look for our comment on #${desk.place.thread.number}`;
  const marker = renderMarker(desk.identity, purpose);
  const found: OwnComment[] = [];
  try {
    desk.login ??= (await viewerLogin(desk.github, signal)).toLowerCase();
    for await (const { data } of pages(desk, signal)) {
      for (const comment of data) {
        const text = findMarker(comment.body ?? '');
        const isOurs = comment.user?.login.toLowerCase() === desk.login;
        if (!isOurs || text === undefined || renderMarker(text, text.purpose) !== marker) continue;
        found.push(ownComment(kindOf(desk.place), comment));
      }
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw toGitHubError(thrown, attempted);
  }
  return found.sort((one, other) => one.id - other.id);
}

/** Only what is newer than the run, whatever the thread's length: `since` goes by the last edit. */
function pages({ github, place, since }: Desk, signal: AbortSignal) {
  const common = { ...repositoryOf(place), since, per_page: pageSize, request: { signal } };
  const { number } = place.thread;
  const { issues, pulls } = github.rest;
  return place.reviewThreadId === undefined
    ? github.paginate.iterator(issues.listComments, { ...common, issue_number: number })
    : github.paginate.iterator(pulls.listReviewComments, { ...common, pull_number: number });
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
    body: withMarker(desk, purpose, body),
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

function withMarker({ identity }: Desk, purpose: string, body: string): string {
  return `${body}${gap}${renderMarker(identity, purpose)}`;
}

function repositoryOf({ repository }: Place): { owner: string; repo: string } {
  return { owner: repository.owner, repo: repository.name };
}

function kindOf(place: Place): OwnComment['kind'] {
  return place.reviewThreadId === undefined ? 'issue' : 'review';
}

function ownComment(
  kind: OwnComment['kind'],
  data: { id: number; html_url: string; node_id: string },
): OwnComment {
  return { id: data.id, kind, url: data.html_url, nodeId: data.node_id };
}
