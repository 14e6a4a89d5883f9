import { type Desk, describeRun } from './desk.ts';
import { ActionError, outcomeOf, toActionError } from './errors.ts';
import type { Inputs } from './inputs.ts';
import { cleanupMs, deliveryMs } from './limits.ts';
import { failStep, logFenced, logInfo, logWarning, writeOutputs, writeSummary } from './outputs.ts';
import { deliver } from './reply/deliver.ts';
import { type Progress, startProgress } from './reply/progress.ts';
import { renderFailure, renderReply } from './reply/render.ts';
import type { Reply } from './reply/render.ts';
import { acknowledge, type Acknowledgement, finishAcknowledgement } from './thread/acknowledge.ts';
import type { OwnComment } from './thread/comments.ts';
import type { Work } from './work.ts';

/** How a permitted run came out: the agent's work, or why it could not begin. */
export type Ending = Work | ActionError;

/** What the thread shows while the run lasts. */
export interface Shown {
  acknowledged: Promise<Acknowledgement>;
  progress: Progress | undefined;
}

/** Puts the first signs on the thread, and keeps the progress comment while the run lasts. */
export function show(desk: Desk, inputs: Inputs, signal: AbortSignal): Shown {
  const { github, trigger, journal, comments, startedAt } = desk;
  if (comments === undefined)
    return { acknowledged: Promise.resolve(nothing), progress: undefined };
  const acknowledged = acknowledge(github, trigger, inputs.workingLabel, logWarning, signal).then(
    (acknowledgement) => {
      journal.note({ type: 'acknowledged', acknowledgement });
      return acknowledgement;
    },
  );
  if (inputs.progress === 'none') return { acknowledged, progress: undefined };
  const progress = startProgress({
    comments,
    turn: () => desk.turn?.(),
    facts: () => ({ runUrl: desk.context.runUrl, stage: desk.stage }),
    startedAt,
    onCreated: (comment) => journal.note({ type: 'progress', comment }),
    warn: logWarning,
    signal,
  });
  return { acknowledged, progress };
}

const nothing: Acknowledgement = { mayHaveReaction: false, label: '' };

/**
 * Ends a run for those who wait: the answer on the thread, the step summary, the outputs; then the
 * reaction and the label, side by side with giving back `resources`. Never rejects for what GitHub
 * does not do: the step fails then, and the answer stands in the summary.
 */
export async function finish(
  desk: Desk,
  ending: Ending,
  shown: Shown | undefined,
  resources: AsyncDisposableStack,
): Promise<void> {
  const signal = closing(desk.stop);
  const facts = describeRun(desk);
  const reply = isWork(ending) ? renderReply({ ...ending, facts }) : renderFailure(ending, facts);
  const posted: OwnComment[] = [];
  const undelivered = await post(desk, reply, shown?.progress, posted, signal);
  const error = (isWork(ending) ? ending.turn.error : ending) ?? undelivered;
  writeSummary(reply.summary);
  writeOutputs({
    reason: error?.reason ?? 'completed',
    response: reply.response,
    isPartial: isWork(ending) && ending.turn.error !== undefined,
    sessionId: facts.sessionId,
    comment: posted[0],
    durationMs: Date.now() - desk.startedAt,
    usage: isWork(ending) ? ending.turn.usage : undefined,
  });
  if (error === undefined) logInfo('The agent is done, and the reply is delivered.');
  else failStep(error.sentence);
  if (undelivered !== undefined && undelivered !== error) logWarning(undelivered.sentence);
  await Promise.all([
    shown === undefined ? undefined : unmark(desk, shown, error === undefined, signal),
    resources.disposeAsync(),
  ]);
  desk.journal.note({ type: 'finished', outcome: outcomeOf(error?.reason ?? 'completed') });
}

/** Delivers the reply; resolves to why it is not, or not wholly, on the thread. */
async function post(
  desk: Desk,
  reply: Reply,
  progress: Progress | undefined,
  posted: OwnComment[],
  signal: AbortSignal,
): Promise<ActionError | undefined> {
  const { comments, journal } = desk;
  if (comments === undefined) {
    logFenced(reply.response);
    return undefined;
  }
  const onPosted = (comment: OwnComment): void => {
    posted.push(comment);
    journal.note({ type: 'answered', comment });
  };
  try {
    await deliver({
      comments,
      reply,
      progress: progress?.stop(),
      onPosted,
      warn: logWarning,
      signal,
    });
    return undefined;
  } catch (thrown) {
    return toActionError(thrown);
  }
}

async function unmark(
  { github, trigger }: Desk,
  { acknowledged }: Shown,
  isSuccess: boolean,
  signal: AbortSignal,
): Promise<void> {
  const acknowledgement = await acknowledged;
  await finishAcknowledgement(github, trigger, acknowledgement, isSuccess, logWarning, signal);
}

/** Bounds the ending: a few seconds once the runner wants us gone, patience with GitHub otherwise. */
function closing(stop: AbortSignal): AbortSignal {
  const end = new AbortController();
  const endAfter = (ms: number): void => {
    const late = new ActionError('github-error', `GitHub did not answer within ${ms / 1000} s.`);
    setTimeout(() => end.abort(late), ms).unref();
  };
  endAfter(deliveryMs);
  if (stop.aborted) endAfter(cleanupMs);
  else stop.addEventListener('abort', () => endAfter(cleanupMs), { once: true });
  return end.signal;
}

function isWork(ending: Ending): ending is Work {
  return 'turn' in ending;
}
