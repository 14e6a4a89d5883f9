import { timeoutMaxMinutes } from '../limits.ts';
import type { S3Place } from '../lock/s3-client.ts';
import { type Env, minutes, oneOf, text } from './fields.ts';
import { readLockStore } from './lock-store.ts';

/** Which runs must take turns, and where it is written down who has the turn. */
export interface LockInputs {
  /** `auto`: the workspace on a remote server, nothing on a server of the run's own. */
  scope: 'auto' | 'thread' | 'repository' | 'none';
  /** How long another run is waited for, inside the run's own time. */
  waitMs: number;
  store: 'github' | S3Place;
}

/**
 * Reads what a run locks. With `reply: none` nothing is written to GitHub by itself, and so nothing is
 * locked there but what is asked for by name. Throws `invalid-input`.
 */
export function readLock(env: Env): LockInputs {
  const scope = oneOf(env, 'lock', ['auto', 'thread', 'repository', 'none'], 'auto');
  const store = readLockStore(env);
  const isSilent = text(env, 'reply') === 'none' && store === 'github';
  return {
    scope: scope === 'auto' && isSilent ? 'none' : scope,
    waitMs: minutes(env, 'lock-wait-minutes', 10, timeoutMaxMinutes),
    store,
  };
}
