import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { type Server as SecureServer, createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { ActionError, messageOf } from '../errors.ts';
import { admit } from './admit.ts';
import { answers, send } from './answers.ts';
import type { Exchange, Setting } from './exchange.ts';
import { bodyBytes } from './forward.ts';
import {
  headerBytes,
  headersMs,
  keepAliveMs,
  lateCheckMs,
  openPerSocket,
  requestReadMs,
  requestsPerSocket,
  socketsMax,
  workspaceReadMs,
} from './limits.ts';
import type { Options } from './options.ts';
import type { Pair, Renewable } from './renewable.ts';
import { nowhere } from './roll.ts';

/** The front, listening. */
export interface Front extends AsyncDisposable {
  /** Where it listens. */
  address: AddressInfo;
  /** Tokens and certificate as they are from now on; what goes on for a token that is gone is cut. */
  renew(renewable: Renewable): void;
  /** New requests get 503; resolves when no other one is open any more, or `ms` are over. */
  drain(ms: number, signal: AbortSignal): Promise<void>;
}

/** Listens. Throws `invalid-input` where the address is in use or cannot be had. */
export async function openFront(
  { host, port }: Pick<Options, 'host' | 'port'>,
  pair: Pair | undefined,
  setting: Setting,
): Promise<Front> {
  const server = create(pair, setting.limits);
  const busy = new WeakMap<Socket, number>();
  const serve = (request: IncomingMessage, response: ServerResponse, waits: boolean): void => {
    const { socket } = request;
    const open = (busy.get(socket) ?? 0) + 1;
    busy.set(socket, open);
    if (open > openPerSocket) return void socket.destroy();
    const exchange = exchangeOf(request, response, waits);
    response.on('close', () => {
      busy.set(socket, (busy.get(socket) ?? 1) - 1);
      end(exchange, setting);
    });
    begin(exchange, setting);
  };
  server.on('request', (request, response) => serve(request, response, false));
  server.on('checkContinue', (request, response) => serve(request, response, true));
  server.on('checkExpectation', (request, response) => serve(request, response, false));
  server.on('clientError', (error, socket) => {
    // An answer that is on its way must not get another one into its middle.
    if ((busy.get(socket as Socket) ?? 0) > 0) socket.destroy();
    else refuseMalformed(error, socket);
  });
  // Without a listener Node would close the connection without a word. RFC 9110, section 9.3.6.
  server.on('connect', (_request, socket: Duplex) => endWith(socket, 400));
  await listen(server, host, port);
  return {
    address: server.address() as AddressInfo,
    renew: ({ tokens, pair: next }) => {
      setting.tokens = tokens;
      if (next !== undefined && 'setSecureContext' in server) server.setSecureContext(next);
      for (const { token, response } of setting.open) {
        const isLeft = tokens.some((each) => token?.digest.equals(each.digest));
        if (!isLeft) response.destroy();
      }
    },
    drain: (ms, signal) => drain(setting, ms, signal),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function create(pair: Pair | undefined, limits: Setting['limits']): Server | SecureServer {
  const strict = {
    insecureHTTPParser: false,
    maxHeaderSize: headerBytes,
    headersTimeout: limits.headersMs ?? headersMs,
    // A snapshot's; others are watched one by one.
    requestTimeout: workspaceReadMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: lateCheckMs,
    requireHostHeader: true,
    rejectNonStandardBodyWrites: true,
  };
  const server =
    pair === undefined
      ? createServer(strict)
      : createSecureServer({
          ...strict,
          ...pair,
          minVersion: 'TLSv1.2',
          handshakeTimeout: headersMs,
          ALPNProtocols: ['http/1.1'],
        });
  server.maxRequestsPerSocket = requestsPerSocket;
  server.maxConnections = socketsMax;
  // Node would drop what is beyond a count in silence: we count ourselves, and refuse.
  server.maxHeadersCount = 0;
  // Event streams are silent for long: nothing that was answered is cut for being idle.
  server.timeout = 0;
  return server;
}

async function listen(server: Server | SecureServer, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = `\`${host}:${port}\``;
      const problem =
        error.code === 'EADDRINUSE'
          ? `is ${where}, and that port is in use`
          : `is ${where}, and nobody can listen there (${messageOf(error)})`;
      const message = `--listen ${problem}; expected a free address of this machine.`;
      reject(new ActionError('invalid-input', message, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  waitsForContinue: boolean,
): Exchange {
  return {
    request,
    response,
    waitsForContinue,
    startedAt: performance.now(),
    token: undefined,
    route: undefined,
    isStream: false,
    isUpload: false,
    count: { bytesIn: 0, bytesOut: 0 },
    stop: undefined,
    place: nowhere,
  };
}

function begin(exchange: Exchange, setting: Setting): void {
  const { request, response } = exchange;
  // What breaks on the way to a client is no news: its `close` says all.
  request.on('error', ignore);
  response.on('error', ignore);
  if (bodyBytes(request) !== 0) cutLate(exchange, setting);
  admit(exchange, setting).catch(() => response.destroy());
}

function ignore(): void {}

/** It is over, or its client is gone. One listener sees to it all: each costs every request. */
function end(exchange: Exchange, setting: Setting): void {
  setting.open.delete(exchange);
  exchange.stop?.();
  note(exchange, setting);
}

/** A body that has not come in by then comes slowly on purpose. */
function cutLate(exchange: Exchange, { limits }: Setting): void {
  const { request } = exchange;
  const late = setTimeout(() => {
    if (!request.complete && !exchange.isUpload) request.destroy();
  }, limits.requestReadMs ?? requestReadMs);
  late.unref();
  request.once('close', () => clearTimeout(late));
}

function note(exchange: Exchange, { report }: Setting): void {
  const { request, response, token, route, count, startedAt } = exchange;
  report.request({
    token: token?.name,
    method: request.method ?? '',
    route,
    status: response.headersSent ? response.statusCode : 0,
    ...count,
    ms: Math.round((performance.now() - startedAt) * 10) / 10,
  });
}

/** Node's parser could not read it, or it came too slowly: nothing of it is answered in detail. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 431
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 408
        : 400;
  endWith(socket, status);
}

function endWith(socket: Duplex, status: 400 | 408 | 431): void {
  const reason = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Header Fields Too Large' };
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 ${status} ${reason[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

async function drain(setting: Setting, ms: number, signal: AbortSignal): Promise<void> {
  setting.isDraining = true;
  const until = performance.now() + ms;
  while (setting.open.size > 0 && performance.now() < until && !signal.aborted)
    await new Promise((resolve) => setTimeout(resolve, 50));
  for (const { response } of setting.open) send(response, answers.draining, true);
}
