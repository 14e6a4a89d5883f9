/** Files of a thread that go to the agent: those of the request and the newest; each costs tokens. */
export const attachmentsMax = 10;

/** One file: models take no larger image (5 MB), and in base64 it fits into serve's 10 MiB (`--max-body`). */
export const attachmentBytes = 5 * 1024 * 1024;

/** All of them: in base64 20 MiB, and providers take requests of some 30 MB. */
export const attachmentsBytes = 15 * 1024 * 1024;

/** They are fetched side by side, while OpenCode starts; what has not come by then is left out. */
export const attachmentsFetchMs = 15_000;

/** OpenCode makes large images smaller when it takes them: 3 s for 10 megapixels on a busy machine. */
export const attachmentsGiveMs = 60_000;

/** GitHub itself redirects once or twice. */
export const attachmentRedirects = 5;

/** Pixels a side; models take no longer one. */
export const attachmentSide = 8_000;

/** Pixels in all: a small file may claim many, and OpenCode unpacks them, four bytes each. */
export const attachmentPixels = 25_000_000;

/** What of a text file the agent gets, its beginning and its end: half of what a conversation takes. */
export const attachmentChars = 60_000;

/** What is kept of a file's name. */
export const attachmentNameChars = 40;
