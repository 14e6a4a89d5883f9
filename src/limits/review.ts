/**
 * Comments on lines in one review; more findings stand in its body. GitHub names no limit, counts
 * each as content that is created (80 a minute), and has answered reviews of more with 502.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export const inlineFindings = 30;

/** GitHub lists no more files of a comparison. https://docs.github.com/rest/commits/commits#compare-two-commits */
export const comparedFiles = 300;

/** Review threads that are looked at; a review of ours opens `inlineFindings` of them at most. */
export const reviewThreads = 1_000;

/** Looking for what former reviews said takes no longer: the review goes on without it. */
export const formerMs = 30_000;

/** Threads of fixed findings that one run closes; the next one closes the rest. */
export const closedThreads = 50;

/** Closing them takes no longer, so that it never holds up a run that has its answer. */
export const closingMs = 30_000;

/** After so many that GitHub does not close, the rest is left to a later run. */
export const closingFailures = 3;
