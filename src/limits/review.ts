/** More findings are not read by anybody, and GitHub sends a review's comments in one request. */
export const findingsMax = 100;

/** A finding's title is one line: longer ones are cut. */
export const titleChars = 200;

/** A finding's body. Six of these fill a review; a longer one is cut, and the agent asked for less. */
export const findingChars = 10_000;

/** What was verified. The findings need the room more. */
export const verifiedChars = 10_000;

/** Why the risk is what it is: a few sentences. */
export const reasonChars = 2_000;

/** A suggestion is a few lines; whole files are the business of a commit. */
export const suggestionChars = 10_000;

/** Linux' PATH_MAX: git makes no longer path there. */
export const pathChars = 4_096;

/** Answers as text are looked through for JSON up to this length; `findingsMax` findings need less. */
export const answerChars = 4_000_000;

/** Problems that the agent is told at once: they fit the repair round's prompt, and one often causes the others. */
export const problemsTold = 20;

/** Of a review's 65,536 characters, the hidden memory takes no more: some 60 findings. */
export const memoryChars = 16_000;

/** What is remembered of a finding's title, which is enough to know it again. */
export const memoryTitleChars = 120;

/** A longer path is not remembered: it would take the room of several findings. */
export const memoryPathChars = 500;

/** As many lines as git shows around a change: an agent that miscounts is off by no more. */
export const nearLines = 3;

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

/** What has changed since a former review is shown to the next up to here; the whole diff stands beside it. */
export const sinceChars = 60_000;

/** An answer that is no review is shown to the agent up to here, so that it can put it right. */
export const repairChars = 60_000;

/** Looking for what former reviews said takes no longer: the review goes on without it. */
export const formerMs = 30_000;

/** Threads of fixed findings that one run closes: more than one review opens (`inlineFindings`). */
export const closedThreads = 50;

/** Closing them takes no longer, so that it never holds up a run that has its answer. */
export const closingMs = 30_000;

/** After so many that GitHub does not close, the rest is left open. */
export const closingFailures = 3;
