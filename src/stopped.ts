import { recordMs } from './limits.ts';
import type { Address } from './opencode/client.ts';
import { fetchLastTurn, fetchStatus } from './opencode/record.ts';
import { abortSession } from './opencode/session.ts';
import { createTurnRedactor } from './outgoing.ts';
import type { Redactor } from './redact/redactor.ts';
import { createTranscript, toTurn } from './turn/assemble.ts';
import { giveUp } from './turn/give-up.ts';
import { isSettled } from './turn/terminal.ts';
import type { Turn } from './turn/turn.ts';

/** A session that another process had prompted, after it was told to stop. */
export interface Stopped {
  /** What the server has of it, without secrets. */
  turn: Turn;
  /** Whether it was seen to be at work no more: being told to stop proves nothing. */
  isAtRest: boolean;
  /** Whether the server answered at all. */
  isHeard: boolean;
}

/**
 * Stops a session and reads what its last prompt came to, of which nothing stands up to the message
 * `after`; takes `recordMs` and one request at most, and never
 * throws for what the server does not do.
 */
export async function stopSession(
  address: Address,
  sessionId: string,
  redactor: Redactor,
  signal: AbortSignal,
  after = '',
): Promise<Stopped> {
  const transcript = createTranscript(sessionId);
  let isHeard = false;
  const source = {
    abort: (either: AbortSignal) => abortSession(address, sessionId, either),
    record: async (either: AbortSignal) => {
      const record = await fetchLastTurn(address, sessionId, after, either);
      isHeard = true;
      return record;
    },
  };
  signal.throwIfAborted();
  const record = await giveUp(source, transcript, recordMs);
  const turn = createTurnRedactor(redactor).ended(toTurn(transcript));
  const isAtRest = isSettled(record) || (isHeard && (await isIdle(address, sessionId, signal)));
  return { turn, isAtRest, isHeard };
}

/**
 * One that was never prompted, or whose server was started anew, has no record that settles. After
 * `recordMs` of being told to stop it is at rest if its server does not call it busy.
 */
async function isIdle(address: Address, sessionId: string, signal: AbortSignal): Promise<boolean> {
  try {
    return [undefined, 'idle'].includes(await fetchStatus(address, sessionId, signal));
  } catch {
    return false;
  }
}
