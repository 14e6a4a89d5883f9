/** A snapshot of 100,000 files that must all be read again takes some 20 s. */
export const snapshotMs = 2 * 60_000;

/** GitHub takes no larger file: https://docs.github.com/repositories/working-with-files/managing-large-files/about-large-files-on-github */
export const snapshotFileBytes = 100 * 1024 * 1024;

/** What a snapshot copies at most: a build's output that nobody ignores is no change to look at. */
export const snapshotBytes = 1024 * 1024 * 1024;

/** What a server's patch may be, and become: far more than what is pushed (`max-changed-bytes`). */
export const patchBytes = 128 * 1024 * 1024;

/** Reading what changed and pushing it takes no longer, GitHub's pauses included. */
export const changesMs = 10 * 60_000;

/** Of `recoverMs`, this much at most the answer waits for what the agent changed to be saved. */
export const savingMs = 60_000;

/** Of `cleanupMs`, this much goes to ending the agent and saving what it changed; the reply gets the rest. */
export const changesHurriedMs = 3_200;

/** Changed files that a reply names, with up to 400 characters each; the rest are counted. */
export const changesListed = 50;

/** Files left out of a delivery that a reply names; the rest are counted. */
export const leftOutListed = 20;

/** A patch longer than this is not shown in the step summary: the answer needs room there as well. */
export const patchShownBytes = 512 * 1024;

/** A push that loses the race is made anew on what was pushed instead, this often. */
export const pushTries = 4;

/** Of 80 requests a minute that create something: progress edits and other runs need some as well. */
export const pushWritesPerMinute = 60;

/** Of 500 an hour; a change that takes more is delivered as a patch. */
export const pushWrites = 400;

/** A text goes with the tree up to this size; larger ones, as blobs, do not make its request slow. */
export const inlineBytes = 256 * 1024;

/** What one request that makes a tree carries: GitHub gives a request ten seconds. */
export const treeRequestBytes = 1024 * 1024;

/** Files in one request that makes a tree; GitHub names no limit, and has answered thousands with 502. */
export const treeRequestFiles = 200;

/** GitHub takes 100 MB, in base64 in one request, for which there is `requestMs`. */
export const pushFileBytes = 25 * 1024 * 1024;

/** Blobs on their way at a time; GitHub asks for few requests at once. */
export const blobsAtOnce = 3;

/** Commits back from a branch's tip among which ours is looked for after a lost answer. */
export const commitsBack = 20;

/** A commit's first line is under 72 characters (the issue; git's own habit). */
export const subjectChars = 71;

/** What a branch's name takes of a title. */
export const slugChars = 40;

/** Branches of one thread at most; the next change is delivered as a patch. */
export const branchesPerThread = 20;

/** What a pull request's description takes of the answer; all of it is on the thread. */
export const descriptionChars = 20_000;

/** Names of files in one sentence; the rest are counted. */
export const shownPaths = 5;
