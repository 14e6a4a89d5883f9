import { pageSize } from '../limits.ts';
import { renderMarker } from '../marker.ts';
import type { OwnReview } from './own.ts';
import { on, type ReviewedPull } from './pull.ts';

/** What the marker of a review calls it that GitHub has made a second time. */
const purpose = 'review-twin';

/**
 * Takes back a review that is there twice: GitHub deletes none that was handed in, so that its comments
 * go and its body leads to the first. Throws what GitHub refuses.
 */
export async function withdrawTwin(
  pull: ReviewedPull,
  { id, marker }: OwnReview,
  first: OwnReview,
  signal: AbortSignal,
): Promise<void> {
  const { pulls } = pull.github.rest;
  const { pull_number, ...repository } = on(pull, signal);
  const review = { ...repository, pull_number, review_id: id };
  const said = `GitHub took this review twice: see [the first](${first.url}).`;
  await pulls.updateReview({ ...review, body: `${said}\n\n${renderMarker(marker, purpose)}` });
  const { data } = await pulls.listCommentsForReview({ ...review, per_page: pageSize });
  for (const comment of data)
    await pulls.deleteReviewComment({ ...repository, comment_id: comment.id });
}
