import type { ServerResponse } from 'node:http';

import { joinedBytes } from './limits.ts';
import { passResponseHeaders } from './headers.ts';
import { openValve } from './pump.ts';

/** An answer on its way to the client. */
export interface Answer {
  isStream: boolean;
  /** False: no further piece until `resume` is called. */
  write: (piece: Buffer) => boolean;
  end: () => void;
}

/** Begins an answer as OpenCode began it; `resume` has it go on after a false of `write`. */
export function beginAnswer(
  response: ServerResponse,
  status: number,
  raw: readonly string[],
  resume: () => void,
): Answer {
  const { headers, isStream } = headOf(raw);
  // What is left of a body that OpenCode did not wait for must not be taken for the next request.
  if (!response.req.complete) headers.push('connection', 'close');
  response.writeHead(status, headers);
  if (isStream) {
    response.flushHeaders();
    // Its head is out already: what follows may be written under it.
    const socket = response.chunkedEncoding ? response.socket : null;
    const write = openValve(response, { onDrain: resume, socket });
    return { isStream, write, end: () => response.end() };
  }
  return { isStream, ...joinHead(response, openValve(response, { onDrain: resume })) };
}

function headOf(raw: readonly string[]): { headers: string[]; isStream: boolean } {
  const headers = passResponseHeaders(raw);
  let isStream = false;
  let isUnbuffered = false;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase();
    const value = raw[index + 1] ?? '';
    if (name === 'content-length') headers.push(name, value);
    if (name === 'content-type') isStream = /^text\/event-stream\b/i.test(value);
    if (name === 'x-accel-buffering') isUnbuffered = true;
  }
  if (isStream && !isUnbuffered) headers.push('x-accel-buffering', 'no');
  return { headers, isStream };
}

/**
 * Holds the first piece until the end of this turn of the event loop: an answer that is there whole by
 * then is written at once with its head, which is a third of what a small request costs.
 */
function joinHead(response: ServerResponse, write: Answer['write']): Pick<Answer, 'write' | 'end'> {
  let held: Buffer | undefined;
  let isFirst = true;
  const release = (): void => {
    if (held !== undefined) write(held);
    held = undefined;
  };
  return {
    write: (piece) => {
      release();
      const mayHold = isFirst && piece.length <= joinedBytes;
      isFirst = false;
      if (!mayHold) return write(piece);
      held = piece;
      process.nextTick(release);
      return true;
    },
    end: () => {
      // Node joins text to a head, and nothing else; Latin-1 is every byte as it is.
      if (held === undefined) response.end();
      else response.end(held.toString('latin1'), 'latin1');
      held = undefined;
    },
  };
}
