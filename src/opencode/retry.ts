import { setTimeout as pause } from 'node:timers/promises';

import { ActionError } from '../errors.ts';
import { attachMs } from '../limits.ts';

/** First pause before another try; each is twice as long as the one before. */
const firstPauseMs = 250;

/**
 * Asks, and asks again with growing pauses while it fails in a way that may pass (`retryable`), until
 * `attachMs` after the first failure: then the last error is thrown, and any other one at once.
 * Throws `signal.reason` where the signal fired. Only for what may be done twice.
 */
export async function retry<Answer>(
  ask: () => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  let giveUpAt = Infinity;
  for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ActionError) || !error.retryable) throw error;
      giveUpAt = Math.min(giveUpAt, performance.now() + attachMs);
      if (performance.now() + pauseMs > giveUpAt) throw error;
    }
    await pause(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
