import type { ThreadRef } from '../event/trigger.ts';
import type { GitHub } from '../github.ts';
import { oldEntries } from '../limits/cache.ts';
import { levelPrefixOf, prefixOf } from './key.ts';
import type { EntryFacts } from './manifest.ts';

/** An entry as GitHub lists it. */
export interface ListedEntry {
  id: number;
  key: string;
  /** In milliseconds since 1970; NaN where GitHub does not say. */
  createdAt: number;
}

/** What is kept of a thread's entries. */
export interface Keep {
  thread: ThreadRef;
  level: string;
  runId: string;
  /** Created before this, whatever its level: gone. In milliseconds since 1970. */
  since: number;
}

/**
 * The thread's entries that nobody will take up: those of earlier runs at the same level, which this
 * run's entry replaces, and those that are too old. One of a run that was begun later stays. Pure.
 */
export function findOld(
  listed: readonly ListedEntry[],
  { thread, level, runId, since }: Keep,
): ListedEntry[] {
  const same = levelPrefixOf(thread, level);
  return listed
    .filter(({ key }) => key.startsWith(prefixOf(thread)))
    .filter(({ key, createdAt }) => {
      const isReplaced = key.startsWith(same) && isEarlier(runOf(key), runId);
      return isReplaced || createdAt < since;
    });
}

/** The run that a key names; see `keyOf`. */
function runOf(key: string): string {
  return key.split('.').at(-2) ?? '';
}

/** GitHub's numbers of runs grow. */
function isEarlier(one: string, other: string): boolean {
  return /^\d+$/.test(one) && /^\d+$/.test(other) && BigInt(one) < BigInt(other);
}

/**
 * Deletes them, which needs `actions: write`; resolves to how many went. Throws what the client throws
 * where GitHub does not let us, and the signal's reason.
 * https://docs.github.com/rest/actions/cache
 */
export async function deleteOld(
  github: GitHub,
  { repository, thread, level, runId }: EntryFacts,
  since: number,
  signal: AbortSignal,
): Promise<number> {
  const [owner = '', repo = ''] = repository.split('/');
  const where = { owner, repo, request: { signal } };
  const asked = { ...where, key: prefixOf(thread), per_page: oldEntries };
  const { data } = await github.rest.actions.getActionsCacheList(asked);
  const listed = data.actions_caches.map(({ id = 0, key = '', created_at: at = '' }) => ({
    id,
    key,
    createdAt: Date.parse(at),
  }));
  const old = findOld(listed, { thread, level, runId, since });
  for (const { id } of old)
    await github.rest.actions.deleteActionsCacheById({ ...where, cache_id: id });
  return old.length;
}
