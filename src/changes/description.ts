import type { ThreadRef } from '../event/trigger.ts';
import { commentChars, markerChars } from '../limits.ts';
import { descriptionChars } from '../limits/changes.ts';

/** What a pull request's description is made of. */
export interface Description {
  /** The issue that it closes; undefined where there is none. */
  thread: ThreadRef | undefined;
  /** The agent's answer, in its own Markdown. */
  answer: string;
  runId: string;
  runUrl: string;
  /** An answer as it may stand on GitHub. */
  harmless: (text: string) => string;
}

/** A pull request's description: our own lines first, so that nothing in the answer can hide them. */
export function describePull({ thread, answer, runId, runUrl, harmless }: Description): string {
  const closes = thread === undefined ? '' : `Closes #${thread.number}\n\n`;
  const run = `From [run ${runId}](${runUrl}).`;
  const shown = harmless(withoutPowers(cut(answer.trim())));
  // What is harmless is longer, many times in the worst case; and cut, it may be harmless no more.
  const room = commentChars - markerChars - closes.length - run.length;
  const text = shown.length < room ? shown : "The answer is in the run's summary.";
  return `${closes}${run}${text === '' ? '' : `\n\n${text}`}`;
}

/** Invisible, and enough to make another word for GitHub. */
const apart = '\u200b';

/**
 * The answer without what a pull request's description can do beside being read: close other issues,
 * and, as the message of a squashed commit, name authors and skip checks.
 * https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
 * https://docs.github.com/actions/how-tos/manage-workflow-runs/skip-workflow-runs
 */
export function withoutPowers(text: string): string {
  return text
    .replaceAll(/\b(?:clos(?:e[sd]?)|fix(?:e[sd])?|resolve[sd]?)(?![\p{L}\p{N}_])/giu, `$&${apart}`)
    .replaceAll(/\[(?=\s*(?:skip|ci|no|actions)\b)/gi, `[${apart}`)
    .replaceAll(/^([^\S\n]*[\w-]*-(?:by|checks))(?=[^\S\n]*:)/gim, `$1${apart}`);
}

function cut(text: string): string {
  if (text.length <= descriptionChars) return text;
  const kept =
    text.slice(0, descriptionChars).replace(/[^\n]*$/, '') || text.slice(0, descriptionChars);
  return `${kept.toWellFormed().trimEnd()}\n\n…`;
}
