import { hasReview } from './answered.ts';
import type { Desk } from './desk.ts';
import { ActionError, messageOf } from './errors.ts';
import type { Inputs, RunContext } from './inputs.ts';
import { tidyMs } from './limits/lock.ts';
import type { LockRecord } from './lock/record.ts';
import { spotOf } from './lock/spot.ts';
import type { Address } from './opencode/client.ts';
import { logInfo, logWarning } from './outputs.ts';
import { deliver } from './reply/deliver.ts';
import type { RunFacts } from './reply/facts.ts';
import { renderAnyReply } from './reply/plain-reply.ts';
import { renderFailure, type Reply } from './reply/render.ts';
import { type Stopped, stopSession } from './stopped.ts';
import { finishAcknowledgement, type Target } from './thread/acknowledge.ts';
import { type Comments, openComments, type OwnComment } from './thread/comments.ts';
import type { Turn } from './turn/turn.ts';

/**
 * Tidies up after the run whose lock was taken over: its session is stopped, and its thread says what
 * it had written and what became of it. What cannot be done is warned of. Resolves to false
 * where the session is seen to be at work still: nobody may go on beside it. The record is data that others can write: it names what is looked for in our own
 * repository and on our own server, and nothing else.
 */
export async function tidyUp(
  desk: Desk,
  inputs: Inputs,
  dead: LockRecord,
  signal: AbortSignal,
): Promise<boolean> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(tidyMs)]);
  const name = `run ${dead.owner.runId}`;
  const stopped = await part(`stop the session of ${name}`, signal, () =>
    stopItsSession(desk, inputs, dead, limited),
  );
  await part(`tidy up the thread of ${name}`, signal, () =>
    tidyItsThread(desk, inputs, dead, stopped?.turn, limited),
  );
  return stopped === undefined || stopped.isAtRest || !stopped.isHeard;
}

async function part<Result>(
  what: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (thrown) {
    signal.throwIfAborted();
    logWarning(`Could not ${what}: ${messageOf(thrown)}.`);
    return undefined;
  }
}

/** Our credentials go to the server of our own inputs and to no other, whatever the record says. */
async function stopItsSession(
  { redactor }: Desk,
  { server: ours }: Inputs,
  { server, session, owner }: LockRecord,
  signal: AbortSignal,
): Promise<Stopped | undefined> {
  if (session === undefined) return undefined;
  const address = server === undefined ? undefined : addressOf(server, ours);
  if (address === undefined) {
    const where = server === undefined ? 'its own' : 'another';
    logInfo(`The session of run ${owner.runId} is on ${where} server, and is left alone.`);
    return undefined;
  }
  // It becomes part of an address.
  if (!/^ses_\w+$/.test(session)) throw new Error('the record names no session of OpenCode');
  const stopped = await stopSession(address, session, redactor, signal);
  if (stopped.isAtRest) logInfo(`Session ${session} of run ${owner.runId} is stopped.`);
  else logWarning(`Session ${session} of run ${owner.runId} may still be at work.`);
  return stopped;
}

/** Our own server, if the session is where our lock is for; undefined where it is elsewhere. */
function addressOf(
  theirs: NonNullable<LockRecord['server']>,
  ours: Inputs['server'],
): Address | undefined {
  if (ours.kind !== 'remote') return undefined;
  // Without one, it is the server that gives a thread its directory, and out of its own ones.
  const directory = ours.directory ?? theirs.directory;
  const isSame = spotOf(theirs) === spotOf({ url: ours.url, directory });
  return isSame ? { ...ours, directory } : undefined;
}

/** What it left on a thread of ours. */
interface Left {
  target: Target & { thread: NonNullable<Target['thread']> };
  comments: Comments;
}

async function tidyItsThread(
  desk: Desk,
  inputs: Inputs,
  dead: LockRecord,
  turn: Turn | undefined,
  signal: AbortSignal,
): Promise<void> {
  const left = findLeft(desk, inputs, dead);
  if (left === undefined) return;
  const { comments, target } = left;
  const [answered, progress, isReviewed] = await Promise.all([
    comments.find('answer', signal),
    comments.find('progress', signal),
    hasReview(desk.github, target, dead.owner, signal),
  ]);
  const isAnswered = answered !== undefined || isReviewed;
  if (!isAnswered) {
    const last = progress === undefined ? '' : await comments.read(progress, signal);
    const reply = renderDead(desk, dead, turn, last);
    const becoming = progress === undefined ? comments : becomes(progress, comments);
    await deliver({ comments: becoming, reply, progress: undefined, warn: logWarning, signal });
  } else if (progress !== undefined) await comments.remove(progress, signal);
  await unmark(desk, inputs, target, isAnswered ? undefined : false, signal);
}

