import * as v from 'valibot';
import * as limits from '../limits/review.ts';
import type { Finding, FindingPlace, Review } from './review.ts';

/** A review as it was read. */
export interface ReadReview {
  /** Undefined where the answer cannot be used; with problems beside it, what can be used of it. */
  review: Review | undefined;
  /** What is wrong, as sentences for the agent to give its answer anew; empty for nothing. */
  problems: string[];
}

/** TODO */
export function readReview(answer: unknown): ReadReview {
  void answer;
  return { review: undefined, problems: [] };
}

/** TODO */
export function readReviewText(text: string): ReadReview {
  void text;
  return { review: undefined, problems: [] };
}
void v;
void limits;
export type Unused = Finding | FindingPlace;
