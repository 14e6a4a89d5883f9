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
  /** What the reply must say: of the session that it was done in, and of what that one was told. */
  notes: string[];
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
  { prompt, note }: Told,
  tell: Tell,
): Promise<Conversed> {
  const first = await askIn(desk, asking, session)(prompt);
  const { error, mayWorkOn, tools } = first;
  const isRefused = error instanceof RefusedError && mayWorkOn !== true;
  if (continued === undefined || !isRefused || asking.signal.aborted)
    return { turn: first, notes: [note] };
  const why = whyAfresh(error);
  enter(desk, `The session of the former run ${why}: a new one is begun.`);
  try {
    const fresh = await continued.startAfresh(why);
    await noteSession(desk, asking.inputs.server, fresh, asking.signal);
    const told = await tell(fresh, undefined, tools.size === 0 ? '' : begunNote);
    // What the refused turn wrote and cost is kept.
    const turn = await askIn(desk, asking, fresh)(told.prompt, { ...first, error: undefined });
    const afreshNote = `The session of the former run ${why}, so this was answered in a new one, from what stands on the thread.`;
    return { turn, notes: [afreshNote, told.note] };
  } catch (thrown) {
    logWarning(`No new session could be begun: ${messageOf(thrown)}.`);
    return { turn: first, notes: [note] };
  }
}

/** What became of the former session, as the end of a sentence; no more than is known. */
function whyAfresh({ isTooLong }: RefusedError): string {
  return isTooLong
    ? 'had grown too long for the model'
    : "was refused by the model's provider, for its length perhaps";
}

/** The turn that was refused may have got some way: nobody else tells the new session. */
const begunNote =
  'This task was begun before, in a session that could not go on: the workspace may hold part of its changes. Look before you change anything again.';
