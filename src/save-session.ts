import { packEntry } from './cache/archive.ts';
import { databaseName, logName } from './cache/database.ts';
import { discardKept, type KeptEntry, keptFolder, readKept, sealKept } from './cache/kept.ts';
import { keyOf } from './cache/key.ts';
import { saveEntry } from './cache/service.ts';
import { messageOf } from './errors.ts';

import { type Env, readCache, readRunContext } from './inputs.ts';
import type { Isolation } from './isolation/isolation.ts';
import { readInvocationId } from './journal/path.ts';
import type { Killed } from './killed.ts';
import { cacheEntryBytes, cacheSaveMs, databaseBytes } from './limits/cache.ts';
import { logInfo, readJournalPath } from './outputs.ts';

/**
 * Saves the session that this job's run has left, in GitHub's cache, and deletes the entries of its
 * thread that nobody will take up. Says what it cannot do, and never rejects for it: the answer is on
 * the thread, and the next mention begins a new session then.
 */
export async function saveSession(env: Env): Promise<void> {
  const invocationId = readInvocationId(readJournalPath() ?? '');
  if (invocationId === undefined) return;
  const folder = keptFolder(readRunContext(env).temp, invocationId);
  try {
    // A run that was killed did not come to it.
    await sealKept(folder, new Date());
    const kept = await readKept(folder);
    if (kept !== undefined) await save(env, kept, AbortSignal.timeout(cacheSaveMs));
  } catch (thrown) {
    logInfo(`The session is not kept for the next mention: ${messageOf(thrown)}.`);
  } finally {
    discardKept(folder);
  }
}

async function save(env: Env, kept: KeptEntry, signal: AbortSignal): Promise<void> {
  const place = readCache(env);
  if ('missing' in place) throw new Error(place.missing);
  if (!place.mayWrite) throw new Error('this run may not write to the cache');
  const { facts, publicKey, sealed, files } = kept;
  const entry = await packEntry(sealed, files);
  if (entry.length > cacheEntryBytes)
    throw new Error(`it takes more than ${cacheEntryBytes} bytes`);
  const key = keyOf({ ...facts, seal: publicKey });
  await saveEntry(place, key, entry, signal);
  logInfo(`The session is kept for the next mention: ${key}, ${entry.length} bytes.`);
}

/** For a killed run: takes its database out of the agent's home, before that is removed. */
export async function takeForKilled(
  { context, identity }: Killed,
  isolation: Pick<Isolation, 'takeOut'>,
): Promise<void> {
  const to = keptFolder(context.temp, identity.invocationId);
  try {
    await isolation.takeOut({ names: [databaseName, logName], to, bytes: databaseBytes });
  } catch (thrown) {
    logInfo(`The session is not kept for the next mention: ${messageOf(thrown)}.`);
  }
}
