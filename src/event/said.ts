import * as v from 'valibot';
import { issueCommentOf, reviewCommentOf } from './comment.ts';
import { commentFields, reviewCommentPayload } from './payload.ts';
import type { Trigger, TriggerComment } from './trigger.ts';

/** A comment as GitHub's API lists it: as it is now, which its event knew nothing of. */
export interface Said extends TriggerComment {
  updatedAt: string;
  /** How many have reacted with `eyes`. */
  eyes: number;
}

const facts = {
  updated_at: v.string(),
  reactions: v.optional(v.object({ eyes: v.optional(v.number(), 0) })),
};

const issueComment = v.object({ ...commentFields.entries, ...facts });

const reviewComment = v.object({ ...reviewCommentPayload.entries.comment.entries, ...facts });

/** GitHub puts a comment on a line on the thread up to so many milliseconds after it was created. */
const submissionMs = 5_000;

/**
 * Reads what GitHub's API lists with the same words that events are read with. What cannot be read
 * so is left out: a comment whose author's account is gone, say, for which nobody can answer.
 */
export function readSaid(kind: TriggerComment['kind'], listed: readonly unknown[]): Said[] {
  return listed.flatMap((item) => readOne(kind, item) ?? []);
}

function readOne(kind: TriggerComment['kind'], item: unknown): Said | undefined {
  if (kind === 'issue') {
    const read = v.safeParse(issueComment, item);
    if (!read.success) return undefined;
    return { ...issueCommentOf(read.output), ...factsOf(read.output) };
  }
  const read = v.safeParse(reviewComment, item);
  if (!read.success) return undefined;
  return { ...reviewCommentOf(read.output), ...factsOf(read.output) };
}

function factsOf({ updated_at, reactions }: v.InferOutput<typeof issueComment>) {
  return { updatedAt: updated_at, eyes: reactions?.eyes ?? 0 };
}

/**
 * Whether it was created after what started a run. GitHub's times have whole seconds: within one, ids
 * tell of comments of one kind, and those of the other kind came after.
 */
export function isAfter(
  said: Said,
  { happenedAt = '', comment }: Pick<Trigger, 'happenedAt' | 'comment'>,
): boolean {
  const [created, happened] = [Date.parse(said.createdAt), Date.parse(happenedAt)];
  if (created !== happened) return created > happened;
  return said.kind !== comment?.kind || said.id > comment.id;
}

/**
 * Whether it says what it said when it was made: somebody else may have put other words into it since.
 * One that was handed in with a review, which is when it was changed last, counts as edited.
 */
export function isUnedited({ kind, createdAt, updatedAt }: Said): boolean {
  const laterMs = Date.parse(updatedAt) - Date.parse(createdAt);
  return laterMs <= (kind === 'review' ? submissionMs : 0);
}
