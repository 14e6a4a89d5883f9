import { packEntry } from './cache/archive.ts';
import { discardKept, type KeptEntry, keptFolder, readKept } from './cache/kept.ts';
import { keyOf } from './cache/key.ts';
import type { EntryFacts } from './cache/manifest.ts';
import { deleteOld } from './cache/old.ts';
import { saveEntry } from './cache/service.ts';
import { messageOf } from './errors.ts';
import { createGitHub } from './github.ts';
import { type Env, readCache, readInputs, readRunContext, readToken } from './inputs.ts';
import { readInvocationId } from './journal/path.ts';
import { cacheEntryBytes, cacheSaveMs } from './limits/cache.ts';
import { guard } from './outgoing.ts';
import { logInfo, readJournalPath } from './outputs.ts';

/**
 * Saves the session that this job's run has left, in GitHub's cache, and deletes the entries of its
 * thread that nobody will take up. Says what it cannot do, and never rejects for it: the answer is on
 * the thread, and the next mention begins a new session then.
 */
export async function saveSession(env: Env): Promise<void> {
  const invocationId = readInvocationId(readJournalPath() ?? '');
  if (invocationId === undefined) return;
  guard(env);
  const folder = keptFolder(readRunContext(env).temp, invocationId);
  const signal = AbortSignal.timeout(cacheSaveMs);
  try {
    const kept = await readKept(folder);
    if (kept === undefined) return;
    await save(env, kept, signal);
    await tidy(env, kept.facts, signal);
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
  await saveEntry(place, keyOf({ ...facts, seal: publicKey }), entry, signal);
  logInfo(`The session is kept for the next mention, in GitHub's cache: ${entry.length} bytes.`);
}

/** GitHub deletes by itself what nobody asks for, and does not let every token do it before. */
async function tidy(env: Env, facts: EntryFacts, signal: AbortSignal): Promise<void> {
  try {
    const { apiUrl } = readRunContext(env);
    const { session } = readInputs(env);
    const github = createGitHub({ token: readToken(env), apiUrl });
    const count = await deleteOld(github, facts, Date.now() - session.retentionMs, signal);
    if (count > 0) logInfo(`Deleted from the cache, as replaced or too old: ${count}.`);
  } catch {
    // It is no hindrance: what is replaced or too old is not taken up.
  }
}
