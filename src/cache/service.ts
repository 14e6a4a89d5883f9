import { createHash } from 'node:crypto';

import { HttpClient } from '@actions/http-client';
import * as v from 'valibot';
import { fetch, type Response } from 'undici';

import { cacheAnswerBytes, cacheAnswerMs, cacheFetchMs } from '../limits/cache.ts';

/** Where the cache service of a job is. */
export interface CachePlace {
  /** The runner's `ACTIONS_RESULTS_URL`. */
  url: string;
  /** The job's `ACTIONS_RUNTIME_TOKEN`. Secret. */
  token: string;
  mayRead: boolean;
  mayWrite: boolean;
}

/** Tells entries of ours from those of other tools under the same key. */
const entryVersion = createHash('sha256').update('mention-loop session 1').digest('hex');

const service = 'twirp/github.actions.results.api.v1.CacheService';

/** It keeps the connections to a proxy. */
const network = new HttpClient();

/** Protobuf's JSON has two spellings for a field. https://protobuf.dev/programming-guides/json/ */
const answers = v.looseObject({
  ok: v.optional(v.boolean(), false),
  signedUploadUrl: v.optional(v.string()),
  signed_upload_url: v.optional(v.string()),
  signedDownloadUrl: v.optional(v.string()),
  signed_download_url: v.optional(v.string()),
  matchedKey: v.optional(v.string()),
  matched_key: v.optional(v.string()),
});

/**
 * The entry of exactly that key, `bytes` at most; undefined where there is none. This run's branch is
 * looked through first, then the default branch; an entry whose key only begins so is not ours.
 * https://docs.github.com/actions/reference/workflows-and-actions/dependency-caching
 * Throws an `Error` that says in half a sentence what went wrong, without any address, and the
 * signal's reason.
 */
export async function fetchEntry(
  place: CachePlace,
  key: string,
  bytes: number,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const request = { key, restore_keys: [], version: entryVersion };
  const found = await ask(place, 'GetCacheEntryDownloadURL', request, signal);
  const url = found.signedDownloadUrl ?? found.signed_download_url;
  if (!found.ok || url === undefined) return undefined;
  if ((found.matchedKey ?? found.matched_key) !== key) return undefined;
  return await exchange('fetch the entry', cacheFetchMs, signal, async (either) => {
    const response = await send(url, { method: 'GET', signal: either });
    if (response.status !== 200) throw refused(response);
    return await readBody(response, bytes);
  });
}

/**
 * Saves an entry under a key that there is none of yet; throws as `fetchEntry` does. It is there for
 * others only when all of it is.
 */
export async function saveEntry(
  place: CachePlace,
  key: string,
  entry: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const names = { key, version: entryVersion };
  const reserved = await ask(place, 'CreateCacheEntry', names, signal);
  const url = reserved.signedUploadUrl ?? reserved.signed_upload_url;
  if (!reserved.ok || url === undefined)
    throw new Error('the cache takes no entry from this run, or has it already');
  await upload(url, entry, signal);
  const size = { ...names, size_bytes: String(entry.length) };
  const finished = await ask(place, 'FinalizeCacheEntryUpload', size, signal);
  if (!finished.ok) throw new Error('the cache did not take the entry in the end');
}

/** https://learn.microsoft.com/rest/api/storageservices/put-blob */
async function upload(url: string, entry: Buffer, signal: AbortSignal): Promise<void> {
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/octet-stream' };
  await exchange('save the entry', undefined, signal, async (either) => {
    const response = await send(url, { method: 'PUT', headers, body: entry, signal: either });
    await response.body?.cancel();
    if (response.status !== 201) throw refused(response);
  });
}

async function ask(
  { url, token }: CachePlace,
  method: string,
  body: Record<string, unknown>,
  signal: AbortSignal,
): Promise<v.InferOutput<typeof answers>> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return await exchange('ask the cache', cacheAnswerMs, signal, async (either) => {
    const how = { method: 'POST', headers, body: JSON.stringify(body), signal: either };
    const response = await send(new URL(`/${service}/${method}`, url).href, how);
    const text = (await readBody(response, cacheAnswerBytes)).toString('utf8');
    if (response.status !== 200) throw refused(response);
    const read = v.safeParse(answers, JSON.parse(text));
    if (!read.success) throw new Error('its answer is none that is known');
    return read.output;
  });
}

/** What goes wrong may quote an address, which is a credential: only what we say ourselves is kept. */
async function exchange<Result>(
  doing: string,
  ms: number | undefined,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = ms === undefined ? undefined : AbortSignal.timeout(ms);
  try {
    return await act(late === undefined ? signal : AbortSignal.any([signal, late]));
  } catch (thrown) {
    signal.throwIfAborted();
    const inTime = late?.aborted === true ? `it took longer than ${(ms ?? 0) / 1000} s` : undefined;
    throw new Error(`could not ${doing}: ${inTime ?? causeOf(thrown)}`, { cause: thrown });
  }
}

/** An answer that is ours to tell of. */
class Told extends Error {}

function refused({ status }: Response): Told {
  return new Told(`the answer was ${status}`);
}

function causeOf(thrown: unknown): string {
  if (thrown instanceof Told) return thrown.message;
  if (thrown instanceof SyntaxError) return 'its answer is no JSON';
  const cause: unknown = (thrown as { cause?: unknown }).cause;
  const isNamed = typeof cause === 'object' && cause !== null && 'code' in cause;
  return isNamed ? `the connection failed (${String(cause.code)})` : 'the connection failed';
}

type Sending = Parameters<typeof fetch>[1];

/** A redirect is an answer: what is signed, and the token, go nowhere else. */
async function send(url: string, how: NonNullable<Sending>): Promise<Response> {
  // Node's own `fetch` knows no proxy; this finds it as GitHub's client does (`HTTPS_PROXY`, `NO_PROXY`).
  const dispatcher = network.getAgentDispatcher(url);
  return await fetch(url, { ...how, redirect: 'manual', ...(dispatcher && { dispatcher }) });
}

async function readBody(response: Response, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > most) throw new Told(`the answer is larger than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
