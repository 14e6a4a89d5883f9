/**
 * A lock is held for so long without a further word. GitHub gives a runner up some ten minutes after
 * its last sign: a holder that is cut off from GitHub has stopped by itself before.
 */
export const lockLeaseMs = 5 * 60_000;

/** A record that wants to be believed for longer is none: a dead run's lock would stay. */
export const lockLeaseMaxMs = 60 * 60_000;

/** One text of a record: a path has 4,096 characters at most, and the rest is shorter. */
export const lockTextChars = 4_096;

/** A record is never larger: `lockRecoveries` of dead runs, a few texts each. */
export const lockRecordChars = 1024 * 1024;

/** A store of objects is looked at so often before it is given up, with `lockRetryMs` in between. */
export const lockProbeTries = 3;

/**
 * A lease is renewed so often: two renewals may fail. Each is two writes of GitHub's (a commit, a
 * reference), some 72 of a token's 500 an hour.
 */
export const renewalsPerLease = 3;

/** A holder that could not renew stops so long before its lease is over: the agent must be still by then. */
export const lockStopMs = 10_000;

/** A lease that is over is noticed within this, also where the machine slept. */
export const lockCheckMs = 10_000;

/** One call of a lock's store, retries included: several have to fit between two renewals. */
export const lockCallMs = 20_000;

/** Pause after a call of a lock's store that failed. */
export const lockRetryMs = 3_000;

/** Pause before the second look at a lock that another holds; it grows by half with every look... */
export const lockPollMs = 5_000;

/**
 * ...up to this: ten minutes of waiting are some 35 looks of three requests, of the 1,000 an hour that
 * a repository's runs share.
 */
export const lockPollMaxMs = 20_000;

/** What giving a lock back may take where nobody hurries us; `post` does it where it was not enough. */
export const lockReleaseMs = 10_000;

/** The same for a run that was stopped while it waited for the lock: `cleanupMs` is for all its ending. */
export const lockTakeBackMs = 2_000;

/** Dead runs that a lock remembers until somebody has tidied up after them; the newest count. */
export const lockRecoveries = 8;

/** A conditional write that met another one under way (409) is sent so often... */
export const lockConflictTries = 4;

/** ...with this pause, and each time as much more: the other one takes some tens of milliseconds. */
export const lockConflictPauseMs = 100;

/**
 * What tidying up after a run that died may take before the new one goes on: `recordMs` for the
 * session, the rest for the thread.
 */
export const tidyMs = 30_000;
