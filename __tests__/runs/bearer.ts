import { randomUUID } from 'node:crypto';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A front before a server that takes Basic credentials only. */
export interface Bearer extends AsyncDisposable {
  url: string;
  token: string;
  /** Paths that were let through. */
  paths: string[];
  /** Requests without the token. */
  refused: number;
  /** From now on nobody gets through, and what was open is cut. */
  goDown(): void;
  /** All is well again. */
  comeBack(): void;
}

/** Starts a front on loopback that asks for a bearer token and passes on with `authorization`. */
export async function openBearer(target: string, authorization: string): Promise<Bearer> {
  const token = `bearer-${randomUUID()}`;
  let isDown = false;
  const server = createServer((incoming, outgoing) => {
    if (isDown) return incoming.destroy();
    if (incoming.headers.authorization !== `Bearer ${token}`) {
      bearer.refused += 1;
      return outgoing.writeHead(401).end();
    }
    const url = new URL(incoming.url ?? '/', target);
    bearer.paths.push(url.pathname);
    const headers = { ...incoming.headers, authorization, host: url.host };
    const passed = send(url, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bearer: Bearer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    paths: [],
    refused: 0,
    goDown: () => {
      isDown = true;
      server.closeAllConnections();
    },
    comeBack: () => {
      isDown = false;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return bearer;
}
