import { audienceOf, type Desk, describeRun } from './desk.ts';
import type { ActionError, Reason } from './errors.ts';
import { redactError } from './outgoing.ts';
import { logWarning } from './outputs.ts';
import { renderAnyReply } from './reply/plain-reply.ts';
import { renderFailure, renderSkipped, type Reply, type ReplyInput } from './reply/render.ts';
import { type Judged, renderJudged } from './judge.ts';
import { renderCommand } from './reply/commands.ts';
import type { Busy, Work } from './work.ts';

/** What came of a command for which no agent was needed. */
export interface Obeyed {
  /** Markdown of ours, never empty. */
  text: string;
  /** False where the reaction tells enough, and the text is for log and outputs. */
  isTold: boolean;
  reason: 'completed' | 'nothing-to-retry';
}

/** How a permitted run came out: the agent's work, why it could not begin, or why it was not to. */
export type Ending = Work | ActionError | Busy | Obeyed;

/** What a run comes to that ends on an error: what the agent had written by then is kept. */
export function brokenOff({ turn }: Desk, error: ActionError): Ending {
  return turn === undefined ? error : { turn: { ...turn('ended'), error }, notes: [] };
}

/** The turn itself is without secrets already; why it ended may quote a provider or a server. */
export function withoutSecrets({ redactor }: Desk, ending: Ending): Ending {
  if (isBusy(ending)) return { busy: redactor.redact(ending.busy) };
  if (isObeyed(ending)) return { ...ending, text: redactor.redact(ending.text) };
  if (!isWork(ending)) return redactError(redactor, ending);
  const { error } = ending.turn;
  if (error === undefined) return ending;
  return { ...ending, turn: { ...ending.turn, error: redactError(redactor, error) } };
}

/** What people get to read of it. */
export function renderEnding(desk: Desk, ending: Ending): Reply {
  const facts = describeRun(desk);
  if (isBusy(ending)) return renderSkipped(ending.busy, facts);
  if (isObeyed(ending)) return renderCommand(ending.text, ending.isTold);
  if (!isWork(ending)) return renderFailure(ending, facts);
  const input = inputOf(desk, ending);
  const judged = judgedOf(ending);
  return judged === undefined
    ? renderAnyReply(input, logWarning)
    : renderJudged(desk, judged, input);
}

/** What the reply to a run's work is made from. */
export function inputOf(desk: Desk, work: Work): ReplyInput {
  return { ...work, facts: describeRun(desk), audience: audienceOf(desk) };
}

/** The review that a run came to; one that ended early is a partial answer like any other. */
export function judgedOf(ending: Ending): Judged | undefined {
  return isWork(ending) && ending.turn.error === undefined ? ending.judged : undefined;
}

/** Why the step fails; undefined where it does not. */
export function errorOf(ending: Ending): ActionError | undefined {
  if (isBusy(ending) || isObeyed(ending)) return undefined;
  return isWork(ending) ? ending.turn.error : ending;
}

/** The output `reason`, unless something fails after it. */
export function reasonOf(ending: Ending): Reason {
  if (isBusy(ending)) return 'busy';
  return isObeyed(ending) ? ending.reason : (errorOf(ending)?.reason ?? 'completed');
}

/** Whether it did what was asked; undefined where there was nothing to begin with. */
export function successOf(ending: Ending): boolean | undefined {
  if (isBusy(ending)) return undefined;
  if (isObeyed(ending)) return ending.reason === 'completed' ? true : undefined;
  return errorOf(ending) === undefined;
}

/** A server of ours is gone by the end; one that is not may not have heard that it should stop. */
export function mayWorkOn({ server }: Desk, ending: Ending): boolean {
  const isRemote = server?.pid === undefined;
  return isRemote && isWork(ending) && ending.turn.mayWorkOn === true;
}

/** Whether the agent was at work. */
export function isWork(ending: Ending): ending is Work {
  return 'turn' in ending;
}

/** Whether another run had the lock for all of the time that was to be waited. */
export function isBusy(ending: Ending): ending is Busy {
  return 'busy' in ending;
}

/** Whether a command was carried out, and no agent was needed. */
export function isObeyed(ending: Ending): ending is Obeyed {
  return 'isTold' in ending;
}
