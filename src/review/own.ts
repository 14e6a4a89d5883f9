import * as v from 'valibot';
import { readPages } from '../github-pages.ts';
import { viewerLogin } from '../github.ts';
import { threadComments } from '../limits.ts';
import { findMarker, renderMarker, type Marker, type RunIdentity } from '../marker.ts';
import type { ReviewedPull } from './pull.ts';

/** What the marker at the end of a review calls it. */
export const reviewPurpose = 'review';

/** A review of ours that was handed in. */
export interface OwnReview {
  id: number;
  url: string;
  /** In GitHub's capitals: `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, or `DISMISSED` since. */
  state: string;
  /** As it stands, with memory and marker. */
  body: string;
  marker: Marker;
}

const reviewSchema = v.object({
  id: v.number(),
  html_url: v.string(),
  state: v.pipe(v.string(), v.toUpperCase()),
  body: v.nullish(v.string(), ''),
  user: v.nullable(v.object({ login: v.string() })),
});

/**
 * The reviews of our own account that end in a marker of ours, oldest first: of all reviews of the
 * pull request, the newest `threadComments` are looked at. Others may copy a marker, so that it
 * proves nothing by itself. Throws `github-error`.
 */
export async function findOwnReviews(
  { github, repository, number }: ReviewedPull,
  signal: AbortSignal,
): Promise<OwnReview[]> {
  const list = {
    route: 'GET /repos/{owner}/{repo}/pulls/{number}/reviews',
    parameters: { owner: repository.owner, repo: repository.name, number },
    item: reviewSchema,
    attempted: `look for our reviews of #${number}`,
    newest: threadComments,
  };
  const [login, { items }] = await Promise.all([
    viewerLogin(github, signal),
    readPages(github, list, signal),
  ]);
  return items.flatMap(({ id, html_url: url, state, body, user }) => {
    const marker = findMarker(body);
    const isOurs = user?.login.toLowerCase() === login.toLowerCase();
    if (!isOurs || marker?.purpose !== reviewPurpose || state === 'PENDING') return [];
    return [{ id, url, state, body, marker }];
  });
}

/** A run's own review, oldest first: one, unless GitHub has made it twice. Throws `github-error`. */
export async function findReviewsOf(
  pull: ReviewedPull,
  identity: RunIdentity,
  signal: AbortSignal,
): Promise<OwnReview[]> {
  const wanted = renderMarker(identity, reviewPurpose);
  const reviews = await findOwnReviews(pull, signal);
  return reviews.filter(({ marker }) => renderMarker(marker, marker.purpose) === wanted);
}
