import type { RecordedMessage } from '../opencode/events.ts';
import type { Session } from '../opencode/server.ts';
import { abandonMs } from '../limits.ts';
import { reconcile } from './assemble.ts';
import { pause, unlessStopped } from './pause.ts';
import { isSettled } from './terminal.ts';
import type { Transcript } from './transcript.ts';

/** Pause between two looks at the record of a session that was told to stop. */
const lookEveryMs = 100;

/** A session is told again to stop this often: one that was only just prompted does not hear it. */
const repeatEveryMs = 500;

/**
 * Stops the session and takes in what the server has of it: OpenCode writes a text down as soon as
 * it is told to stop. Takes `patienceMs` at most, and never throws: where the server does not
 * answer, what the events brought stands. Returns the last record that could be read.
 */
export async function giveUp(
  session: Pick<Session, 'abort' | 'record'>,
  transcript: Transcript,
  patienceMs = abandonMs,
): Promise<readonly RecordedMessage[]> {
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new Error('The server took too long.')),
    patienceMs,
  );
  let record: readonly RecordedMessage[] = [];
  const onRecord = (read: readonly RecordedMessage[]): void => {
    if (deadline.signal.aborted) return;
    reconcile(transcript, read);
    record = read;
  };
  try {
    await unlessStopped(stopAndRead(session, onRecord, deadline.signal), deadline.signal);
  } catch {
    // The server is gone, or slow: the caller says why the turn ended, and that is not this.
  } finally {
    clearTimeout(timer);
    deadline.abort(new Error('Nobody waits for it any more.'));
  }
  return record;
}

async function stopAndRead(
  session: Pick<Session, 'abort' | 'record'>,
  onRecord: (record: readonly RecordedMessage[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let isStopped = false;
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    if (!isStopped || waitedMs % repeatEveryMs === 0)
      isStopped = (await attempt(session.abort(signal).then(() => true))) ?? false;
    const record = await attempt(session.record(signal));
    if (record !== undefined) onRecord(record);
    if (isStopped && record !== undefined && isSettled(record)) return;
    await pause(lookEveryMs, signal);
  }
}

/** One call that was lost is no reason to let the agent work on: it is made again. */
function attempt<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch(() => undefined);
}
