import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { isCall } from './api.ts';
import { type Carrier, openCarrier } from './carry.ts';
import { requestHeaders } from './headers.ts';
import { type Lent, prefixOf } from './lend.ts';
import type { Provider } from './plan.ts';
import { refuse } from './refuse.ts';

/** The relay while it runs; disposal ends it, and all that passes through it. */
export interface Relay extends Lent, AsyncDisposable {}

/**
 * Starts a relay on a free port of loopback: whoever has its password may make the providers' own
 * model calls, with the keys that only the relay has. `env` says which proxy the network is behind.
 */
export async function startRelay(
  providers: readonly Provider[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Relay> {
  const password = randomBytes(32).toString('base64url');
  const digest = digestOf(password);
  const routes = new Map(providers.map((one, index) => [prefixOf(one.id, index), one]));
  const carrier = openCarrier(env);
  const server = createServer((request, response) => {
    relay(request, response, { routes, digest, carrier });
  });
  // A long request is the model's own matter, and a connection at rest costs nothing here.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    password,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      carrier.close();
      await closed;
    },
  };
}

interface Setting {
  routes: ReadonlyMap<string, Provider>;
  /** Of the password. */
  digest: Buffer;
  carrier: Carrier;
}

/** `/<provider>` and a path of its API: no other form of a target, RFC 9112, section 3.2. */
const targetShape = /^\/([\w-]+)(\/[^?#]*)(?:\?([^#]*))?$/;

function relay(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, digest, carrier }: Setting,
): void {
  const [, prefix = '', path = '', query] = targetShape.exec(request.url ?? '') ?? [];
  const provider = routes.get(prefix);
  const credential = credentialOf(request, provider, digest);
  if (credential === undefined) return refuse(response, 'unauthorized');
  if (provider === undefined || !isCall(provider.apis, request.method, path, query)) {
    return refuse(response, 'forbidden');
  }
  const key = credential === 'authorization' ? `Bearer ${provider.key}` : provider.key;
  const headers = requestHeaders(request, { [credential]: key, ...provider.headers });
  carrier.carry(request, response, { url: addressOf(provider, path, query), headers });
}

/** The header that the password stands in; undefined where it stands in none that may hold it. */
function credentialOf(
  { headers }: IncomingMessage,
  provider: Provider | undefined,
  digest: Buffer,
): string | undefined {
  const names = provider?.apis.map((api) => api.credential) ?? ['authorization'];
  return [...new Set(names)].find((name) => {
    const line = String(headers[name] ?? '');
    const given = name === 'authorization' ? line.replace(/^Bearer /i, '') : line;
    // Digests are of one length, and comparing them tells nothing of the password.
    return timingSafeEqual(digestOf(given), digest);
  });
}

/** Nothing of the path needs an escape: the patterns of the calls see to that. */
function addressOf(
  { upstream, query: own }: Provider,
  path: string,
  query: string | undefined,
): URL {
  const url = new URL(upstream);
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  url.search = query ?? '';
  for (const [name, value] of Object.entries(own)) url.searchParams.set(name, value);
  return url;
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
