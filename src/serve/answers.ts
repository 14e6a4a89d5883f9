import type { ServerResponse } from 'node:http';

import { retryAfterSeconds } from './limits.ts';

/** An answer of the front's own: always the same for the same reason. */
export interface Answer {
  status: number;
  body: string;
  headers?: Readonly<Record<string, string>>;
}

const retryLater = { 'retry-after': String(retryAfterSeconds) };

/** All that the front says by itself. */
export const answers = {
  alive: { status: 200, body: 'alive' },
  ready: { status: 200, body: 'ready' },
  notReady: { status: 503, body: 'not ready', headers: retryLater },
  malformed: { status: 400, body: 'bad request' },
  /** RFC 6750, section 3: with no further word, whatever was wrong. */
  unauthorized: { status: 401, body: 'unauthorized', headers: { 'www-authenticate': 'Bearer' } },
  forbidden: { status: 403, body: 'forbidden' },
  noDirectory: { status: 404, body: 'no such directory' },
  unknownWorkspace: { status: 404, body: 'no such workspace' },
  workspaceInUse: { status: 409, body: 'workspace in use', headers: retryLater },
  tooLarge: { status: 413, body: 'body too large' },
  unsupported: { status: 415, body: 'expected JSON in UTF-8' },
  notPlain: { status: 415, body: 'expected a tar stream as it is' },
  expectation: { status: 417, body: 'expectation failed' },
  busy: { status: 429, body: 'too many sessions at work', headers: retryLater },
  manyJobs: { status: 429, body: 'too many snapshots at a time', headers: retryLater },
  manyHeaders: { status: 431, body: 'too many headers' },
  noWorkspace: { status: 500, body: 'the workspace could not be made or read' },
  upstreamDown: { status: 502, body: 'OpenCode does not answer', headers: retryLater },
  workspacesFull: { status: 507, body: 'no room for another workspace' },
  draining: { status: 503, body: 'shutting down', headers: retryLater },
} as const satisfies Record<string, Answer>;

/**
 * Sends an answer of ours. `isLast` closes the connection behind it, as for every request whose body
 * was not read: what is left of it must not be taken for the next request.
 */
export function send(
  response: ServerResponse,
  { status, body, headers }: Answer,
  isLast: boolean,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const text = `${body}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    ...(isLast && { connection: 'close' }),
  });
  // Node throws where an answer to HEAD gets a body (RFC 9110, section 9.3.2).
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
