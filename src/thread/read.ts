import type { Opening, ThreadRef, Trigger } from '../event/trigger.ts';
import { viewerLogin } from '../github.ts';
import type { GitHub } from '../github.ts';
import { diffChars, threadChars, threadComments } from '../limits.ts';
import { charsOf, inOrder, keepNewest } from './bounds.ts';
import { isLater, isTrigger, readComments } from './conversation.ts';
import { boundDiff, readPinnedDiff } from './diff.ts';
import { findHidden, findMarker, stripMarker } from '../marker.ts';
import { pinPull, type Pinned } from './pin.ts';
import { readPull } from './pull.ts';
import { readReviewComments, readReviews } from './reviews.ts';
import type { Entry, Pull, Thread } from './thread.ts';

/**
 * Reads the conversation that the trigger stands in; undefined where it stands in none.
 * All calls go out side by side. Title, description and the triggering comment are the payload's, and
 * what was written or edited since is left out: nobody can put words into what was asked.
 * Of what was written, the newest is kept within `threadComments` and `threadChars`, the review
 * thread asked in before all else. A pull request is read for its pinned head.
 * Throws `github-error`, or the signal's reason.
 */
export async function readThread(
  github: GitHub,
  trigger: Trigger,
  signal: AbortSignal,
  pinned: Promise<Pinned | undefined> = pinPull(github, trigger, signal),
): Promise<Thread | undefined> {
  const { thread: ref } = trigger;
  if (ref === undefined) return undefined;
  const rest = new AbortController();
  const either = AbortSignal.any([signal, rest.signal]);
  try {
    const pin = await pinned;
    if (pin === undefined) return await readIssueThread(github, trigger, ref, either);
    return await readPullThread(github, trigger, pin, either);
  } finally {
    rest.abort(); // One call that failed ends the others, which would go on trying.
  }
}

async function readIssueThread(
  github: GitHub,
  trigger: Trigger,
  ref: ThreadRef,
  signal: AbortSignal,
): Promise<Thread> {
  const { repository } = trigger;
  const comments = await readComments(github, repository, ref, signal);
  const written = await markOwn(github, others(comments.items, trigger), signal);
  const entries = keepNewest(written, { chars: threadChars, count: threadComments });
  const leftOut = comments.leftOut + written.length - entries.length;
  const later = countLater(comments.items, trigger);
  return { ref, ...openingOf(trigger), entries, leftOut, later, pull: undefined };
}

async function readPullThread(
  github: GitHub,
  trigger: Trigger,
  pin: Pinned,
  signal: AbortSignal,
): Promise<Thread> {
  const { repository } = trigger;
  const { ref } = pin;
  const [pull, { files, isPinned }, comments, reviews, lines] = await Promise.all([
    pin.facts ?? readPull(github, repository, ref, signal),
    readPinnedDiff(github, repository, ref, pin, signal),
    readComments(github, repository, ref, signal),
    readReviews(github, repository, ref, signal),
    readReviewComments(github, repository, ref, signal),
  ]);
  const opening = openingOf(trigger);
  const threadId = trigger.comment?.threadId;
  const asked = lines.items.filter((line) => line.threadId === threadId);
  const unasked = lines.items.filter((line) => line.threadId !== threadId);
  const { kept, leftOut } = await boundPull(github, trigger, signal, {
    thread: asked.map((line) => line.entry),
    rest: [...comments.items, ...reviews.items, ...unasked.map((line) => line.entry)],
  });
  const diff = boundDiff(files, { chars: diffChars, changedFiles: pull.changedFiles });
  const { baseSha: _, headRepositoryId: __, ...branches } = pull.branches;
  return {
    ...pull.heading,
    title: opening.title,
    body: opening.body,
    entries: kept.rest.filter((entry) => entry.kind === 'comment'),
    leftOut: comments.leftOut + reviews.leftOut + lines.leftOut + leftOut,
    later: countLater(
      [...comments.items, ...reviews.items, ...lines.items.map((line) => line.entry)],
      trigger,
    ),
    pull: {
      ...branches,
      headSha: pin.headSha,
      diff: isPinned || branches.headSha === pin.headSha ? diff : { ...diff, isLater: true },
      reviews: kept.rest.filter((entry) => entry.kind === 'review'),
      reviewComments: kept.rest.filter((entry) => entry.kind === 'review-comment'),
      reviewThread: kept.thread,
    } satisfies Pull,
  };
}

interface Written {
  thread: Entry[];
  rest: Entry[];
}

async function boundPull(
  github: GitHub,
  trigger: Trigger,
  signal: AbortSignal,
  written: Written,
): Promise<{ kept: Written; leftOut: number }> {
  const asked = others(written.thread, trigger);
  const around = inOrder(others(written.rest, trigger));
  const marked = await markOwn(github, [...asked, ...around], signal);
  const thread = marked.slice(0, asked.length);
  const rest = marked.slice(asked.length);
  const count = threadComments;
  const keptThread = keepNewest(thread, { chars: threadChars, count });
  const room = threadChars - keptThread.reduce((sum, entry) => sum + charsOf(entry), 0);
  const keptRest = keepNewest(rest, { chars: room, count: count - keptThread.length });
  const leftOut = thread.length + rest.length - keptThread.length - keptRest.length;
  return { kept: { thread: keptThread, rest: keptRest }, leftOut };
}

/** What stood there when the trigger came, without it. */
function others(entries: readonly Entry[], trigger: Trigger): Entry[] {
  return entries.filter((entry) => !isTrigger(entry, trigger) && !isLater(entry, trigger));
}

function countLater(entries: readonly Entry[], trigger: Trigger): number {
  return entries.filter((entry) => !isTrigger(entry, trigger) && isLater(entry, trigger)).length;
}

/** Every trigger with a thread has it. */
function openingOf({ opening }: Trigger): Opening {
  if (opening === undefined) throw new TypeError('a thread without an opening');
  return opening;
}

/** Our own answers lose their marker; it counts only where the author is ourselves. */
async function markOwn(
  github: GitHub,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<Entry[]> {
  if (!entries.some((entry) => findMarker(entry.body) !== undefined)) return [...entries];
  const own = await viewerLogin(github, signal);
  return entries.map((entry) => {
    if (entry.author !== own || findMarker(entry.body) === undefined) return entry;
    const [body, hidden] = [stripMarker(entry.body), findHidden(entry.body)];
    return { ...entry, role: 'agent', body, ...(hidden === '' ? {} : { hidden }) };
  });
}
