/**
 * GitHub's cache service for one repository, second version: entries by key, and a store of blobs with
 * signed addresses. It can miss, hang, fail and cut short what it gives.
 *
 *     await using cache = await startCache();
 *     await runAction({ ..., env: cache.env });
 *     cache.mode = 'hangs';
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import * as v from 'valibot';

/** What it does with every call; `stalls` gives an entry's address, and then half of the entry. */
export type CacheMode = 'works' | 'misses' | 'hangs' | 'fails' | 'stalls' | 'truncates' | 'refuses';

/** A cache service that is running. */
export interface CacheServer extends AsyncDisposable {
  /** What the runner tells a step of it. */
  env: Record<string, string>;
  /** May be set while it runs. */
  mode: CacheMode;
  /** What is finished, by key, in the order of saving; a test may put anything in its place. */
  entries: Map<string, Buffer>;
  /** The calls so far: a method's name, `GET` or `PUT`. */
  calls: string[];
  /** Called with each of them as it comes; may be set while it runs. */
  onCall: (method: string) => void;
}

const service = '/twirp/github.actions.results.api.v1.CacheService/';
const call = v.looseObject({
  key: v.string(),
  version: v.pipe(v.string(), v.regex(/^[\da-f]{64}$/)),
  restore_keys: v.optional(v.array(v.string()), []),
  size_bytes: v.optional(v.string()),
});

/** Starts one on a free port of loopback. */
export async function startCache(): Promise<CacheServer> {
  const token = `runtime-${randomUUID()}`;
  const blobs = new Map<string, Buffer>();
  const reserved = new Map<string, string>();
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cache: CacheServer = {
    env: {
      ACTIONS_RESULTS_URL: `${url}/`,
      ACTIONS_RUNTIME_TOKEN: token,
      ACTIONS_CACHE_SERVICE_V2: 'True',
    },
    mode: 'works',
    entries: new Map(),
    calls: [],
    onCall: () => {},
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = await buffer(request);
    const method = path.startsWith(service) ? path.slice(service.length) : request.method;
    cache.calls.push(method ?? '');
    cache.onCall(method ?? '');
    if (cache.mode === 'hangs') return;
    if (cache.mode === 'fails') return send(response, 500, { code: 'internal', msg: 'no' });
    if (!path.startsWith(service)) return serveBlob(request, response, path, body);
    if (request.headers.authorization !== `Bearer ${token}`)
      return send(response, 401, { code: 'unauthenticated', msg: 'no' });
    const asked = v.parse(call, JSON.parse(body.toString('utf8')));
    send(response, 200, answer(method ?? '', asked));
  }

  function answer(method: string, asked: v.InferOutput<typeof call>): unknown {
    const { key, restore_keys: prefixes, size_bytes: size } = asked;
    if (method === 'GetCacheEntryDownloadURL') return find([key, ...prefixes]);
    if (method === 'CreateCacheEntry') {
      if (cache.mode === 'refuses')
        return { ok: false, message: 'cache write denied: the token may not' };
      if (cache.entries.has(key) || reserved.has(key)) return { ok: false };
      const blob = `/blob/${randomUUID()}?sig=${randomUUID()}`;
      reserved.set(key, blob);
      return { ok: true, signed_upload_url: `${url}${blob}` };
    }
    const blob = blobs.get(reserved.get(key) ?? '');
    if (blob === undefined || String(blob.length) !== size) return { ok: false };
    cache.entries.set(key, blob);
    return { ok: true, entry_id: String(cache.entries.size) };
  }

  /** A key is looked for as it is, and then as the beginning of others, the newest first. */
  function find(keys: string[]): unknown {
    const newest = [...cache.entries.keys()].toReversed();
    const matched = keys
      .map((key) => newest.find((one) => one === key) ?? newest.find((one) => one.startsWith(key)))
      .find((key) => key !== undefined);
    if (matched === undefined || cache.mode === 'misses') return { ok: false };
    const blob = `/blob/${randomUUID()}?sig=${randomUUID()}`;
    blobs.set(blob, cache.entries.get(matched) ?? Buffer.alloc(0));
    return { ok: true, signed_download_url: `${url}${blob}`, matched_key: matched };
  }

  function serveBlob(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    body: Buffer,
  ): void {
    if (request.method === 'PUT') {
      if (request.headers['x-ms-blob-type'] !== 'BlockBlob') return send(response, 400, {});
      blobs.set(path, body);
      response.writeHead(201).end();
      return;
    }
    const blob = blobs.get(path);
    if (blob === undefined) return send(response, 404, {});
    const half = blob.subarray(0, blob.length / 2);
    const isWhole = cache.mode !== 'truncates';
    response.writeHead(200, { 'content-length': isWhole ? blob.length : half.length });
    if (cache.mode === 'stalls') response.write(half);
    else response.end(isWhole ? blob : half);
  }
  return cache;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
