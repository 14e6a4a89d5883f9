/**
 * A run looks for a stop this often, counted from look to look, so that one is noticed within ten
 * seconds though GitHub takes its time. What has not changed is answered with 304, which the token's
 * limit of 1,000 requests an hour does not count: what is counted are the edits of the progress
 * comment, 240 an hour at most (`progressEveryMs`), and what people write.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
export const stopLookEveryMs = 4_000;

/** Where nothing is answered with 304, by a proxy between perhaps: 400 requests an hour... */
export const dearLookEveryMs = 9_000;

/** ...and 200 for comments on lines, where a stop is rare; after failures pauses grow to a minute. */
export const dearLineLookEveryMs = 18_000;

/** The longest pause after looks that failed in a row. */
export const failedLookEveryMs = 60_000;

/** One look takes no longer: the next may come through. */
export const stopLookMs = 8_000;

/** The run of a stop waits this long for the others to end: ten seconds, and what an ending takes. */
export const stopWaitMs = 30_000;

/** Between two looks whether they have ended: some five requests each, or fifteen (`eyesLooked`). */
export const stopWaitEveryMs = 3_000;

/**
 * Comments that mention us and have `eyes`, anybody's, which are asked for ours, the newest first: a look
 * costs one request each, and strangers can put both there by the hundred.
 */
export const eyesLooked = 10;

/** Of a thread's comments, the newest so many are looked at for a command: two pages. */
export const commandComments = 200;
