import { ActionError, messageOf } from '../errors.ts';
import { reconnectMs, reconnectPauseMs } from '../limits.ts';
import type { ServerEvent } from '../opencode/events.ts';
import type { Session } from '../opencode/server.ts';
import { pause } from './pause.ts';

/** First pause before another attempt to connect; each is twice as long as the one before. */
const firstPauseMs = 250;

/** A way to connect again and again that gives up at the right time. */
export interface Connector {
  /** The event stream, connected. Throws ActionError('stream-ended') when it stays away. */
  connect(signal: AbortSignal): Promise<AsyncIterable<ServerEvent>>;
  /** The connection bore something: the next outage is a new one. */
  isAlive: () => void;
}

/**
 * Connects to a session's events. An outage lasts `limits.reconnectMs` at most; pauses grow up to
 * `limits.reconnectPauseMs`, over connections too that break as soon as they are made. A refusal
 * that no repetition changes (an `ActionError` that is not retryable) is thrown at once.
 */
export function createConnector(session: Session, now: () => number): Connector {
  let pauseMs = 0;
  const attempt = async (
    signal: AbortSignal,
    giveUpAt: number,
  ): Promise<AsyncIterable<ServerEvent>> => {
    for (;;) {
      if (pauseMs > 0) await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2 || firstPauseMs, reconnectPauseMs);
      try {
        return await open(session, giveUpAt - now(), signal);
      } catch (thrown) {
        signal.throwIfAborted();
        if (isFinal(thrown)) throw thrown;
        if (now() + pauseMs > giveUpAt) throw streamEnded(thrown);
      }
    }
  };
  return {
    connect: (signal) => attempt(signal, now() + reconnectMs),
    isAlive: () => {
      pauseMs = 0;
    },
  };
}

/** One attempt, bounded by what is left of the outage; a stream that it opens is bound no more. */
async function open(
  session: Session,
  leftMs: number,
  signal: AbortSignal,
): Promise<AsyncIterable<ServerEvent>> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error('nothing answers')), Math.max(0, leftMs));
  try {
    return await session.events(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}

function isFinal(thrown: unknown): boolean {
  return (
    thrown instanceof ActionError && !thrown.retryable && thrown.reason === 'server-unauthorized'
  );
}

function streamEnded(thrown: unknown): ActionError {
  const seconds = reconnectMs / 1_000;
  return new ActionError(
    'stream-ended',
    `The event stream of OpenCode broke and did not come back within ${seconds} seconds (${messageOf(thrown)}).`,
    {
      hint: "Look at the server's log: it may have stopped, or the way to it is cut.",
      cause: thrown,
    },
  );
}
