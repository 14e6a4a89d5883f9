import { ActionError, messageOf } from '../errors.ts';
import { isRefusal } from '../github-repeat.ts';
import { pause, readFailedRequest, retryPauseMs } from '../github-retry.ts';
import { toGitHubError } from '../github.ts';
import { githubAttempts, githubPauseMs } from '../limits.ts';
import type { RunIdentity } from '../marker.ts';
import type { ReviewEvent } from './decide.ts';
import { type Layout, layOut, renderRequest, type ReviewDraft } from './draft.ts';
import { nextLayout, pendingReview, submittedTooQuickly } from './fallback.ts';
import { readHead } from './files.ts';
import { findReviewsOf, type OwnReview } from './own.ts';
import { on, type ReviewedPull } from './pull.ts';
import { withdrawTwin } from './twin.ts';

/** A review that stands on the pull request. */
export interface PostedReview {
  id: number;
  url: string;
  /** What it did. */
  event: ReviewEvent;
  /** Why it is not what it was to be, as sentences; absent where it is. */
  refused?: string;
}

/** All that the functions below need, and what they remember. */
interface Desk {
  pull: ReviewedPull;
  identity: RunIdentity;
  draft: ReviewDraft;
  /** GitHub may have made it without telling us. */
  mayExist: boolean;
}

/**
 * Posts a review once: where GitHub's answer was lost, it is looked up by its marker before it is
 * sent again. What GitHub refuses of it (the verdict, a place, the commit) is left out and said, so
 * that no finding is lost. Throws `github-error` where no review can be posted at all; `retryable`
 * where GitHub may have it all the same, so that nothing may take its place before it is looked for.
 * https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request
 */
export async function postReview(
  pull: ReviewedPull,
  identity: RunIdentity,
  draft: ReviewDraft,
  signal: AbortSignal,
): Promise<PostedReview> {
  const desk: Desk = { pull, identity, draft, mayExist: false };
  let layout: Layout | undefined = layOut(draft, identity);
  for (;;) {
    try {
      const { id, url, state } = await createOnce(desk, layout, signal);
      const refused = layout.notes.join(' ');
      const event = events[state] ?? layout.event;
      return { id, url, event, ...(refused !== '' && { refused }) };
    } catch (thrown) {
      signal.throwIfAborted();
      const why = readFailedRequest(thrown)?.status === 422 ? messageOf(thrown) : undefined;
      const next: Layout | undefined =
        why === undefined ? undefined : await nextLayout(layout, why, () => isHead(desk, signal));
      if (next === undefined) throw toError(desk, thrown);
      layout = next;
    }
  }
}

function toError({ pull, mayExist }: Desk, thrown: unknown): ActionError {
  const error = toGitHubError(thrown, `post a review on #${pull.number}`);
  const hint = pendingReview.test(messageOf(thrown)) ? pendingHint : error.hint;
  const retryable = error.retryable || mayExist;
  return new ActionError('github-error', error.message, { hint, retryable, cause: thrown });
}

const pendingHint =
  "The token's own account has begun a review there and never handed it in: hand it in, or delete it.";

const events: Readonly<Record<string, ReviewEvent>> = {
  APPROVED: 'APPROVE',
  CHANGES_REQUESTED: 'REQUEST_CHANGES',
  COMMENTED: 'COMMENT',
};

async function isHead({ pull, draft }: Desk, signal: AbortSignal): Promise<boolean> {
  const { headSha } = await readHead(pull, signal);
  return headSha === draft.headSha;
}

/** A review as it is there. */
interface Created {
  id: number;
  url: string;
  state: string;
}

/** Throws what GitHub refuses as it is, so that something else can be tried. */
async function createOnce(desk: Desk, layout: Layout, signal: AbortSignal): Promise<Created> {
  for (let attempt = 1; ; attempt += 1) {
    const [found] = desk.mayExist ? await look(desk, signal) : [];
    if (found !== undefined) return found;
    try {
      const created = await create(desk, layout, signal);
      return desk.mayExist ? await keepOne(desk, created, signal) : created;
    } catch (thrown) {
      if (!isRefusal(thrown)) desk.mayExist = true;
      signal.throwIfAborted();
      const isHasty = submittedTooQuickly.test(messageOf(thrown));
      const pauseMs = isHasty ? githubPauseMs * 2 ** attempt : retryPauseMs(thrown, attempt);
      if (attempt >= githubAttempts || pauseMs === undefined)
        return await lookOnceMore(desk, thrown, signal);
      await pause(pauseMs, signal);
    }
  }
}

async function lookOnceMore(desk: Desk, thrown: unknown, signal: AbortSignal): Promise<Created> {
  const [found] = desk.mayExist ? await look(desk, signal).catch(() => []) : [];
  if (found !== undefined) return found;
  throw thrown;
}

/** A request that GitHub had given up may be carried out late: of two reviews the first stays. */
async function keepOne(desk: Desk, created: Created, signal: AbortSignal): Promise<Created> {
  const [first, ...others] = await look(desk, signal).catch(() => []);
  if (first === undefined) return created;
  for (const other of others)
    await withdrawTwin(desk.pull, other, first, signal).catch(() => undefined);
  return first;
}

async function look({ pull, identity }: Desk, signal: AbortSignal): Promise<OwnReview[]> {
  return await findReviewsOf(pull, identity, signal);
}

async function create(desk: Desk, layout: Layout, signal: AbortSignal): Promise<Created> {
  const { pull, draft, identity } = desk;
  const { createReview } = pull.github.rest.pulls;
  const request = { ...on(pull, signal), ...renderRequest(draft, layout, identity) };
  const { data } = await createReview(request);
  return { id: data.id, url: data.html_url, state: data.state };
}
