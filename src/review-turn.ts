import { repairChars } from './limits/review.ts';
import { createBlocks } from './prompt/block.ts';
import type { Prompt } from './prompt/prompt.ts';
import { renderPlainAsk, renderRepair } from './prompt/review.ts';
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
  const { turn: first, shape } = await askFirst(ask, prompt);
  if (first.error !== undefined)
    return { turn: withObject(first, first.structured), review: undefined };
  const read = readAnswer(first);
  if (read.problems.length === 0 && read.review !== undefined)
    return { turn: first, review: read.review };
  const written = writtenIn(first).slice(0, repairChars);
  const text = renderRepair(read.problems, written, createBlocks(boundary));
  const second = await ask(shape({ system: prompt.system, text }), first);
  const { structured = first.structured } = second;
  if (second.error !== undefined)
    return { turn: withObject(second, structured), review: undefined };
  const review = readAnswer(second).review ?? read.review;
  if (review !== undefined) return { turn: second, review };
  const { texts } = withObject(second, structured);
  return { turn: { ...second, texts, answer: texts.join('\n\n') }, review: undefined };
}

/**
 * OpenCode asks with `tool_choice: required`, which some models refuse (those that think, at some
 * providers): then nothing was done at all, and the same is asked for as text.
 */
async function askFirst(ask: Ask, prompt: Prompt): Promise<{ turn: EndedTurn; shape: Shape }> {
  const turn = await ask(byTool(prompt));
  const { error, texts, tools } = turn;
  const isRefused = error?.reason === 'provider-error' && texts.length === 0 && tools.size === 0;
  if (!isRefused) return { turn, shape: byTool };
  return { turn: await ask(asText(prompt), turn), shape: asText };
}

/** How a prompt says in which form the review is to be given. */
type Shape = (prompt: Prompt) => Prompt;

const byTool: Shape = (prompt) => ({ ...prompt, schema: reviewSchema });

const asText: Shape = (prompt) => ({
  ...prompt,
  text: `${prompt.text}\n\n${renderPlainAsk(reviewSchema)}`,
});

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
