/** A provider that writes down what it is sent, and the relay in front of it. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { planRelay } from '../../src/relay/plan.ts';
import { type Relay, startRelay } from '../../src/relay/relay.ts';

/** Long enough to be looked for, and found nowhere else. */
export const key = 'sk-the-real-key-0123456789abcdef';

/** A request as the provider got it. */
export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: string;
}

/** A provider on loopback. */
export interface Upstream extends AsyncDisposable {
  /** Base address that ends in `/v1`. */
  url: string;
  seen: Seen[];
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** Starts a provider; without `answer` it says `{}`. `isRead: false` leaves the body to `answer`. */
export async function startUpstream(
  answer: Answer = (_request, response) => void response.end('{}'),
  { isRead = true } = {},
): Promise<Upstream> {
  const seen: Seen[] = [];
  const server = createServer((incoming, response) => {
    const note = (body: string): void => {
      const { method = '', url = '', headers, rawHeaders } = incoming;
      seen.push({ method, url, headers, rawHeaders, body });
      answer(incoming, response, body);
    };
    if (isRead) text(incoming).then(note, () => {});
    else note('');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The relay in front of one provider for each of the four APIs that OpenCode brings with it. */
export async function startFor(url: string, options: Record<string, unknown> = {}): Promise<Relay> {
  const names = ['anthropic', 'openai', 'google', 'openrouter'];
  const entry = { options: { baseURL: url, apiKey: key, ...options } };
  const provider = Object.fromEntries(names.map((name) => [name, entry]));
  return await startRelay(planRelay({ provider }, {}, []).providers, {});
}

/** An answer in full. */
export interface Answered {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Sends one request with nothing added to it, and reads the answer. */
export async function send(
  relay: { url: string },
  call: {
    method?: string;
    path: string;
    headers?: Record<string, string | string[]>;
    body?: string;
  },
): Promise<Answered> {
  const { method = 'POST', path, headers = {}, body } = call;
  const { hostname, port } = new URL(relay.url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method, headers, agent: false }, resolve);
    outgoing.once('error', reject).end(body);
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await text(response),
  };
}

/** Writes bytes as they are to the relay, and reads until it hangs up, or says `until`. */
export async function sendRaw(relay: { url: string }, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.end(bytes);
  return await text(socket);
}
