/** How far what a run wrote may be trusted: a name of lower-case letters, digits and hyphens. */
export type Level = string;

/** What a level is made of. */
export interface Standing {
  /**
   * Whether everybody whose word it is may write to the repository: who asked, whose request is retried,
   * who started the run again.
   */
  mayWrite: boolean;
  /** The pull request that the agent is given to read; undefined on an issue. */
  pull?:
    | {
        /** Its author has no write permission. */
        isUntrusted: boolean;
        isFork: boolean;
        /** GitHub's id of the head's repository; undefined where that is gone. */
        headRepositoryId: number | undefined;
      }
    | undefined;
}

/**
 * The level of a run. What one run wrote is given to another at the very same level and to no other:
 * whose word it was, whose code the agent has read, and on a fork which one, are all part of the name.
 * Pure.
 */
export function levelOf({ mayWrite, pull }: Standing): Level {
  const parts = [mayWrite ? 'write' : 'guest'];
  if (pull?.isUntrusted === true) parts.push('stranger');
  if (pull?.isFork === true) parts.push('fork', String(pull.headRepositoryId ?? 'gone'));
  return parts.join('-');
}
