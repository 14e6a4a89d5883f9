import type { Level } from './level.ts';

/**
 * What the answer of a run says, hidden, of its session, so that the next run on the thread finds it:
 * where to look, and no more. What the session itself says of its thread and level decides.
 */
export interface Memory {
  sessionId: string;
  /** `local`, or the name that `nameServer` gives: no address of anybody's server. */
  server: string;
  /** OpenCode's version. */
  version: string;
  level: Level;
  run: { id: string; url: string };
  /** What its database is sealed with in the cache; undefined where none is kept. */
  seal?: string | undefined;
  /** When its thread was read, by this machine's clock, in ISO 8601. */
  at: string;
}
