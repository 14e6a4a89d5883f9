/** A front in this process, before an upstream that records what it gets; and raw requests. */
import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  createServer,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';

import { createReadiness } from '../../src/serve/attach.ts';
import { createDelays } from '../../src/serve/delays.ts';
import type { Setting } from '../../src/serve/exchange.ts';
import { type Front, openFront } from '../../src/serve/front.ts';
import type { Pair } from '../../src/serve/renewable.ts';
import { createReport } from '../../src/serve/report.ts';
import { Roll } from '../../src/serve/roll.ts';
import { ownRoutes } from '../../src/serve/routes.ts';
import { createSlots } from '../../src/serve/slots.ts';
import { readTokens, type Token } from '../../src/serve/tokens.ts';

/** Two tokens, and what stands in a file of them. */
export const secrets = {
  ci: 'ci-0123456789abcdef0123456789abcdef',
  laptop: 'laptop-0123456789abcdef0123456789abcdef',
};
export const bearer = `Authorization: Bearer ${secrets.ci}`;

/** What the upstream is let in by, and nobody else may see. */
export const basic = 'Basic b3BlbmNvZGU6c2VjcmV0';

export function tokensOf(text: string): Token[] {
  const read = readTokens(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.tokens;
}

/** A request that the upstream got. */
export interface Recorded {
  method: string;
  url: string;
  rawHeaders: string[];
  headers: IncomingMessage['headers'];
  body: string;
  /** Its connection is closed. */
  isGone: boolean;
}

export interface Scene extends AsyncDisposable {
  front: Front;
  setting: Setting;
  port: number;
  url: string;
  upstream: Server;
  seen: Recorded[];
  /** Lines of the log so far. */
  log: Record<string, unknown>[];
  text: () => string;
  /** What the operator was told. */
  told: string[];
}

/** Answers after the whole request was read; `answer` may also be a listener of its own. */
export interface SceneOptions {
  answer?: (seen: Recorded, response: ServerResponse) => void;
  onRequest?: RequestListener;
  pair?: Pair;
  setting?: Partial<Setting>;
}

/** Opens a front before a recording upstream. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const seen: Recorded[] = [];
  const upstream = createServer((request, response) => {
    if (options.onRequest !== undefined) return options.onRequest(request, response);
    const { method = '', url = '', rawHeaders, headers } = request;
    const recorded = { method, url, rawHeaders, headers, body: '', isGone: false };
    seen.push(recorded);
    response.on('close', () => (recorded.isGone = true));
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (recorded.body += piece));
    request.on('end', () => {
      if (options.answer !== undefined) options.answer(recorded, response);
      else response.end('upstream');
    });
    return undefined;
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const place = {
    url: new URL(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`),
    authorization: basic,
  };
  let text = '';
  const told: string[] = [];
  const setting: Setting = {
    limits: { maxBodyBytes: 1024 * 1024 },
    routes: ownRoutes,
    bounds: { roots: [], directory: undefined },
    whereabouts: () => Promise.resolve('inside'),
    tokens: tokensOf(`ci ${secrets.ci}\nlaptop ${secrets.laptop}`),
    upstream: { place: () => place },
    slots: createSlots(Infinity),
    delays: createDelays(),
    report: createReport(
      (lines) => (text += lines),
      (message) => told.push(message),
    ),
    open: new Roll(),
    isDraining: false,
    waiting: 0,
    workspaces: undefined,
    jobs: 0,
    isReady: createReadiness({ place: () => place }),
    ...options.setting,
  };
  const front = await openFront({ host: '127.0.0.1', port: 0 }, options.pair, setting);
  const { port } = front.address;
  return {
    front,
    setting,
    port,
    url: `${options.pair === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    upstream,
    seen,
    text: () => text,
    told,
    get log() {
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    [Symbol.asyncDispose]: async () => {
      await front[Symbol.asyncDispose]();
      upstream.closeAllConnections();
      await new Promise((resolve) => upstream.close(resolve));
    },
  };
}

/** Sends bytes as they are, and gives all that comes until the front closes the connection. */
export function raw(port: number, ...pieces: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (piece: string) => (answer += piece));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    for (const piece of pieces) socket.write(piece, 'latin1');
  });
}

/** A request of one line and headers, after which the connection is to be closed. */
export function asks(line: string, ...headers: readonly string[]): string {
  return `${[line, 'Host: front', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;
}

/** The status of a raw answer; 0 where there is none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}

/** Resolves once something holds; the test's own time limit is the bound. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
