import { timeoutMaxMinutes } from '../limits.ts';
import { type Env, minutes, oneOf } from './fields.ts';

/** Which runs must take turns, and where it is written down who has the turn. */
export interface LockInputs {
  /** `auto`: the workspace on a remote server, nothing on a server of the run's own. */
  scope: 'auto' | 'thread' | 'repository' | 'none';
  /** How long another run is waited for, inside the run's own time. */
  waitMs: number;
  store: 'github';
}

/** Reads what a run locks. Throws `invalid-input`. */
export function readLock(env: Env): LockInputs {
  return {
    scope: oneOf(env, 'lock', ['auto', 'thread', 'repository', 'none'], 'auto'),
    waitMs: minutes(env, 'lock-wait-minutes', 10, timeoutMaxMinutes),
    store: 'github',
  };
}
