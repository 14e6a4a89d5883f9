import { ActionError, messageOf } from './errors.ts';
import { describeKilled, type Killed } from './killed.ts';
import { logFenced, logWarning, writeSummary } from './outputs.ts';
import { peopleOf } from './reply/audience.ts';
import { type ChangesFacts, renderChanges } from './reply/changes.ts';
import { renderAnyReply } from './reply/plain-reply.ts';
import { renderFailure, renderNotes, type Reply } from './reply/render.ts';
import { isReview } from './reviewing.ts';
import { createTranscript, toTurn } from './turn/assemble.ts';
import type { EndedTurn, Turn } from './turn/turn.ts';

/** What `post` has found out beside the journal. */
export interface Found {
  /** What the server knows, where that is more than the journal does. */
  heard: Turn | undefined;
  /** What it saved of what the agent changed. */
  changes: ChangesFacts | undefined;
  /** Whether GitHub did not tell if a review of the run stands there. */
  isReviewUnclear?: boolean;
}

/** Writes a reply to step summary and log; resolves to it. */
export function tellRunner(reply: Reply): Reply {
  tellSummary(reply.summary);
  logFenced(reply.response);
  return reply;
}

function tellSummary(summary: string): void {
  try {
    writeSummary(summary);
  } catch (thrown) {
    logWarning(`Could not write the step summary: ${messageOf(thrown)}.`);
  }
}

/** Adds what was saved to a step summary that is written already. */
export function tellChanges({ changes }: Found): void {
  if (changes !== undefined) tellSummary(renderChanges(changes).summary);
}

/** What people read of a run that was killed. */
export function renderKilled(killed: Killed, { heard, changes }: Found): Reply {
  const facts = describeKilled(killed);
  const message = 'The run was interrupted: its process was killed before it was done.';
  if (!killed.isJournaled) {
    const hint = 'Its journal is gone, and with it what the agent had written. Ask again.';
    return renderFailure(new ActionError('cancelled', message, { hint }), facts);
  }
  const { texts } = heard ?? killed;
  const hint = 'What had been written by then follows; ask again for the rest.';
  const error = new ActionError('cancelled', message, texts.length > 0 ? { hint } : {});
  const turn: EndedTurn = { ...(heard ?? { ...toTurn(createTranscript('')), texts }), error };
  const people = peopleOf(killed.trigger, undefined);
  const audience = { serverUrl: killed.context.serverUrl, people };
  return renderAnyReply({ turn, facts, notes: [], changes, audience }, logWarning);
}

/**
 * A reply in place of a review: where the review may stand there all the same, its first comment ends
 * with that, for nobody is to wonder which of two counts. There is room for it (`markerChars`).
 */
export function withDoubt(
  reply: Pick<Reply, 'comments' | 'restNotice'>,
  { trigger, wanted }: Pick<Killed, 'trigger' | 'wanted'>,
  { isReviewUnclear }: Pick<Found, 'isReviewUnclear'>,
): Pick<Reply, 'comments' | 'restNotice'> {
  const mayBeThere = isReviewUnclear === true && wanted && isReview(trigger, wanted.review);
  if (mayBeThere !== true) return reply;
  const [first = '', ...others] = reply.comments;
  return {
    ...reply,
    comments: [`${first.trimEnd()}\n\n${renderNotes([doubt], false).trim()}`, ...others],
  };
}

const doubt =
  'GitHub does not tell whether a review of this run stands here by now: if one does, that is the one that counts.';
