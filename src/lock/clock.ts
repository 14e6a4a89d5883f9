import { uptime } from 'node:os';
import { ActionError } from '../errors.ts';
import { pause } from '../github-retry.ts';
import type { LockStore } from './store.ts';

/** Where the lock takes its time from, so that a test can make it up. All in milliseconds. */
export interface Clock {
  /** Since 1970, as the machine believes: compared with what other machines wrote. */
  now(): number;
  /** Since some moment, and never set: for all that is measured here. */
  monotonic(): number;
  /** Waits, or throws the signal's own reason as soon as it fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * The machine's own clock. `uptime` goes on while a laptop sleeps; Node's timers and
 * `performance.now` do not, and its lease runs out meanwhile.
 */
export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => uptime() * 1000,
  sleep: pause,
};

/** Bounds one call of a store: it is aborted, and rejects as one that may be repeated, after `ms`. */
export async function within<Result>(
  { clock, store }: { clock: Clock; store: Pick<LockStore, 'reason'> },
  ms: number,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const done = new AbortController();
  const message = `The lock's store did not answer in ${ms / 1000} s.`;
  clock.sleep(ms, done.signal).then(
    () => late.abort(new ActionError(store.reason, message, { retryable: true })),
    () => undefined,
  );
  try {
    return await call(AbortSignal.any([signal, late.signal]));
  } finally {
    done.abort('answered');
  }
}
