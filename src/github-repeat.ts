import { pause, readFailedRequest, retryPauseMs } from './github-retry.ts';
import { githubAttempts } from './limits.ts';

/**
 * Whether GitHub has clearly not done what it was asked (a 4xx that is no rate limit); after any
 * other failure it may have been done all the same.
 */
export function isRefusal(thrown: unknown): boolean {
  const failed = readFailedRequest(thrown);
  if (failed?.status === undefined) return false;
  return failed.status >= 400 && failed.status < 500 && !failed.isRateLimited;
}

/** Whether GitHub knows no such thing: after a DELETE, what was wanted. */
export function isMissing(thrown: unknown): boolean {
  return readFailedRequest(thrown)?.status === 404;
}

/** Whether GitHub knows no such thing to act on, or none that this can be done to. */
export function isUnfit(thrown: unknown): boolean {
  return [404, 422].includes(readFailedRequest(thrown)?.status ?? 0);
}

/**
 * Repeats a POST that changes nothing the second time (a reaction, a label) as the client repeats
 * other calls; `call` must pass the signal on.
 */
export async function repeat<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (thrown) {
      signal.throwIfAborted();
      const pauseMs = retryPauseMs(thrown, attempt);
      if (attempt >= githubAttempts || pauseMs === undefined) throw thrown;
      await pause(pauseMs, signal);
    }
  }
}
