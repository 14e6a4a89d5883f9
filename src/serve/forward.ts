import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';

import { answers, send } from './answers.ts';
import { type Call, type Listener, send as sendCall } from './connections.ts';
import type { Exchange } from './exchange.ts';
import { passRequestHeaders } from './headers.ts';
import { type Answer, beginAnswer } from './pass-back.ts';
import { pump } from './pump.ts';
import type { Place } from './upstream.ts';

/** How a request that may pass is passed on. */
export interface Forwarding {
  place: Place;
  /** Path and query as OpenCode gets them. */
  path: string;
  /** Headers that are not passed on besides, in lower case. */
  drop: readonly string[];
  /** A body that was read and checked already; undefined: it is streamed. */
  body: Buffer | undefined;
  maxBodyBytes: number;
  /** Called with OpenCode's status as soon as it is known; 0: there was no answer, or none was waited for. */
  onStatus: (status: number) => void;
}

/** Passes a request on, and its answer back; returns at once. */
export function forward(exchange: Exchange, forwarding: Forwarding): void {
  const { request, response, count } = exchange;
  let stop = (): void => {};
  const body = bodyOf(exchange, forwarding, () => stop());
  const call: Call = {
    method: request.method ?? 'GET',
    path: forwarding.path,
    headers: passRequestHeaders(request.rawHeaders, forwarding.drop),
    length: forwarding.body?.length ?? bodyBytes(request),
    body,
  };
  const mayRepeat = call.method === 'GET' && body === undefined;
  const tell = firstOnly(forwarding.onStatus);
  let answer: Answer | undefined;
  const listener: Listener = {
    onHead: (head) => {
      tell(head.status);
      if (response.headersSent || response.destroyed) return stop();
      // That is about our own login to OpenCode; to the client it would say that its token is wrong.
      if (head.status === 401 || head.status === 407) {
        stop();
        return send(response, answers.upstreamDown, true);
      }
      answer = beginAnswer(response, head);
      if (answer.isStream) exchange.isStream = true;
    },
    onPiece: (piece) => {
      count.bytesOut += piece.length;
      return answer?.write(piece) ?? false;
    },
    onEnd: () => answer?.end(),
    onError: (wasClosed) => {
      // The one connection that OpenCode closed just then; a new one tells.
      if (wasClosed && !response.destroyed) return attempt(false);
      tell(0);
      // What ended before its time must not look whole to the client: its connection is cut as well.
      send(response, answers.upstreamDown, true);
    },
  };
  const attempt = (mayReuse: boolean): void => {
    stop = sendCall(forwarding.place, call, mayReuse, listener);
  };
  exchange.stop = () => {
    tell(0);
    stop();
  };
  attempt(mayRepeat);
}

function firstOnly(told: (status: number) => void): (status: number) => void {
  let isTold = false;
  return (status) => {
    if (!isTold) told(status);
    isTold = true;
  };
}

/** How long the body says it is; undefined: it comes in chunks. */
export function bodyBytes(request: IncomingMessage): number | undefined {
  if (request.headers['transfer-encoding'] !== undefined) return undefined;
  return Number(request.headers['content-length'] ?? 0);
}

/** What is sent of a body: what was read already, or what comes in; undefined: there is none. */
function bodyOf(
  { request, response, count, waitsForContinue }: Exchange,
  { body, maxBodyBytes }: Forwarding,
  stop: () => void,
): Buffer | PassThrough | undefined {
  if (body !== undefined || bodyBytes(request) === 0) return body;
  if (waitsForContinue) response.writeContinue();
  const passing = new PassThrough();
  // What breaks on the way to OpenCode is told by its answer that does not come.
  passing.on('error', () => {});
  pump(request, passing, {
    onBytes: (bytes) => {
      count.bytesIn += bytes;
      if (count.bytesIn <= maxBodyBytes) return true;
      send(response, answers.tooLarge, true);
      stop();
      return false;
    },
  });
  // A client that went away in the middle of its body has asked for nothing.
  request.on('close', () => {
    if (!request.complete) stop();
  });
  return passing;
}
