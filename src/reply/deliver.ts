import { ActionError, messageOf } from '../errors.ts';
import type { Comments, OwnComment } from '../thread/comments.ts';
import type { Reply } from './render.ts';

/** What `deliver` needs. */
export interface DeliverOptions {
  comments: Comments;
  reply: Pick<Reply, 'comments' | 'restNotice'>;
  /** The progress comment, or the promise of it (`Progress.stop`): the answer does not wait for it. */
  progress: OwnComment | undefined | Promise<OwnComment | undefined>;
  /** Told of each comment as soon as it holds its part of the answer; the first is told first. */
  onPosted?: (comment: OwnComment) => void;
  warn: (message: string) => void;
  signal: AbortSignal;
}

/** Where the answer stands. */
export interface Delivered {
  first: OwnComment;
  /** False where the progress comment may still be there. */
  isTidy: boolean;
}

/**
 * Puts the answer on the thread: new comments, in order, and the progress comment deleted once the
 * first is there. If the first cannot be created, the progress comment becomes it, but only once it
 * is sure that GitHub has not made the first all the same: the answer never stands there twice.
 * Throws `github-error` (`retryable` as its cause is) if any part of the answer is not on the thread at the end; the last part
 * that is says so then, with a link to the step summary. Deleting the progress comment only warns.
 */
export async function deliver(options: DeliverOptions): Promise<Delivered> {
  const { first, isProgress } = await postFirst(options);
  options.onPosted?.(first);
  const [posted, removed] = await Promise.allSettled([
    postRest(options, first),
    isProgress ? true : removeProgress(options),
  ]);
  if (posted.status === 'rejected') throw posted.reason;
  return { first, isTidy: removed.status === 'fulfilled' && removed.value };
}

async function postFirst(
  options: DeliverOptions,
): Promise<{ first: OwnComment; isProgress: boolean }> {
  const { comments, reply, signal, warn } = options;
  const body = reply.comments[0] ?? '';
  try {
    return { first: await comments.create('answer', body, signal), isProgress: false };
  } catch (thrown) {
    const progress = await settledProgress(options).catch(() => undefined);
    if (progress === undefined) throw undelivered(thrown);
    const made = await findMade(options, thrown);
    if (made !== undefined) return { first: made, isProgress: false };
    warn(`The answer could not be posted, the progress comment becomes it: ${messageOf(thrown)}.`);
    try {
      await comments.update(progress, 'answer', body, signal);
    } catch (again) {
      throw undelivered(again);
    }
    return { first: progress, isProgress: true };
  }
}

/** The answer's first comment, where GitHub's answer to our making it was lost. */
async function findMade({ comments, signal }: DeliverOptions, thrown: unknown) {
  if (!comments.mayExist('answer')) return undefined;
  try {
    return await comments.find('answer', signal);
  } catch {
    throw undelivered(thrown);
  }
}

/** One after the other: their order on the thread is the order in which they are created. */
async function postRest(options: DeliverOptions, first: OwnComment): Promise<void> {
  const { comments, reply, signal, onPosted } = options;
  const bodies = reply.comments;
  let last = first;
  for (const [index, body] of bodies.entries()) {
    if (index === 0) continue;
    try {
      last = await comments.create(purposeOf(index), body, signal);
    } catch (thrown) {
      await sayWhereRestIs(options, last, index - 1);
      throw undelivered(thrown, `Part ${index + 1} of ${bodies.length} of the answer`);
    }
    onPosted?.(last);
  }
}

async function sayWhereRestIs(
  { comments, reply, signal, warn }: DeliverOptions,
  comment: OwnComment,
  index: number,
): Promise<void> {
  const body = `${reply.comments[index] ?? ''}${reply.restNotice}`;
  try {
    await comments.update(comment, purposeOf(index), body, signal);
  } catch (thrown) {
    warn(`The thread could not be told that a part is missing: ${messageOf(thrown)}.`);
  }
}

/** Deletes the progress comment; false, with a warning, where it may still be there. */
export async function removeProgress(
  options: Pick<DeliverOptions, 'comments' | 'progress' | 'warn' | 'signal'>,
): Promise<boolean> {
  try {
    const progress = await settledProgress(options);
    if (progress !== undefined) await options.comments.remove(progress, options.signal);
    return true;
  } catch (thrown) {
    options.warn(`The progress comment could not be deleted: ${messageOf(thrown)}.`);
    return false;
  }
}

/** As long as the signal allows; a comment that is not known by then is left to `post`. */
async function settledProgress({ progress, signal }: Pick<DeliverOptions, 'progress' | 'signal'>) {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([progress, promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Each part has its own, so that looking one up by its marker never finds another. */
function purposeOf(index: number): string {
  return index === 0 ? 'answer' : `answer-${index + 1}`;
}

function undelivered(thrown: unknown, what = 'The answer'): ActionError {
  const { hint, retryable } =
    thrown instanceof ActionError ? thrown : { hint: '', retryable: false };
  return new ActionError(
    'github-error',
    `${what} could not be posted on the thread: ${messageOf(thrown)}.`,
    { hint: `${hint} It stands in the step summary.`.trimStart(), retryable, cause: thrown },
  );
}
