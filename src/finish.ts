import { boundEnding } from './bounds.ts';
import { deliverChanges } from './deliver-changes.ts';
import type { Desk } from './desk.ts';
import {
  type Ending,
  errorOf,
  inputOf,
  isBusy,
  isObeyed,
  isWork,
  judgedOf,
  mayWorkOn,
  reasonOf,
  renderEnding,
  successOf,
  withoutSecrets,
} from './ending.ts';
import { ActionError, messageOf, outcomeOf, toActionError } from './errors.ts';
import type { Inputs } from './inputs.ts';
import { cleanupMs, deliveryMs, signsMs } from './limits.ts';
import { failStep, logFenced, logInfo, logWarning, writeOutputs, writeSummary } from './outputs.ts';
import { closeFixed, failsCheck, outputsOf, postJudged } from './post-review.ts';
import { deliver, removeProgress } from './reply/deliver.ts';
import { type Progress, startProgress } from './reply/progress.ts';
import type { Reply } from './reply/render.ts';
import { acknowledge, type Acknowledgement, finishAcknowledgement } from './thread/acknowledge.ts';
import type { OwnComment } from './thread/comments.ts';
import { unlessStopped } from './turn/pause.ts';

/** What the thread shows while the run lasts. */
export interface Shown {
  acknowledged: Promise<Acknowledgement>;
  /** Has the first signs be given up, if they are still tried. */
  giveUpSigns(): void;
  progress: Progress | undefined;
}

/** Puts the first signs on the thread, and keeps the progress comment while the run lasts. */
export function show(
  desk: Desk,
  inputs: Pick<Inputs, 'workingLabel' | 'progress'>,
  signal: AbortSignal,
): Shown {
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
  desk.hurry = () => progress.hurry();
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
  const reply = renderEnding(desk, ending);
  const failed = errorOf(ending);
  unlessBroken('write the step summary', () => writeSummary(reply.summary));
  noteReply(desk, ending, reply);
  if (mayWorkOn(desk, ending)) desk.lock?.abandon();
  const given = giveBack(resources);
  const unmarked = failed === undefined ? undefined : unmark(desk, shown, false, signal);
  const told = await tell(desk, ending, reply, shown?.progress, signal);
  const error = failed ?? told.error;
  report(desk, ending, reply, { ...told, error });
  if (failed !== undefined && told.error !== undefined) logWarning(told.error.sentence);
  const isSuccess = error === undefined ? successOf(ending) : false;
  const isUnmarked = await (unmarked ?? unmark(desk, shown, isSuccess, signal));
  const isTidy = (await given) && !mayWorkOn(desk, ending) && desk.watched?.state !== 'left';
  if (told.isDone && isUnmarked && isTidy)
    journal.note({ type: 'finished', outcome: outcomeOf(error?.reason ?? reasonOf(ending)) });
}

function noteReply({ journal }: Desk, ending: Ending, { comments, restNotice }: Reply): void {
  if (comments.length === 0) return;
  const isSuccess = successOf(ending);
  const known = isSuccess === undefined ? {} : { isSuccess };
  journal.note({ type: 'reply', comments, restNotice, ...known });
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
  /** The review, where the answer is one. */
  review?: { id: number; url: string } | undefined;
  /** Why it is not, or not wholly, on the thread. */
  error: ActionError | undefined;
  /** Whether nothing is left that may work later. */
  isDone: boolean;
}

/** For the steps that follow, and for the log. */
function report(desk: Desk, ending: Ending, reply: Reply, told: Told): void {
  const { comment, error, review } = told;
  const judged = judgedOf(ending);
  const outputs = {
    reason: error?.reason ?? reasonOf(ending),
    response: reply.response,
    isPartial: isWork(ending) && ending.turn.error !== undefined && reply.response !== '',
    sessionId: desk.session?.id,
    isSessionReused: desk.conversation.isReused,
    isCacheHit: desk.conversation.isCacheHit,
    comment,
    durationMs: Date.now() - desk.startedAt,
    delivered: isWork(ending) ? ending.changes?.delivered : undefined,
    review: judged && outputsOf(judged, review),
    usage: isWork(ending) ? ending.turn.usage : undefined,
  } as const;
  unlessBroken('write the outputs', () => writeOutputs(outputs));
  const failed = error?.sentence ?? (judged && failsCheck(judged));
  if (failed !== undefined) failStep(failed);
  else logInfo(doneWith(ending));
}

function doneWith(ending: Ending): string {
  if (isObeyed(ending)) return ending.text;
  return isBusy(ending) ? ending.busy : 'The agent is done, and the reply is delivered.';
}

/** Delivers the reply; takes no longer than the signal allows. */
async function tell(
  desk: Desk,
  ending: Ending,
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
  if (reply.comments.length === 0) return { comment: undefined, error: undefined, isDone: true };
  const onPosted = (comment: OwnComment): void => {
    posted.push(comment);
    journal.note({ type: 'answered', comment });
  };
  const end = { comments, reply, progress: progress?.stop(), onPosted, warn: logWarning, signal };
  try {
    const review = await unlessStopped(reviewed(desk, ending, reply, signal), signal);
    if (review !== undefined) {
      // It stands, whatever becomes of the rest.
      const closed = closeFixed(judgedOf(ending), signal);
      const isDone = await removeProgress(end);
      await closed;
      return { comment: undefined, review, error: undefined, isDone };
    }
    const { first, isTidy } = await unlessStopped(deliver(end), signal);
    return { comment: first, error: undefined, isDone: isTidy };
  } catch (thrown) {
    const error = toActionError(thrown);
    const [comment] = posted;
    return { comment, error, isDone: comment !== undefined || !error.retryable };
  }
}

/** The review that was posted; undefined where the answer is none, or is to be a comment. */
async function reviewed(
  desk: Desk,
  ending: Ending,
  reply: Reply,
  signal: AbortSignal,
): Promise<Told['review']> {
  const judged = judgedOf(ending);
  if (judged === undefined || !isWork(ending)) return undefined;
  return await postJudged(desk, judged, inputOf(desk, ending), reply, signal);
}

/** Whether label and `eyes` are gone for certain. Signs that are still tried get a moment more. */
async function unmark(
  { github, trigger, comments }: Desk,
  shown: Shown | undefined,
  isSuccess: boolean | undefined,
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
