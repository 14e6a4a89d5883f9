import { createHash } from 'node:crypto';
import type { Pushed, Reaction } from '../thread/since.ts';
import type { Entry, Thread } from '../thread/thread.ts';
import { readMemory } from './memory.ts';
import type { Told } from './notes.ts';

/** What happened on a thread since a session was last told of it. */
export interface News {
  /** Title or description are others now. */
  isOpeningNew: boolean;
  /** Written or edited since, of all kinds, oldest first; without the session's own answers. */
  entries: Entry[];
  /** The pull request's head, where it was another: what was pushed, or `rewritten`. */
  head: { from: string; pushed: Pushed | 'rewritten' } | undefined;
  /** To the session's last answer. */
  reactions: Reaction[];
}

/** What of a thread is new to a session that was told `told`. Pure. */
export function findNewEntries(thread: Thread, told: Told, sessionId: string): Entry[] {
  const { entries, pull } = thread;
  return [
    ...entries,
    ...(pull?.reviews ?? []),
    ...(pull?.reviewComments ?? []),
    ...(pull?.reviewThread ?? []),
  ]
    .filter(
      (entry) => isNew(entry, told) && readMemory(entry.hidden ?? '')?.sessionId !== sessionId,
    )
    .toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
}

/**
 * Times have whole seconds: what was written in the very second is told again rather than never. What
 * asked then was told; edited since, it is told again.
 */
function isNew({ kind, id, createdAt, updatedAt }: Entry, { until, asked }: Told): boolean {
  const at = Date.parse(until);
  const isAsked = asked?.id === id && (asked.kind === 'review') === (kind === 'review-comment');
  if (isAsked) return Date.parse(updatedAt) > at;
  return Date.parse(createdAt) >= at || Date.parse(updatedAt) >= at;
}

/** Tells whether title or description changed. */
export function digestOpening({ title, body }: { title: string; body: string }): string {
  return createHash('sha256')
    .update(JSON.stringify([title, body]))
    .digest('hex')
    .slice(0, 32);
}
