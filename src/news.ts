import type { Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import { logWarning } from './outputs.ts';
import type { Continued } from './our-session.ts';
import { digestOpening, findNewEntries, type News } from './session/news.ts';
import { readPushed, readReactions } from './thread/since.ts';
import type { Thread } from './thread/thread.ts';

/**
 * Reads what happened since a session was told of its thread; undefined for one that is new. What
 * GitHub does not tell is done without: the head counts as rewritten then, whose whole diff is told.
 * Throws only the signal's reason.
 */
export async function readNews(
  desk: Desk,
  thread: Thread | undefined,
  continued: Continued | undefined,
  signal: AbortSignal,
): Promise<News | undefined> {
  const { github, trigger, session } = desk;
  if (thread === undefined || continued === undefined || session === undefined) return undefined;
  const { told, answer } = continued;
  const { repository } = trigger;
  const unless = async <T>(reading: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await reading;
    } catch (thrown) {
      signal.throwIfAborted();
      logWarning(`${messageOf(thrown)}.`);
      return otherwise;
    }
  };
  const [from, to] = [told.headSha, thread.pull?.headSha];
  const isMoved = from !== undefined && to !== undefined && from !== to;
  const [reactions, pushed] = await Promise.all([
    unless(readReactions(github, repository, answer, signal), []),
    isMoved
      ? unless(readPushed(github, repository, { from, to }, signal), undefined)
      : Promise.resolve(undefined),
  ]);
  return {
    isOpeningNew: digestOpening(thread) !== told.opening,
    entries: findNewEntries(thread, told, session.id),
    head: isMoved ? { from, pushed: pushed ?? 'rewritten' } : undefined,
    reactions,
  };
}
