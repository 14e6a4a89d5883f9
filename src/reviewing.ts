import type { Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import type { Trigger } from './event/trigger.ts';
import type { Inputs, ReviewInputs } from './inputs.ts';
import { sinceChars } from './limits/review.ts';
import { logWarning } from './outputs.ts';
import type { ReviewAsk } from './prompt/review.ts';
import type { PullRun } from './pull.ts';
import { type ChangedFiles, readChangedFiles } from './review/files.ts';
import { fingerprintDiff, isSameDiff } from './review/fingerprint.ts';
import { type Former, type FormerReview, readFormer } from './review/former.ts';
import { findMemory } from './review/memory.ts';
import type { ReviewedPull } from './review/pull.ts';
import { boundDiff, readPinnedDiff } from './thread/diff.ts';
import type { Pinned } from './thread/pin.ts';

/** A review, as far as it is known before the agent starts. */
export interface ReviewRun {
  inputs: ReviewInputs;
  pull: ReviewedPull;
  pin: Pinned;
  changed: ChangedFiles;
  former: Former;
  /** Of the effective diff; undefined where that is not known for certain. */
  fingerprint: string | undefined;
  /** The former review, where it is of the same effective diff and nobody has asked for another. */
  standing: FormerReview | undefined;
}

/** Whether a run is a review: asked for on a pull request by name, or by an event as the workflow has it. */
export function isReview(trigger: Trigger, { isWanted }: Pick<ReviewInputs, 'isWanted'>): boolean {
  if (trigger.thread?.kind !== 'pull') return false;
  return isWanted || trigger.command?.name === 'review';
}

/**
 * Reads what a review is made from: the change, and what was found before. Undefined for a run that is
 * none. Throws `github-error`.
 */
export async function openReview(
  desk: Desk,
  { review: inputs }: Inputs,
  { pinned }: PullRun,
  signal: AbortSignal,
): Promise<ReviewRun | undefined> {
  const { github, trigger } = desk;
  const pin = isReview(trigger, inputs) ? await pinned : undefined;
  if (pin === undefined) return undefined;
  desk.isReview = true;
  const pull = { github, repository: trigger.repository, number: pin.ref.number };
  const [changed, former] = await Promise.all([
    readChangedFiles(pull, pin, signal),
    readFormer(pull, findMemory, signal),
  ]);
  if (former.note !== '') logWarning(former.note);
  const { files, ...scope } = changed;
  const fingerprint = changed.isPinned ? fingerprintDiff(files, scope) : undefined;
  const isAsked = trigger.comment !== undefined;
  const standing = isAsked ? undefined : standingOf(former, fingerprint);
  return { inputs, pull, pin, changed, former, fingerprint, standing };
}

/**
 * The same with what was found before as it is known by now: while the lock was waited for, the run
 * that had it may have said something. Throws only the signal's reason.
 */
export async function renewFormer(review: ReviewRun, signal: AbortSignal): Promise<ReviewRun> {
  const former = await readFormer(review.pull, findMemory, signal);
  return former.note === '' ? { ...review, former } : review;
}

/** One that a person has taken back stands for nothing any more. */
function standingOf({ review }: Former, fingerprint: string | undefined): FormerReview | undefined {
  if (review === undefined || review.state === 'DISMISSED') return undefined;
  return isSameDiff(review.memory.diff, fingerprint) ? review : undefined;
}

/** The inputs of a run that changes nothing. */
export function readOnly(inputs: Inputs): Inputs {
  return { ...inputs, changes: { ...inputs.changes, way: 'none' } };
}

/** On an event, the task is ours, and what the workflow says is an instruction beside it. */
export function taskOf(trigger: Trigger): Trigger {
  if (trigger.comment !== undefined) return trigger;
  return { ...trigger, task: 'Review this pull request.', standing: trigger.task };
}

/** What the agent is told of former reviews. Throws only the signal's reason. */
export async function readAsk(review: ReviewRun, signal: AbortSignal): Promise<ReviewAsk> {
  const memory = review.former.review?.memory;
  if (memory === undefined) return { former: undefined, since: undefined };
  return { former: memory, since: await readSince(review, memory.headSha, signal) };
}

/** What has changed since; undefined where GitHub does not compare the two. */
async function readSince(
  { pull, pin }: ReviewRun,
  formerSha: string,
  signal: AbortSignal,
): Promise<ReviewAsk['since']> {
  const { github, repository } = pull;
  if (formerSha === pin.headSha) return undefined;
  const span = { baseSha: formerSha, headSha: pin.headSha };
  try {
    const read = await readPinnedDiff(github, repository, pin.ref, span, signal);
    if (!read.isPinned) return undefined;
    return boundDiff(read.files, { chars: sinceChars, changedFiles: read.files.length });
  } catch (thrown) {
    signal.throwIfAborted();
    logWarning(`What has changed since the former review is not known: ${messageOf(thrown)}.`);
    return undefined;
  }
}
