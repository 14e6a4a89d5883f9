import { type Env, oneOf, wholeNumber } from './fields.ts';

/** Which session a run answers in. */
export interface SessionInputs {
  /** `continue`: the one of the run before it on the thread, where that can be. */
  mode: 'continue' | 'new';
  /** A session that was last used longer ago is let go. */
  retentionMs: number;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Reads which session a run answers in. Throws `invalid-input`. */
export function readSession(env: Env): SessionInputs {
  return {
    mode: oneOf(env, 'session', ['continue', 'new'], 'continue'),
    retentionMs: wholeNumber(env, 'session-retention-days', 30) * dayMs,
  };
}
