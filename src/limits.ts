/**
 * Every number the action lives by: its unit is in its name, its reason and source beside it.
 * Sizes in `Chars` are UTF-16 code units, as GitHub counts them; `Bytes` are UTF-8.
 */

/** GitHub refuses a comment of 65,537 characters with 422; the rest is room for marker and summary. */
export const commentChars = 65_536;

/** Room in every comment for what is hidden in it: whose it is, and of which session. */
export const markerChars = 1_500;

/** An answer longer than this many comments goes on in the step summary (contract). */
export const commentsPerAnswer = 5;

/** The runner drops a step summary over 1 MiB whole, and an output over 1 MiB fails the step. */
export const summaryBytes = 900 * 1024;

/** The same bound for the output `response`. */
export const responseBytes = 900 * 1024;

/** The progress comment is first written this long after the start (contract). */
export const progressAfterMs = 10_000;

/**
 * Pause between two edits of the progress comment: 80 content-creating requests a minute and 500 an
 * hour are GitHub's secondary limit, shared by all runs of a token; 15 s is 240 an hour.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export const progressEveryMs = 15_000;

/** How much of what the agent has written the progress comment shows, from its end. */
export const progressTailChars = 1_500;

/** Between SIGINT and SIGTERM the runner leaves 7.5 s, and then 2.5 s more: we are done in 5. */
export const cleanupMs = 5_000;

/** A run that was told to stop, and did not within this, is left to `post`: before SIGTERM comes. */
export const endingMs = 7_000;

/** Of `cleanupMs`, this much goes to stopping the session and reading what it wrote; GitHub gets the rest. */
export const abandonMs = 2_000;

/** Of `cleanupMs`, after this much git is told to stop putting the workspace back: `post` does it then. */
export const restoreMs = 4_500;

/** What delivering a reply may take while nobody hurries us: GitHub's retries and pauses included. */
export const deliveryMs = 4 * 60_000;

/** What reaction and label, if they are still being put on when the run ends, get in addition. */
export const signsMs = 1_000;

/** What `post` may take; the runner leaves about five minutes after a cancel. */
export const recoverMs = 4 * 60_000;

/** Of `recoverMs`, this much at most goes to stopping the session and reading what it wrote. */
export const recordMs = 8_000;

/** Of `recoverMs`, this much at most goes to the answer, so that label and reaction get the rest. */
export const redeliveryMs = 3 * 60_000;

/** OpenCode prints its address 0.6 to 2 s after it was started; a busy runner needs more. */
export const serverStartMs = 60_000;

/** SIGTERM first, SIGKILL to the whole process group after this. */
export const serverStopMs = 1_500;

/** One command as root (a user made, modes changed) takes some 20 ms; a busy runner needs more. */
export const privilegedMs = 20_000;

/** Handing a workspace to the agent, and back, takes a second for some 200,000 files. */
export const ownershipMs = 5 * 60_000;

/** The list of users is locked while another run writes it: tried this often, 100 ms apart. */
export const accountTries = 50;

/** Server output kept for the message when it does not start. */
export const serverLogChars = 4_000;

/** One request to OpenCode or GitHub takes no longer than this. */
export const requestMs = 30_000;

/**
 * The first call for a directory makes OpenCode load the project, and install its plugins over the
 * network: that may take minutes.
 */
export const projectMs = 120_000;

/**
 * While a session is being opened, a call that fails is repeated for this long: a proxy that reloads
 * is back within seconds, and who gave a wrong address should not wait for longer.
 */
export const attachMs = 4_000;

/** A workspace on a server that another run is just done with is free within seconds. */
export const workspaceBusyMs = 60_000;

/** OpenCode sends a heartbeat every 10 s: a stream without a byte for 30 s is dead. */
export const streamSilenceMs = 30_000;

/** A lost event stream is given this long to come back before the run gives up (`stream-ended`). */
export const reconnectMs = 60_000;

/** A model's provider that fails so often in a row, without a word in between, is given up. */
export const providerRetries = 5;

/** Longest pause between two attempts to connect again. */
export const reconnectPauseMs = 8_000;

/** The longest event that is read; a larger one is taken for garbage. */
export const eventBytes = 64 * 1024 * 1024;

/** The journal is at most this far behind what the agent wrote. */
export const journalEveryMs = 400;

/** The largest `timeout-minutes`: five days, the longest a job on a self-hosted runner may take. */
export const timeoutMaxMinutes = 7_200;

/** `AbortSignal.timeout` above 2^31 - 1 ms fires at once. */
export const timerMaxMs = 2 ** 31 - 1;

/** What of the conversation goes into the prompt: newest first, until this many characters. */
export const threadChars = 120_000;

/** What of a pull request's diff goes into the prompt: whole files, until this many characters. */
export const diffChars = 200_000;

/** Files left out of the diff that the prompt names; the rest are counted. */
export const namedFiles = 100;

/** Commits that a session is told of by name where several were pushed since; the others are counted. */
export const newCommits = 50;

/** GitHub lists no more of a pull request's files. https://docs.github.com/rest/pulls/pulls */
export const diffFilesMax = 3_000;

/** GitHub's own page size limit. */
export const pageSize = 100;

/** Comments read at most; the newest count. */
export const threadComments = 1_000;

/** A read is tried this often, and a write that is safe to repeat. */
export const githubAttempts = 4;

/** Pause before the second try at GitHub; it doubles with every further one. */
export const githubPauseMs = 500;

/** The longest `retry-after` that is waited for, inside the run's own deadline. */
export const retryAfterMaxMs = 60_000;

/** One git command takes no longer than this: a large repository's fetch or checkout needs minutes. */
export const gitMs = 5 * 60_000;

/** The last look at a pull request's head, side by side with the end of the turn, takes no longer. */
export const headLookMs = 5_000;

/** The same once the runner wants us gone: the agent is being stopped meanwhile (`abandonMs`). */
export const headLookHurriedMs = 1_500;

/** Files that were set aside and are named to the agent and in the log; the rest are counted. */
export const setAsideNamed = 20;

/** A lock of git's index that is still there after this was left by a git that was killed. */
export const gitLockMs = 3_000;

/** What is kept of a git command's output; ours print a few lines. */
export const gitOutputChars = 1_000_000;

/** How far this machine's clock may be ahead of GitHub's when comments are looked up by their time. */
export const clockErrorMs = 60 * 60_000;

/** What is said of hidden things makes a text longer by so many characters at most... */
export const notesMinChars = 300;

/** ...and by this share of it, so that the prompt stays in its bounds. */
export const notesShare = 0.5;

/** Looking for links takes quadratic time in one paragraph's brackets: 0.3 s for so many. */
export const linkBrackets = 5_000;
