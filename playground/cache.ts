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
  const store = new Store(token);
  const server = createServer((request, response) => {
    store.serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  store.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(store, {
    env: {
      ACTIONS_RESULTS_URL: `${store.url}/`,
      ACTIONS_RUNTIME_TOKEN: token,
      ACTIONS_CACHE_SERVICE_V2: 'True',
    },
    [Symbol.asyncDispose]: (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

type Asked = v.InferOutput<typeof call>;

class Store {
  url = '';
  mode: CacheMode = 'works';
  readonly entries = new Map<string, Buffer>();
  readonly calls: string[] = [];
  onCall: (method: string) => void = () => {};
  readonly #token: string;
  /** By the path and query of their signed addresses. */
  readonly #blobs = new Map<string, Buffer>();
  readonly #reserved = new Map<string, string>();

  constructor(token: string) {
    this.#token = token;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = await buffer(request);
    const isCall = path.startsWith(service);
    const method = (isCall ? path.slice(service.length) : request.method) ?? '';
    this.calls.push(method);
    this.onCall(method);
    if (this.mode === 'hangs') return;
    if (this.mode === 'fails') return send(response, 500, { code: 'internal', msg: 'no' });
    if (!isCall) return this.#serveBlob(request, response, path, body);
    if (request.headers.authorization !== `Bearer ${this.#token}`)
      return send(response, 401, { code: 'unauthenticated', msg: 'no' });
    const asked = v.parse(call, JSON.parse(body.toString('utf8')));
    if (method === 'GetCacheEntryDownloadURL') send(response, 200, this.#find(asked));
    else if (method === 'CreateCacheEntry') send(response, 200, this.#reserve(asked));
    else send(response, 200, this.#finish(asked));
  }

  #reserve({ key }: Asked): unknown {
    if (this.mode === 'refuses') return { ok: false, message: 'cache write denied' };
    if (this.entries.has(key) || this.#reserved.has(key)) return { ok: false };
    const blob = newAddress();
    this.#reserved.set(key, blob);
    return { ok: true, signed_upload_url: `${this.url}${blob}` };
  }

  #finish({ key, size_bytes: size }: Asked): unknown {
    const blob = this.#blobs.get(this.#reserved.get(key) ?? '');
    if (blob === undefined || String(blob.length) !== size) return { ok: false };
    this.entries.set(key, blob);
    return { ok: true, entry_id: String(this.entries.size) };
  }

  /** A key is looked for as it is, and then as the beginning of others, the newest first. */
  #find({ key: first, restore_keys: prefixes }: Asked): unknown {
    const newest = [...this.entries.keys()].toReversed();
    const matched = [first, ...prefixes]
      .map((key) => newest.find((one) => one === key) ?? newest.find((one) => one.startsWith(key)))
      .find((key) => key !== undefined);
    if (matched === undefined || this.mode === 'misses') return { ok: false };
    const blob = newAddress();
    this.#blobs.set(blob, this.entries.get(matched) ?? Buffer.alloc(0));
    return { ok: true, signed_download_url: `${this.url}${blob}`, matched_key: matched };
  }

  #serveBlob(request: IncomingMessage, response: ServerResponse, path: string, body: Buffer): void {
    if (request.method === 'PUT') {
      if (request.headers['x-ms-blob-type'] !== 'BlockBlob') return send(response, 400, {});
      this.#blobs.set(path, body);
      response.writeHead(201).end();
      return;
    }
    const blob = this.#blobs.get(path);
    if (blob === undefined) return send(response, 404, {});
    const half = blob.subarray(0, blob.length / 2);
    const isWhole = this.mode !== 'truncates';
    response.writeHead(200, { 'content-length': isWhole ? blob.length : half.length });
    if (this.mode === 'stalls') response.write(half);
    else response.end(isWhole ? blob : half);
  }
}

function newAddress(): string {
  return `/blob/${randomUUID()}?sig=${randomUUID()}`;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
