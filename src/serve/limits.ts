/** Every number that the front lives by: its unit is in its name, its reason beside it. */

/** A token shorter than this could be guessed; 32 characters of base64 are 192 bits. */
export const tokenCharsMin = 32;

/** A longer one is no token: it would not fit into a request's headers beside the others. */
export const tokenCharsMax = 1_024;

/** All of a request's headers and its first line; OpenCode's own need a few hundred bytes. */
export const headerBytes = 16 * 1024;

/** No client of OpenCode sends a quarter of that. */
export const headersMax = 100;

/** A path of OpenCode's is under 200 characters; its query may name a long directory. */
export const targetChars = 8 * 1024;

/** One part of a path: OpenCode's ids have about 30 characters. */
export const segmentChars = 200;

/** A client that has not sent its headers by then is slow on purpose. */
export const headersMs = 10_000;

/** A whole request, its body included, comes in within this: 10 MiB at 90 KiB/s. */
export const requestReadMs = 120_000;

/** How often Node looks for requests that are late: the limits above are exact to this. */
export const lateCheckMs = 1_000;

/** A connection that nothing is asked on stays open for this long; clients reuse them for seconds. */
export const keepAliveMs = 15_000;

/** Requests on one connection before it is closed, so that no client holds one for ever. */
export const requestsPerSocket = 10_000;

/** Requests that one connection may have open at once: nobody pipelines, but what is over may overlap. */
export const openPerSocket = 8;

/** Sockets at once, of strangers too; a thousand event streams and their calls need 2,000. */
export const socketsMax = 10_000;

/** Connections to OpenCode that are kept for the next request; OpenCode's own clients come in bursts. */
export const idleConnections = 256;

/** A free connection is closed after once or twice this time: Bun, and so OpenCode, waits for ten seconds. */
export const idleMs = 4_000;

/** A connection to OpenCode that is not there by then does not come; on loopback it takes none. */
export const connectMs = 10_000;

/** A connection that is silent for so long is probed: a machine that is gone closes none. */
export const probeMs = 60_000;

/** What is read of a connection at a time, as Node does it. */
export const readBytes = 64 * 1024;

/** The line before a chunk: a size has at most 13 digits, and nobody sends extensions. */
export const chunkLineBytes = 1_024;

/** Interim answers (1xx) before the answer; OpenCode sends none. */
export const interimsMax = 8;

/** A first piece up to this is joined to its head; a larger one gains nothing by being copied. */
export const joinedBytes = 16 * 1024;

/** A client that has taken nothing of what waits for it for so long is gone, or reads too slowly. */
export const slowReaderMs = 60_000;

/** A line of the log waits for so long: one write for many lines, and nobody reads sooner. */
export const logMs = 20;

/** First delay of a refusal; it doubles with each further one from the same address. */
export const refusalMs = 25;

/** Longest delay of a refusal (issue 5): more would cost us sockets rather than them time. */
export const refusalMaxMs = 2_000;

/** One refusal of an address is forgotten after this. */
export const forgiveMs = 5_000;

/** Addresses whose refusals are remembered; the oldest is forgotten first. */
export const refusedAddresses = 10_000;

/** Refusals that wait at once; past that, a connection is closed without an answer. */
export const refusalsWaiting = 1_000;

/** What a request's body may hold where `--max-body` does not say: a prompt with pictures in it. */
export const bodyMiB = 10;

/** What running requests get after SIGTERM where `--drain` does not say; systemd waits for 90 s. */
export const drainSeconds = 30;

/** What 429 and 503 say in `retry-after`: a turn takes minutes, a restart seconds. */
export const retryAfterSeconds = 5;

/** How often OpenCode is asked which sessions are at work. */
export const statusEveryMs = 5_000;

/** After a word that a session may be over, OpenCode is asked: by then its own list is up to date. */
export const doubtMs = 300;

/** One such question takes no longer than this. */
export const statusMs = 10_000;

/** A prompt that was taken, and whose session was not seen at work within this, came to nothing. */
export const busyWithinMs = 20_000;

/** Sessions of sub-agents that are remembered as such; the oldest is forgotten first. */
export const childrenMax = 10_000;

/** Sessions that are known to work inside of the roots; the oldest is asked about again. */
export const sessionsKnown = 10_000;

/** Pause before the event stream that tells of sessions is opened again. */
export const watchPauseMs = 1_000;

/** OpenCode sends a heartbeat every 10 s: a stream without a byte for 30 s is dead. */
export const watchSilenceMs = 30_000;

/** The longest event that is read of that stream: larger ones tell of no session's state. */
export const watchedChars = 64 * 1024 * 1024;

/** One answer to `/readyz` holds for this long, since anybody may ask. */
export const readyForMs = 1_000;

/** Asking OpenCode whether it answers takes no longer than this. */
export const readyMs = 2_000;

/** An upstream that does not answer at start is waited for: in a composition it may start later. */
export const upstreamStartMs = 15_000;

/** Pause before OpenCode is started again; it doubles up to `restartPauseMaxMs`. */
export const restartPauseMs = 250;
/** Longest pause before OpenCode is started again. */
export const restartPauseMaxMs = 10_000;

/** An OpenCode that ran for so long has started well: the pauses begin anew. */
export const steadyMs = 60_000;

/** So many ends in a row, none after `steadyMs`, are a restart loop: the process ends. */
export const restartsMax = 5;

/** A name in a workspace; Linux takes no longer path (PATH_MAX). */
export const nameBytes = 4_095;

/** One part of it (NAME_MAX). */
export const partBytes = 255;

/** Links that are followed on one way; the kernel gives up after so many: path_resolution(7). */
export const linksFollowed = 40;

/** A workspace's key: what stands in a path. */
export const keyChars = 100;

/** What one snapshot may hold where `--workspace-size` does not say; Linux' sources need 1,600. */
export const workspaceMiB = 1_024;

/** How many files one may have where `--workspace-files` does not say; Linux has 90,000. */
export const workspaceFiles = 100_000;

/** What all workspaces may hold together where `--workspaces-quota` does not say. */
export const workspacesMiB = 20 * 1_024;

/** How many there may be where `--workspaces-max` does not say: a busy repository's open threads. */
export const workspacesMax = 200;

/** A snapshot comes in within this: a GiB at 1 MiB/s. */
export const workspaceReadMs = 20 * 60_000;

/** A client that sends nothing of its snapshot for so long is gone. */
export const workspaceSilenceMs = 60_000;

/** What is left of a refused snapshot is read for so long, so that its sender sees the answer. */
export const refusedReadMs = 5_000;

/** One git command takes no longer: 100,000 files are written, or looked at, in a minute. */
export const workspaceGitMs = 10 * 60_000;

/** What is kept of a git command's output: the names of all files that are new. */
export const gitOutputBytes = 64 * 1024 * 1024;

/** Snapshots and patches that are made at a time: each takes a core. */
export const workspaceJobs = 4;

/** A workspace that was used within this is not removed for another's sake: a run may come back to it. */
export const workspaceIdleMs = 10 * 60_000;

/** How often the time of a workspace's last use is written down. */
export const usedEveryMs = 60_000;
