import type { Level } from './session/level.ts';
import type { Memory } from './session/memory.ts';

/** What is known of a former run's session while the agent's surroundings are opened. */
export interface Continuing {
  /** Of this run; it is also what a cache entry of this run's is filed under. */
  level: Promise<Level>;
  /**
   * The session to go on with, as far as the thread tells, or why a new one is begun, as a sentence.
   * Never rejects, but with the signal's reason. On a local server `memory.server` is `local` then, its
   * level is ours and it is not older than `session-retention-days`: its database is to be restored
   * before the server starts. `opencode/session.ts` verifies what the server then has.
   */
  former: Promise<{ memory: Memory } | { why: string }>;
  /** Set by whoever restores a database: why nothing was restored (empty: it was, or had not to be). */
  restoreNote: string;
  /** Whether a database was restored from the cache; the output `cache-hit`. */
  isCacheHit: boolean;
}
