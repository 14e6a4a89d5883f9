import { timerMaxMs } from '../limits.ts';

/** Tells when the agent has not worked for too long. */
export interface Watchdog extends Disposable {
  /** A sign of work: the time starts anew. */
  feed(): void;
  /** A wait that was announced (in the clock's own milliseconds): no stall before it is over. */
  holdUntil(at: number): void;
}

/**
 * Starts the watch; `onStall` is called once, after `stallMs` without `feed`.
 * `feed` only notes the time, since it is called a million times.
 */
export function startWatchdog(stallMs: number, now: () => number, onStall: () => void): Watchdog {
  let deadline = now() + stallMs;
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    const leftMs = deadline - now();
    if (leftMs <= 0) return onStall();
    timer = setTimeout(watch, Math.min(Math.ceil(leftMs), timerMaxMs));
  };
  watch();
  return {
    feed: () => {
      deadline = now() + stallMs;
    },
    holdUntil: (at) => {
      deadline = Math.max(deadline, at);
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
