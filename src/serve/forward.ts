import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';

import { answers, send } from './answers.ts';
import { passRequestHeaders, passResponseHeaders } from './headers.ts';
import { pump } from './pump.ts';
import { type Call, type Place, open } from './upstream.ts';

/** A request that may pass, and how. */
export interface Forwarding {
  request: IncomingMessage;
  response: ServerResponse;
  place: Place;
  /** Path and query as OpenCode gets them. */
  path: string;
  /** Headers that are not passed on besides, in lower case. */
  drop: readonly string[];
  /** A body that was read and checked already; undefined: it is streamed. */
  body: Buffer | undefined;
  maxBodyBytes: number;
  /** `Expect: 100-continue` waits for our word (RFC 9110, section 10.1.1). */
  waitsForContinue: boolean;
  count: { bytesIn: number; bytesOut: number };
  /** Called with OpenCode's status as soon as it is known; 0: there was no answer, or none was waited for. */
  onStatus: (status: number) => void;
  /** Called where an event stream was opened. */
  onStream: () => void;
}

/** Passes a request on, and its answer back; returns at once. */
export function forward(forwarding: Forwarding): void {
  const { request, response } = forwarding;
  const passed = passRequestHeaders(request.rawHeaders, forwarding.drop);
  const call: Call = {
    method: request.method ?? 'GET',
    path: forwarding.path,
    headers: [...passed, ...framing(forwarding), 'connection', 'keep-alive'],
  };
  let hasStatus = false;
  const tell = (status: number): void => {
    if (!hasStatus) forwarding.onStatus(status);
    hasStatus = true;
  };
  const hasBody = forwarding.body !== undefined || bodyBytes(request) !== 0;
  const mayRepeat = call.method === 'GET' && !hasBody;
  const attempt = (isReused: boolean): void => {
    const outgoing = open(forwarding.place, call, isReused);
    const stop = (): void => void outgoing.destroy();
    response.once('close', stop);
    outgoing.on('response', (answer) => {
      tell(answer.statusCode ?? 0);
      passBack(answer, forwarding);
    });
    outgoing.on('error', () => {
      response.off('close', stop);
      // The one connection that OpenCode closed just then; a new one tells.
      if (outgoing.reusedSocket && mayRepeat && !response.headersSent && !response.destroyed)
        return attempt(false);
      tell(0);
      send(response, answers.upstreamDown, true);
    });
    sendBody(outgoing, forwarding);
  };
  response.once('close', () => tell(0));
  attempt(mayRepeat);
}

/** How long the body says it is; undefined: it comes in chunks. */
export function bodyBytes(request: IncomingMessage): number | undefined {
  if (request.headers['transfer-encoding'] !== undefined) return undefined;
  return Number(request.headers['content-length'] ?? 0);
}

function framing({ request, body }: Forwarding): string[] {
  const length = body?.length ?? bodyBytes(request);
  if (length === undefined) return ['transfer-encoding', 'chunked'];
  const isBodiless = length === 0 && request.method === 'GET';
  return isBodiless ? [] : ['content-length', String(length)];
}

function sendBody(outgoing: ClientRequest, forwarding: Forwarding): void {
  const { request, response, body, maxBodyBytes, count } = forwarding;
  if (body !== undefined || bodyBytes(request) === 0) {
    outgoing.end(body);
    return;
  }
  if (forwarding.waitsForContinue) response.writeContinue();
  pump(request, outgoing, {
    onBytes: (bytes) => {
      count.bytesIn += bytes;
      if (count.bytesIn <= maxBodyBytes) return true;
      send(response, answers.tooLarge, true);
      outgoing.destroy();
      return false;
    },
  });
  // A client that went away in the middle of its body has asked for nothing.
  request.on('close', () => {
    if (!request.complete) outgoing.destroy();
  });
}

function passBack(answer: IncomingMessage, forwarding: Forwarding): void {
  const { response, count } = forwarding;
  const status = answer.statusCode ?? 502;
  if (response.headersSent || response.destroyed) return void answer.destroy();
  // That is about our own login to OpenCode; to the client it would say that its token is wrong.
  if (status === 401 || status === 407 || status < 200) {
    answer.destroy();
    return send(response, answers.upstreamDown, true);
  }
  const isStream = /^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '');
  const length = answer.headers['content-length'];
  const headers = [
    ...passResponseHeaders(answer.rawHeaders),
    ...(length === undefined ? [] : ['content-length', length]),
    ...(isStream && answer.headers['x-accel-buffering'] === undefined
      ? ['x-accel-buffering', 'no']
      : []),
  ];
  response.writeHead(status, headers);
  if (isStream) {
    response.flushHeaders();
    forwarding.onStream();
  }
  pump(answer, response, {
    onBytes: (bytes) => {
      count.bytesOut += bytes;
      return true;
    },
    // Its head is out already: what follows may be written under it.
    socket: isStream && response.chunkedEncoding ? response.socket : null,
  });
  // What ended before its time must not look whole to the client: its connection is cut as well.
  answer.on('close', () => {
    if (!answer.complete) response.destroy();
  });
}
