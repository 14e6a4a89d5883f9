import { boundEnding } from './bounds.ts';
import { deliverChanges } from './deliver-changes.ts';
import { audienceOf, type Desk, describeRun } from './desk.ts';
import { ActionError, messageOf, outcomeOf, toActionError } from './errors.ts';
import type { Inputs } from './inputs.ts';
import { cleanupMs, deliveryMs, signsMs } from './limits.ts';
import { redactError } from './outgoing.ts';
import { failStep, logFenced, logInfo, logWarning, writeOutputs, writeSummary } from './outputs.ts';
import { deliver } from './reply/deliver.ts';
import { type Progress, startProgress } from './reply/progress.ts';
import { renderAnyReply } from './reply/plain-reply.ts';
import { renderFailure } from './reply/render.ts';
import type { Reply } from './reply/render.ts';
import { acknowledge, type Acknowledgement, finishAcknowledgement } from './thread/acknowledge.ts';
import type { OwnComment } from './thread/comments.ts';
import { unlessStopped } from './turn/pause.ts';
import type { Work } from './work.ts';

/** How a permitted run came out: the agent's work, or why it could not begin. */
export type Ending = Work | ActionError;

/** What a run comes to that ends on an error: what the agent had written by then is kept. */
export function brokenOff({ turn }: Desk, error: ActionError): Ending {
  return turn === undefined ? error : { turn: { ...turn('ended'), error }, notes: [] };
}

/** What the thread shows while the run lasts. */
export interface Shown {
  acknowledged: Promise<Acknowledgement>;
  /** Has the first signs be given up, if they are still tried. */
  giveUpSigns(): void;
  progress: Progress | undefined;
}

/** Puts the first signs on the thread, and keeps the progress comment while the run lasts. */
export function show(desk: Desk, inputs: Inputs, signal: AbortSignal): Shown {
  const { github, trigger, journal, comments, startedAt } = desk;
  const over = new AbortController();
  const giveUpSigns = (): void => over.abort(new ActionError('github-error', 'The run is over.'));
  if (comments === undefined)
    return { acknowledged: Promise.resolve(nothing), giveUpSigns, progress: undefined };
  const either = AbortSignal.any([signal, over.signal]);
  const acknowledged = acknowledge(github, trigger, inputs.workingLabel, logWarning, either).then(
    (acknowledgement) => {
      journal.note({ type: 'acknowledged', acknowledgement });
      return acknowledgement;
    },
  );
  if (inputs.progress === 'none') return { acknowledged, giveUpSigns, progress: undefined };
  const progress = startProgress({
    comments,
    turn: () => desk.turn?.('begun'),
    facts: () => ({ runUrl: desk.context.runUrl, stage: desk.stage }),
    startedAt,
    onCreated: (comment) => journal.note({ type: 'progress', comment }),
    warn: logWarning,
    signal,
  });
  return { acknowledged, giveUpSigns, progress };
}

const nothing: Acknowledgement = { mayHaveReaction: false, label: '' };

/**
 * Ends a run for those who wait: what the agent changed, the step summary, the answer on the thread,
 * the outputs; then the reaction and the label. Giving back `resources` goes on beside it, and so does taking the signs
 * off where the run has failed anyway: after a cancel there are five seconds for all of it. Never
 * rejects for what GitHub does not do: the step fails then, the answer stands in the summary, and
 * what may work later is left to `post`.
 */
export async function finish(
  desk: Desk,
  came: Ending,
  shown: Shown | undefined,
  resources: AsyncDisposableStack,
): Promise<void> {
  const { journal } = desk;
  await journal.flush();
  const ending = withoutSecrets(desk, isWork(came) ? await deliverChanges(desk, came) : came);
  const signal = closing(desk);
  const facts = describeRun(desk);
  const reply = isWork(ending)
    ? renderAnyReply({ ...ending, facts, audience: audienceOf(desk) }, logWarning)
    : renderFailure(ending, facts);
  const failed = isWork(ending) ? ending.turn.error : ending;
  unlessBroken('write the step summary', () => writeSummary(reply.summary));
  const { comments, restNotice } = reply;
  journal.note({ type: 'reply', comments, restNotice, isSuccess: failed === undefined });
  const given = giveBack(resources);
  const unmarked = failed === undefined ? undefined : unmark(desk, shown, false, signal);
  const told = await tell(desk, reply, shown?.progress, signal);
  const error = failed ?? told.error;
  report(desk, ending, reply, { ...told, error });
  if (failed !== undefined && told.error !== undefined) logWarning(told.error.sentence);
  const isUnmarked = await (unmarked ?? unmark(desk, shown, error === undefined, signal));
  const isTidy = (await given) && !mayWorkOn(desk, ending) && desk.watched?.state !== 'left';
  if (told.isDone && isUnmarked && isTidy)
    journal.note({ type: 'finished', outcome: outcomeOf(error?.reason ?? 'completed') });
}

