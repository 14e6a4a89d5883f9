import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';

import { type Headers, responseHeaders } from './headers.ts';
import { refuse } from './refuse.ts';

/** A connection at rest for so long is not used again: the provider may be about to end it. */
const restMs = 15_000;

/** Carries requests to providers, and their answers back. */
export interface Carrier {
  carry(request: IncomingMessage, response: ServerResponse, to: Destination): void;
  /** Ends the connections at rest; those at work end with their clients. */
  close(): void;
}

/** Where a request goes, and with which headers. */
export interface Destination {
  url: URL;
  headers: Headers;
}

/** Opens a carrier that reaches the network as `env` says (`HTTPS_PROXY`, `NO_PROXY`). */
export function openCarrier(env: Readonly<Record<string, string | undefined>>): Carrier {
  const options = { keepAlive: true, timeout: restMs, proxyEnv: env };
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  return {
    carry(request, response, { url, headers }) {
      const isSecure = url.protocol === 'https:';
      const { request: open } = isSecure ? https : http;
      const agent = isSecure ? agents['https:'] : agents['http:'];
      const { method = 'GET' } = request;
      try {
        send(request, response, open(url, { method, headers, agent }));
      } catch (error) {
        // Node sends no header that is none, and throws: the run must not end of what the agent asks.
        refuse(response, 'unreachable', (error as NodeJS.ErrnoException).code ?? 'no reason given');
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/**
 * The bodies pass as they are, both at the pace of whoever reads them. Neither side outlives the
 * other: an answer that breaks off there breaks off here, and nobody works for a client that is gone.
 */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  outgoing: http.ClientRequest,
): void {
  response.once('close', () => {
    if (!response.writableFinished) outgoing.destroy();
  });
  outgoing.once('response', (incoming) => answer(incoming, response));
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (response.headersSent) response.destroy();
    else refuse(response, 'unreachable', error.code ?? 'no reason given');
  });
  // A GET has no content (RFC 9110, 9.3.1), and Node would send some without saying where it ends.
  if (request.method === 'GET') outgoing.end();
  // Not `pipeline`: it would end the client's connection with the provider's, and no answer came.
  else request.pipe(outgoing);
}

function answer(incoming: IncomingMessage, response: ServerResponse): void {
  const { statusCode: status = 502 } = incoming;
  if (status >= 300 && status < 400) {
    incoming.destroy();
    return refuse(response, 'redirected');
  }
  response.sendDate = false;
  response.writeHead(status, responseHeaders(incoming));
  response.flushHeaders();
  pipeline(incoming, response, () => {});
}
