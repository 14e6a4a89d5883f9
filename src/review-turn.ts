import { repairChars } from './limits/review.ts';
import { createBlocks } from './prompt/block.ts';
import type { Prompt } from './prompt/prompt.ts';
import { renderRepair } from './prompt/review.ts';
import { type ReadReview, readReview, readReviewText } from './review/read.ts';
import type { Review } from './review/review.ts';
import { reviewSchema } from './review/schema.ts';
import type { Told } from './telling.ts';
import type { EndedTurn } from './turn/turn.ts';

/** Follows one turn to its end; together with `before`, where the session has had one already. */
export type Ask = (prompt: Prompt, before?: EndedTurn) => Promise<EndedTurn>;

/** What a reviewer came to. */
export interface ReviewedTurn {
  /** Both turns as one, where there were two. */
  turn: EndedTurn;
  /** Undefined where the turn ended early, or its answer is none; `answer` holds it as it is then. */
  review: Review | undefined;
}

/**
 * Asks for a review, and once more where the answer cannot be taken for one as it is. Where the second
 * is no better, what can be used of either counts; and where nothing can, all that was written.
 */
export async function followReview(ask: Ask, { prompt, boundary }: Told): Promise<ReviewedTurn> {
  const asked = { ...prompt, schema: reviewSchema };
  const first = await ask(asked);
  if (first.error !== undefined) return { turn: first, review: undefined };
  const read = readAnswer(first);
  if (read.problems.length === 0 && read.review !== undefined)
    return { turn: first, review: read.review };
  const written = writtenIn(first).slice(0, repairChars);
  const text = renderRepair(read.problems, written, createBlocks(boundary));
  const second = await ask({ system: prompt.system, text, schema: reviewSchema }, first);
  const { structured = first.structured } = second;
  if (second.error !== undefined)
    return { turn: withObject(second, structured), review: undefined };
  const review = readAnswer(second).review ?? read.review;
  if (review !== undefined) return { turn: second, review };
  const { texts } = withObject(second, structured);
  return { turn: { ...second, texts, answer: texts.join('\n\n') }, review: undefined };
}

function readAnswer({ structured, answer }: EndedTurn): ReadReview {
  return structured === undefined ? readReviewText(answer) : readReview(structured);
}

function writtenIn({ structured, answer }: EndedTurn): string {
  return structured === undefined ? answer : fence(structured);
}

/** What was given as an object, among the texts: nothing that the agent wrote is lost. */
function withObject(turn: EndedTurn, structured: unknown): EndedTurn {
  if (structured === undefined) return turn;
  return { ...turn, texts: [...turn.texts, fence(structured)] };
}

/** Between fences that nothing in it can end. */
function fence(value: unknown): string {
  const json = JSON.stringify(value, null, 2);
  const longest = Math.max(2, ...(json.match(/`+/g) ?? []).map((run) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}json\n${json}\n${marks}`;
}
