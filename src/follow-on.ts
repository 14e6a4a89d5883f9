import type { Agent } from './agent.ts';
import { type Desk, enter } from './desk.ts';
import { messageOf } from './errors.ts';
import type { Inputs } from './inputs.ts';
import type { Session } from './opencode/server.ts';
import { noteSession } from './our-session.ts';
import { createTurnRedactor } from './outgoing.ts';
import { logWarning } from './outputs.ts';
import type { Ask } from './review-turn.ts';
import type { Tell, Told } from './telling.ts';
import { followTurn } from './turn/follow.ts';
import { joinTurns } from './turn/join.ts';
import { RefusedError } from './turn/provider-error.ts';
import type { EndedTurn, Turn } from './turn/turn.ts';

/** How a session is asked. */
export interface Asking {
  inputs: Inputs;
  permissionRequests: 'reject' | 'allow';
  signal: AbortSignal;
}

/** How a conversation went. */
export interface Conversed {
  turn: EndedTurn;
  /** The former session was given up, and its task done in a new one. */
  isAfresh: boolean;
}

/**
 * How a prompt is followed in a session: what comes of it is on the desk and in the journal as it comes.
 * No secret is in what it resolves to.
 */
export function askIn(desk: Desk, asking: Asking, session: Session): Ask {
  const { inputs, permissionRequests, signal } = asking;
  return async (prompt, before) => {
    const clean = createTurnRedactor(desk.redactor);
    const turn = await followTurn({
      session,
      prompt,
      signal,
      deadlineAt: desk.startedAt + inputs.timeoutMs,
      stallMs: inputs.stallMs,
      permissionRequests,
      onChange: (current) => {
        const whole = (): Turn => joinTurns(before, current());
        desk.turn = (has) => (has === 'ended' ? clean.ended(whole()) : clean.soFar(whole()));
        desk.journal.noteTexts(() => clean.soFar(whole()).texts);
      },
      warn: logWarning,
      ...(desk.server?.gone === undefined ? {} : { serverGone: desk.server.gone }),
    });
    return clean.ended(joinTurns(before, turn));
  };
}

/**
 * Has the agent do a task, in a former run's session or a new one. Where the provider refuses the one
 * that goes on, for its length as far as can be told, it is done in a new one: once, in what is left of
 * the time.
 */
export async function converse(
  desk: Desk,
  asking: Asking,
  { session, continued }: Agent,
  { prompt }: Told,
  tell: Tell,
): Promise<Conversed> {
  const first = await askIn(desk, asking, session)(prompt);
  const isRefused = first.error instanceof RefusedError && first.mayWorkOn !== true;
  if (continued === undefined || !isRefused || asking.signal.aborted)
    return { turn: first, isAfresh: false };
  enter(desk, 'The conversation is too long for the model: a new session is begun.');
  try {
    const fresh = await continued.startAfresh();
    await noteSession(desk, asking.inputs.server, fresh, asking.signal);
    const told = await tell(fresh);
    // What the refused turn wrote and cost is kept.
    const turn = await askIn(desk, asking, fresh)(told.prompt, { ...first, error: undefined });
    return { turn, isAfresh: true };
  } catch (thrown) {
    logWarning(`No new session could be begun: ${messageOf(thrown)}.`);
    return { turn: first, isAfresh: false };
  }
}

/** What the reply says where a former session was given up. */
export const afreshNote =
  'The conversation of the former run had grown too long for the model, so this was answered in a new session, from what stands on the thread.';

/** The same where it was; else empty. */
export function noteOf(ended: object): string {
  return 'isAfresh' in ended && ended.isAfresh === true ? afreshNote : '';
}