/** Undefined where nothing is left, or it is not for us to touch. */
function findLeft(
  { github, trigger, context }: Desk,
  inputs: Inputs,
  dead: LockRecord,
): Left | undefined {
  const { repository } = trigger;
  const { thread, comment, owner } = dead;
  if (thread === undefined) return undefined;
  const why = notOurs(context, inputs, dead);
  if (why !== undefined) {
    logInfo(`The thread of run ${owner.runId} is left as it is, because ${why}.`);
    return undefined;
  }
  const reviewThreadId = comment?.threadId;
  const startedAt = Date.parse(dead.since);
  const place = { repository, thread, reviewThreadId, startedAt, isResumed: true };
  return {
    comments: openComments(github, place, owner),
    target: { repository, thread, comment },
  };
}

function notOurs(
  { repository }: RunContext,
  { reply }: Inputs,
  dead: LockRecord,
): string | undefined {
  if (dead.repository !== repository) return 'it is in another repository';
  if (!/^\d+$/.test(dead.owner.runId)) return 'its record names no run of GitHub';
  return reply === 'none' ? '`reply` is `none`' : undefined;
}

/** Comments among which the first of the answer is made of the progress comment. */
function becomes(progress: OwnComment, comments: Comments): Comments {
  return {
    ...comments,
    create: async (purpose, body, signal) => {
      if (purpose !== 'answer') return await comments.create(purpose, body, signal);
      await comments.update(progress, purpose, body, signal);
      return progress;
    },
  };
}

/**
 * What the server has of the dead run's words, under a sentence on what became of it; where it was
 * not to be asked, the progress comment as it was last.
 */
function renderDead(
  { context }: Desk,
  dead: LockRecord,
  turn: Turn | undefined,
  last: string,
): Reply {
  const { owner, repository, session } = dead;
  const { serverUrl } = context;
  const facts: RunFacts = {
    eventName: undefined,
    repository,
    runId: owner.runId,
    attempt: owner.attempt,
    // Made here: the one in the record could lead anywhere.
    runUrl: `${serverUrl}/${repository}/actions/runs/${owner.runId}/attempts/${owner.attempt}`,
    sessionId: session,
    model: undefined,
    version: undefined,
    durationMs: undefined,
  };
  const isShown = last !== '' || (turn !== undefined && turn.texts.length > 0);
  const ask = isShown
    ? 'What had been written by then follows; ask again for the rest.'
    : 'Ask again.';
  const hint = `${ask} Recovered by run ${context.runId}: ${context.runUrl}`;
  const error = new ActionError('cancelled', 'This run died before it was done.', { hint });
  if (turn !== undefined) {
    const audience = { serverUrl, people: [] };
    return renderAnyReply({ turn: { ...turn, error }, facts, notes: [], audience }, logWarning);
  }
  const reply = renderFailure(error, facts);
  if (last === '') return reply;
  return { ...reply, comments: reply.comments.map((text) => `${text}\n\n${last}`) };
}

/** What is on the thread because of us as well stays: the label, and `eyes` on the same comment. */
async function unmark(
  { github, trigger }: Desk,
  { workingLabel }: Inputs,
  target: Left['target'],
  isSuccess: false | undefined,
  signal: AbortSignal,
): Promise<void> {
  const isSameThread = target.thread.number === trigger.thread?.number;
  const isSameComment =
    isSameThread &&
    target.comment?.id === trigger.comment?.id &&
    target.comment?.kind === trigger.comment?.kind;
  const left = {
    mayHaveReaction: !isSameComment,
    label: isSameThread ? '' : workingLabel,
  };
  const sign = isSameComment ? undefined : isSuccess;
  await finishAcknowledgement(github, target, left, sign, logWarning, signal);
}