/** The turn itself is without them already; why it ended may quote a provider or a server. */
function withoutSecrets({ redactor }: Desk, ending: Ending): Ending {
  if (!isWork(ending)) return redactError(redactor, ending);
  const { error } = ending.turn;
  if (error === undefined) return ending;
  return { ...ending, turn: { ...ending.turn, error: redactError(redactor, error) } };
}

/** A server of ours is gone by now; one that is not may not have heard that it should stop. */
function mayWorkOn({ server }: Desk, ending: Ending): boolean {
  const isRemote = server?.pid === undefined;
  return isRemote && isWork(ending) && ending.turn.mayWorkOn === true;
}

/** Resolves to whether all was given back: the agent is gone, and the workspace as it was. */
async function giveBack(resources: AsyncDisposableStack): Promise<boolean> {
  try {
    await resources.disposeAsync();
    return true;
  } catch (thrown) {
    warnOf('tidy up', thrown);
    return false;
  }
}

/** What became of a reply. */
interface Told {
  /** The answer's first comment. */
  comment: OwnComment | undefined;
  /** Why it is not, or not wholly, on the thread. */
  error: ActionError | undefined;
  /** Whether nothing is left that may work later. */
  isDone: boolean;
}

/** For the steps that follow, and for the log. */
function report(desk: Desk, ending: Ending, reply: Reply, { comment, error }: Told): void {
  const outputs = {
    reason: error?.reason ?? 'completed',
    response: reply.response,
    isPartial: isWork(ending) && ending.turn.error !== undefined && reply.response !== '',
    sessionId: desk.session?.id,
    comment,
    durationMs: Date.now() - desk.startedAt,
    delivered: isWork(ending) ? ending.changes?.delivered : undefined,
    usage: isWork(ending) ? ending.turn.usage : undefined,
  } as const;
  unlessBroken('write the outputs', () => writeOutputs(outputs));
  if (error === undefined) logInfo('The agent is done, and the reply is delivered.');
  else failStep(error.sentence);
}

/** Delivers the reply; takes no longer than the signal allows. */
async function tell(
  desk: Desk,
  reply: Reply,
  progress: Progress | undefined,
  signal: AbortSignal,
): Promise<Told> {
  const { comments, journal } = desk;
  const posted: OwnComment[] = [];
  if (comments === undefined) {
    logFenced(reply.response);
    return { comment: undefined, error: undefined, isDone: true };
  }
  const onPosted = (comment: OwnComment): void => {
    posted.push(comment);
    journal.note({ type: 'answered', comment });
  };
  const ending = {
    comments,
    reply,
    progress: progress?.stop(),
    onPosted,
    warn: logWarning,
    signal,
  };
  try {
    const { first, isTidy } = await unlessStopped(deliver(ending), signal);
    return { comment: first, error: undefined, isDone: isTidy };
  } catch (thrown) {
    const error = toActionError(thrown);
    const [comment] = posted;
    return { comment, error, isDone: comment !== undefined || !error.retryable };
  }
}

/** Whether label and `eyes` are gone for certain. Signs that are still tried get a moment more. */
async function unmark(
  { github, trigger, comments }: Desk,
  shown: Shown | undefined,
  isSuccess: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  if (shown === undefined || comments === undefined) return true;
  const patience = setTimeout(() => shown.giveUpSigns(), signsMs);
  const signs = await shown.acknowledged;
  clearTimeout(patience);
  return await finishAcknowledgement(github, trigger, signs, isSuccess, logWarning, signal);
}

/** Bounds the ending: a few seconds once the runner wants us gone, patience with GitHub otherwise. */
function closing(desk: Desk): AbortSignal {
  const message = 'GitHub did not answer in the time that was left to the run.';
  const late = new ActionError('github-error', message, { retryable: true });
  return boundEnding(desk, { patienceMs: deliveryMs, hurriedMs: cleanupMs }, late);
}

/** A full disk, say, must not keep the answer from the thread. */
function unlessBroken(what: string, act: () => void): void {
  try {
    act();
  } catch (thrown) {
    warnOf(what, thrown);
  }
}

function warnOf(what: string, thrown: unknown): void {
  logWarning(`Could not ${what}: ${messageOf(thrown)}.`);
}

function isWork(ending: Ending): ending is Work {
  return 'turn' in ending;
}
