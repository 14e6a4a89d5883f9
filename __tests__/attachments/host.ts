import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A host on loopback, and what it was asked for. */
export interface Host extends AsyncDisposable {
  origin: string;
  /** Path, and the header `Authorization`. */
  asked: { path: string; authorization: string | undefined }[];
}

/** Starts one that answers as it is told. */
export async function startHost(answer: RequestListener): Promise<Host> {
  const asked: Host['asked'] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The address of an image on a server. */
export function assetOn(origin: string): string {
  return `${origin}/user-attachments/assets/0a1b2c3d-0123-4567-89ab-0123456789ab`;
}

/** The server of a repository, as a run knows it. */
export function serverAt(origin: string): { origin: string; repository: string } {
  return { origin, repository: 'octo-org/hello-world' };
}
