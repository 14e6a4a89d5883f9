import { reconnectPauseMs } from '../limits.ts';
import type { ServerEvent } from '../opencode/events.ts';
import type { Session } from '../opencode/server.ts';
import { pause } from './pause.ts';

/** First pause before another try, and how many there are: the next connection tries again. */
const firstPauseMs = 250;
const attempts = 6;

/**
 * Reads what the events of an outage would have told, and gives it to `take`. Where the server does
 * not answer in several attempts it is done without (false): the root session's record is read anyway.
 */
export async function catchUp(
  session: Session,
  take: (event: ServerEvent) => void,
  signal: AbortSignal,
): Promise<boolean> {
  let pauseMs = firstPauseMs;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      (await session.missed(signal)).forEach(take);
      return true;
    } catch {
      if (signal.aborted) return false;
    }
    await pause(pauseMs, signal).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, reconnectPauseMs);
  }
  return false;
}
