import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import type { Address } from '../../src/opencode/client.ts';

/** One request that a fake server got. */
export interface Seen {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server on loopback that answers as a test says. */
export interface Fake extends AsyncDisposable {
  address: Address;
  seen: Seen[];
}

/** Starts a fake server; `answer` gets each request once its body was read. */
export async function startFake(
  answer: (request: Seen, response: ServerResponse) => void | Promise<void>,
): Promise<Fake> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    void text(request).then(async (body) => {
      const one = { method, url, headers, body };
      seen.push(one);
      await answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: {
      url: `http://127.0.0.1:${port}`,
      headers: { authorization: 'Bearer x' },
      directory: '/repo',
    },
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
