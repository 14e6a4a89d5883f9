import { randomUUID } from 'node:crypto';
import { attach, type Said } from './attach.ts';
import type { Desk } from './desk.ts';
import { readNews } from './news.ts';
import type { Session } from './opencode/server.ts';
import type { Continued } from './our-session.ts';
import type { Prompt } from './prompt/prompt.ts';
import { renderPrompt } from './prompt/render.ts';
import { formerNote, guardNote, joined, type PullRun } from './pull.ts';
import { readAsk, type ReviewRun, taskOf } from './reviewing.ts';
import type { Checkout } from './thread/checkout.ts';
import { destinationOf } from './watch-changes.ts';

/** What a prompt is made from. */
export interface Known {
  pull: PullRun;
  checkout: Checkout | undefined;
  /** Set where the task is a review. */
  review: ReviewRun | undefined;
  written: Said;
  /** Sentences about the setting. */
  notes: readonly string[];
}

/** What the agent is told, and between which marks. */
export interface Told {
  prompt: Prompt;
  boundary: string;
  /** What the reply must say of it; empty: nothing. */
  note: string;
}

/**
 * How the agent is told of its task in a session, which gets the files of the thread: all of it, or in a
 * former session only what is new; `more` is one more sentence about the setting. Throws only the
 * signal's reason.
 */
export type Tell = (session: Session, continued?: Continued, more?: string) => Promise<Told>;

/** Puts together all that does not depend on the session. */
export async function openTelling(desk: Desk, known: Known, signal: AbortSignal): Promise<Tell> {
  const { pull, checkout, review, written, notes } = known;
  const workspaceNote = joined([
    ...notes,
    await guardNote(pull, checkout),
    await formerNote(pull, checkout),
  ]);
  const ask = review && (await readAsk(review, signal));
  return async (session, continued, more = '') => {
    const boundary = randomUUID();
    const news = await readNews(desk, written.thread, continued, signal);
    const attached = await attach(desk, session, { ...written, news }, boundary, signal);
    const trigger = review === undefined ? attached.trigger : taskOf(attached.trigger);
    const prompt = renderPrompt({
      ...attached,
      trigger,
      standing: trigger.standing,
      workspaceNote: joined([workspaceNote, more]),
      destination: destinationOf(desk.watched),
      review: ask,
      boundary,
    });
    return { prompt, boundary, note: attached.note };
  };
}
