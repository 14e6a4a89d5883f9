import { noteSession } from './agent.ts';
import { type Desk, enter } from './desk.ts';
import { messageOf } from './errors.ts';
import type { Inputs } from './inputs.ts';
import type { Session } from './opencode/server.ts';
import type { Continued } from './our-session.ts';
import { createTurnRedactor } from './outgoing.ts';
import { logWarning } from './outputs.ts';
import type { Prompt } from './prompt/prompt.ts';
import { followTurn } from './turn/follow.ts';
import { RefusedError } from './turn/provider-error.ts';
import type { EndedTurn } from './turn/turn.ts';

/** How a session is asked. */
export interface Asking {
  inputs: Inputs;
  permissionRequests: 'reject' | 'allow';
  signal: AbortSignal;
}

/** Prompts a session and follows it to its end, for all to see; its turn is without secrets. */
export async function followOn(
  desk: Desk,
  { inputs, permissionRequests, signal }: Asking,
  session: Session,
  prompt: Prompt,
): Promise<EndedTurn> {
  const clean = createTurnRedactor(desk.redactor);
  const turn = await followTurn({
    session,
    prompt,
    signal,
    deadlineAt: desk.startedAt + inputs.timeoutMs,
    stallMs: inputs.stallMs,
    permissionRequests,
    onChange: (current) => {
      desk.turn = (has) => (has === 'ended' ? clean.ended(current()) : clean.soFar(current()));
      desk.journal.noteTexts(() => clean.soFar(current()).texts);
    },
    warn: logWarning,
    ...(desk.server?.gone === undefined ? {} : { serverGone: desk.server.gone }),
  });
  return clean.ended(turn);
}

/** What the reply says where a former session was given up. */
export const afreshNote =
  'The conversation of the former run had grown too long for the model, so this was answered in a new session, from what stands on the thread.';

/**
 * A turn in a new session, where the provider refused the one that went on: for its length, as far as
 * can be told. Once, in the time that is left; undefined where that is not so, or cannot be.
 */
export async function followAfresh(
  desk: Desk,
  asking: Asking,
  refused: EndedTurn,
  continued: Continued | undefined,
  prompt: () => Prompt,
): Promise<EndedTurn | undefined> {
  const { signal, inputs } = asking;
  if (continued === undefined || !(refused.error instanceof RefusedError)) return undefined;
  if (signal.aborted || refused.mayWorkOn === true) return undefined;
  enter(desk, 'The conversation is too long for the model: a new session is begun.');
  try {
    const session = await continued.startAfresh();
    await noteSession(desk, inputs.server, session, signal);
    const turn = await followOn(desk, asking, session, prompt());
    return { ...turn, usage: addUp(refused.usage, turn.usage) };
  } catch (thrown) {
    logWarning(`No new session could be begun: ${messageOf(thrown)}.`);
    return undefined;
  }
}

function addUp(one: EndedTurn['usage'], other: EndedTurn['usage']): EndedTurn['usage'] {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    costUsd: one.costUsd + other.costUsd,
  };
}
