import { messageOf } from '../errors.ts';
import { formerMs } from '../limits/review.ts';
import { findOwnReviews } from './own.ts';
import type { ReviewedPull } from './pull.ts';
import type { ReviewMemory } from './review.ts';
import { type FindingThread, readFindingThreads } from './finding-threads.ts';

/** A review of ours on the same pull request, and what it remembers. */
export interface FormerReview {
  id: number;
  url: string;
  /** In GitHub's capitals; `DISMISSED` where a person has taken it back. */
  state: string;
  memory: ReviewMemory;
}

/** What we said of the pull request before. */
export interface Former {
  /** The newest that remembers; undefined for a first one. */
  review: FormerReview | undefined;
  /** The review threads that findings of ours opened, of all former reviews. */
  threads: FindingThread[];
  /** What could not be read, as sentences; empty where all was. */
  note: string;
}

/**
 * Reads what former reviews of ours said. `findMemory` reads it out of a review's body. What cannot
 * be read, or not within `formerMs`, is gone without: then `note` says so. Throws only the signal's reason.
 */
export async function readFormer(
  pull: ReviewedPull,
  findMemory: (body: string) => ReviewMemory | undefined,
  signal: AbortSignal,
): Promise<Former> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(formerMs)]);
  const [reviews, threads] = await Promise.allSettled([
    findNewest(pull, findMemory, limited),
    readFindingThreads(pull, limited),
  ]);
  signal.throwIfAborted();
  return {
    review: reviews.status === 'fulfilled' ? reviews.value : undefined,
    threads: threads.status === 'fulfilled' ? threads.value : [],
    note: [
      sentenceOf(reviews, 'What was found before is not known, so this is a review of everything'),
      sentenceOf(threads, 'Comments on what is fixed by now stay open'),
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
  };
}

async function findNewest(
  pull: ReviewedPull,
  findMemory: (body: string) => ReviewMemory | undefined,
  signal: AbortSignal,
): Promise<FormerReview | undefined> {
  const reviews = await findOwnReviews(pull, signal);
  for (const { id, url, state, body } of reviews.toReversed()) {
    const memory = findMemory(body);
    if (memory !== undefined) return { id, url, state, memory };
  }
  return undefined;
}

function sentenceOf(settled: PromiseSettledResult<unknown>, consequence: string): string {
  if (settled.status === 'fulfilled') return '';
  return `${consequence}: ${messageOf(settled.reason)}.`;
}
