import type { Desk } from './desk.ts';
import { ActionError, messageOf } from './errors.ts';
import { draftOf, type Judged } from './judge.ts';
import { logInfo, logWarning } from './outputs.ts';
import type { Reply, ReplyInput } from './reply/render.ts';
import type { FormerReview } from './review/former.ts';
import { listFindings, listFormer, type ReviewOutputs } from './review/outputs.ts';
import { type PostedReview, postReview } from './review/post.ts';
import { closeThreads } from './review/threads.ts';

/**
 * Posts a review. Undefined where none can be posted: then it is to become an ordinary comment. Throws the signal's reason, and a retryable `github-error`
 * where GitHub may have the review all the same: `post` looks for it before anything else is said.
 */
export async function postJudged(
  desk: Desk,
  judged: Judged,
  input: ReplyInput,
  reply: Reply,
  signal: AbortSignal,
): Promise<Pick<PostedReview, 'id' | 'url'> | undefined> {
  const { run } = judged;
  const before = unmoved(judged);
  if (before !== undefined) return before;
  const draft = draftOf(desk, judged, input, reply);
  if (draft === undefined) return undefined;
  const { context, invocationId } = desk;
  const identity = { runId: context.runId, attempt: context.attempt, invocationId };
  try {
    const posted = await postReview(run.pull, identity, draft, signal);
    if (posted.refused !== undefined) logWarning(posted.refused);
    return posted;
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof ActionError && thrown.retryable) throw thrown;
    logWarning(`The review becomes a comment, for it could not be posted: ${messageOf(thrown)}.`);
    return undefined;
  }
}

/** On the commit that was reviewed already there is nothing to say again. */
function unmoved({ run }: Judged): FormerReview | undefined {
  const { standing, pin } = run;
  return standing?.memory.headSha === pin.headSha ? standing : undefined;
}

/** Closes the threads of what a review says is fixed, once it is there. Never rejects. */
export async function closeFixed(judged: Judged | undefined, signal: AbortSignal): Promise<void> {
  if (judged?.plan === undefined) return;
  const { plan, run } = judged;
  const fixed = new Set(plan.fixed.map(({ id }) => id));
  const threads = run.former.threads.filter(({ findingId }) => fixed.has(findingId));
  const { note } = await closeThreads(run.pull.github, threads, run.pin.headSha, signal);
  if (note !== '') logInfo(note);
}

/** What a review leaves to the steps after it. */
export function outputsOf(
  { plan, memory }: Judged,
  posted: ReviewOutputs['posted'],
): ReviewOutputs {
  const findings =
    plan === undefined ? listFormer(memory?.findings ?? [], 'open') : listFindings(plan);
  return { verdict: memory?.verdict, risk: memory?.risk, findings, posted };
}

/** Why the step fails although the run is a success, as a sentence; undefined where it does not. */
export function failsCheck({ run, memory }: Judged): string | undefined {
  const { failOn } = run.inputs;
  if (failOn === 'never') return undefined;
  // A check that nobody has answered has not passed.
  if (memory === undefined)
    return `The review has no verdict, and \`fail-on: ${failOn}\` asks for one: ask again, or try another model.`;
  const { verdict } = memory;
  const isBad = verdict === 'REJECT' || (failOn === 'conditional' && verdict === 'CONDITIONAL');
  if (!isBad) return undefined;
  return `The review's verdict is ${verdict}, which fails the step as \`fail-on: ${failOn}\` asks.`;
}
