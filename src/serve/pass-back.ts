import type { ServerResponse } from 'node:http';

import { atEndOfTurn } from './batch.ts';
import type { Head } from './connections.ts';
import { joinedBytes } from './limits.ts';
import { passResponseHeaders, valuesOf } from './headers.ts';
import { openValve } from './pump.ts';

const eventStream = /^text\/event-stream\b/i;
const unbuffered = 'x-accel-buffering';

/** An answer on its way to the client. */
export interface Answer {
  isStream: boolean;
  /** Takes what is valid during the call only. False: no further piece until `resume` is called. */
  write: (piece: Buffer) => boolean;
  end: () => void;
}

/** Begins an answer as OpenCode began it. */
export function beginAnswer(response: ServerResponse, head: Head): Answer {
  const { status, resume } = head;
  const headers = passResponseHeaders(head.headers);
  const isStream = valuesOf(headers, 'content-type').some((type) => eventStream.test(type));
  if (isStream && valuesOf(headers, unbuffered).length === 0) headers.push(unbuffered, 'no');
  // What is left of a body that OpenCode did not wait for must not be taken for the next request.
  if (!response.req.complete) headers.push('connection', 'close');
  response.writeHead(status, headers);
  if (isStream) {
    response.flushHeaders();
    // Its head is out already: what follows may be written under it.
    const socket = response.chunkedEncoding ? response.socket : null;
    const write = openValve(response, { onDrain: resume, socket });
    const copy = (piece: Buffer): boolean => write(Buffer.from(piece));
    return { isStream, write: socket === null ? copy : write, end: () => response.end() };
  }
  if (head.isHere) return joinWhole(response);
  return joinHead(response, openValve(response, { onDrain: resume }));
}

/** Node joins text to a head, and nothing else; Latin-1 is every byte as it is. */
function joinWhole(response: ServerResponse): Answer {
  let text = '';
  return {
    isStream: false,
    write: (piece) => {
      text += piece.toString('latin1');
      return true;
    },
    end: () => atEndOfTurn(() => response.end(text, 'latin1')),
  };
}

/**
 * Holds the first piece until the end of this turn of the event loop: an answer that is there whole by
 * then is written at once with its head, which is a third of what a small request costs.
 */
function joinHead(response: ServerResponse, write: Answer['write']): Answer {
  let held: Buffer | undefined;
  let isFirst = true;
  const release = (): void => {
    if (held !== undefined) write(held);
    held = undefined;
  };
  return {
    isStream: false,
    write: (piece) => {
      release();
      const mayHold = isFirst && piece.length <= joinedBytes;
      isFirst = false;
      if (!mayHold) return write(Buffer.from(piece));
      held = Buffer.from(piece);
      process.nextTick(release);
      return true;
    },
    end: () => {
      if (held === undefined) response.end();
      else response.end(held.toString('latin1'), 'latin1');
      held = undefined;
    },
  };
}
