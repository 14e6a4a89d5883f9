import type { Session } from '../opencode/server.ts';
import { reconcile } from './assemble.ts';
import { pause } from './pause.ts';
import { decideEnd } from './terminal.ts';
import type { Ending } from './terminal.ts';
import type { Transcript } from './transcript.ts';

/** Finds out whether a turn that seems to be over is. */
export interface Examiner {
  /** Settles when the record says that the turn is over. */
  readonly ended: Promise<Ending>;
  /** Something says that it may be over: the server is asked, now and again. */
  suspect(): void;
  /** The agent works: it was not over. */
  dismiss(): void;
}

/** What the examiner needs. */
export interface ExamineOptions {
  session: Session;
  transcript: Transcript;
  now: () => number;
  /** The record was read and taken in. */
  onRecord: () => void;
  signal: AbortSignal;
}

/** Pauses between two looks: the last word on a message came 40 ms after the first `idle`. */
const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** An examiner of one turn; it rests until it is made to suspect. */
export function createExaminer(options: ExamineOptions): Examiner {
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  let suspectedAt: number | undefined;
  let wake: (() => void) | undefined;

  const examine = async (): Promise<void> => {
    for (let pauseMs = firstPauseMs; suspectedAt !== undefined;) {
      const woken = new Promise<'woken'>((resolveWoken) => {
        wake = () => resolveWoken('woken');
      });
      const ending = await look(options, suspectedAt);
      if (ending !== undefined && suspectedAt !== undefined) return resolve(ending);
      const why = await Promise.race([woken, pause(pauseMs, options.signal)]);
      pauseMs = why === 'woken' ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs);
    }
    wake = undefined;
  };
  return {
    ended,
    suspect: () => {
      suspectedAt ??= options.now();
      if (wake !== undefined) return wake();
      void examine().catch(() => undefined);
    },
    dismiss: () => {
      suspectedAt = undefined;
    },
  };
}

/** One look; a server that does not answer is no news, since its event stream breaks as well. */
async function look(options: ExamineOptions, suspectedAt: number): Promise<Ending | undefined> {
  const { session, transcript, now, onRecord, signal } = options;
  try {
    // In this order: a record read after the session came to rest is the last there is.
    const status = await session.status(signal);
    const record = await session.record(signal);
    reconcile(transcript, record);
    onRecord();
    const { trouble } = transcript;
    return decideEnd({ record, status, trouble, quietMs: now() - suspectedAt });
  } catch {
    return undefined;
  }
}
