import type { Repository, ThreadRef } from './event/trigger.ts';
import type { GitHub } from './github.ts';
import type { RunIdentity } from './marker.ts';
import { findReviewsOf } from './review/own.ts';

/**
 * Whether a run's answer stands on its pull request as a review: then it gets no other. It was made as
 * a whole, so that nothing is missing from it. Throws `github-error`.
 */
export async function hasReview(
  github: GitHub,
  { repository, thread }: { repository: Repository; thread: ThreadRef },
  identity: RunIdentity,
  signal: AbortSignal,
): Promise<boolean> {
  if (thread.kind !== 'pull') return false;
  const pull = { github, repository, number: thread.number };
  return (await findReviewsOf(pull, identity, signal)).length > 0;
}
