import { randomUUID } from 'node:crypto';
import type { Desk } from './desk.ts';
import { readNews } from './news.ts';
import type { Continued } from './our-session.ts';
import type { Prompt } from './prompt/prompt.ts';
import { renderPrompt } from './prompt/render.ts';
import { formerNote, guardNote, joined, type PullRun } from './pull.ts';
import { readAsk, type ReviewRun, taskOf } from './reviewing.ts';
import type { Checkout } from './thread/checkout.ts';
import type { Thread } from './thread/thread.ts';
import { destinationOf } from './watch-changes.ts';

/** What a prompt is made from. */
export interface Known {
  pull: PullRun;
  checkout: Checkout | undefined;
  /** Set where the task is a review. */
  review: ReviewRun | undefined;
  thread: Thread | undefined;
  /** Sentences about the setting. */
  notes: readonly string[];
}

/** What the agent is told, and between which marks. */
export interface Told {
  prompt: Prompt;
  boundary: string;
}

/**
 * How the agent is told of its task: all of the thread, or where it goes on with a former session only
 * what is new. Throws what reading the news throws.
 */
export type Tell = (continued?: Continued) => Promise<Told>;

/** Puts together all that does not depend on the session. */
export async function openTelling(desk: Desk, known: Known, signal: AbortSignal): Promise<Tell> {
  const { pull, checkout, review, thread, notes } = known;
  const { trigger } = desk;
  const workspaceNote = joined([
    ...notes,
    await guardNote(pull, checkout),
    await formerNote(pull, checkout),
  ]);
  const asked = review === undefined ? trigger : taskOf(trigger);
  const ask = review && (await readAsk(review, signal));
  return async (continued) => {
    const boundary = randomUUID();
    const prompt = renderPrompt({
      trigger: asked,
      thread,
      news: await readNews(desk, thread, continued, signal),
      standing: asked.standing,
      workspaceNote,
      destination: destinationOf(desk.watched),
      review: ask,
      boundary,
    });
    return { prompt, boundary };
  };
}
