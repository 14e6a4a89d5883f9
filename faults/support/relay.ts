import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

import { createResponseDecoder, encodeChunk, lastChunk } from './chunked.ts';

/** What happens to one response of the event stream. */
export interface StreamFault {
  /**
   * `reset` (RST) and `cut` (FIN without an end of the body) come at exactly that byte, and so does
   * `silence`, after which not a byte comes; `end` is a proper end of the body, within a frame as
   * the byte falls, `end between frames` at the next frame's end; `garbage` is put in between.
   */
  kind: 'reset' | 'cut' | 'silence' | 'end' | 'end between frames' | 'garbage';
  /** Bytes of the response that go through before it, the head included. */
  atByte: number;
  /** Put into the body: `garbage` only. */
  garbage?: Buffer;
}

/** What a relay needs. */
export interface RelayOptions {
  client: Socket;
  /** Undefined: the response goes through whole. */
  fault: StreamFault | undefined;
  /** Bytes of each piece that is written; undefined: as they come. */
  pieceBytes: (() => number) | undefined;
  /** Called once, as the fault strikes. */
  onFault: () => void;
}

/** The way of one response. */
export interface Relay {
  pass: (bytes: Buffer) => void;
  /** The server has closed its side; of that the client hears nothing after the fault. */
  end: () => void;
}

/** Passes a chunked response on to the client, and breaks it; what comes after is swallowed. */
export function createRelay(options: RelayOptions): Relay {
  const { client, onFault } = options;
  let { fault } = options;
  const write = createWriter(client, options.pieceBytes);
  let sent = 0;
  let isOver = false;

  const end = (close: (client: Socket) => void): void => {
    isOver = true;
    write(() => {
      close(client);
      onFault();
    });
  };
  const pass = (bytes: Buffer): void => {
    const close = fault && wireFaults[fault.kind];
    const room = close === undefined ? Infinity : (fault?.atByte ?? 0) - sent;
    const passed = bytes.subarray(0, Math.min(room, bytes.length));
    sent += passed.length;
    write(passed);
    if (close !== undefined && bytes.length >= room) end(close);
  };
  const passData = (data: Buffer): void => {
    if (isOver) return;
    const at = fault === undefined ? -1 : placeIn(data, fault, sent);
    if (at === -1) return pass(encodeChunk(data));
    if (at > 0) pass(encodeChunk(data.subarray(0, at)));
    if (fault?.garbage === undefined) {
      write(lastChunk);
      return end((socket) => void socket.end());
    }
    write(encodeChunk(fault.garbage));
    fault = undefined;
    if (at < data.length) write(encodeChunk(data.subarray(at)));
    return write(onFault);
  };
  return {
    pass: createResponseDecoder(pass, passData),
    end: () => {
      if (!isOver) write(() => void client.end());
    },
  };
}

/** Faults of the connection, at any byte of what is on the wire. */
const wireFaults: Partial<Record<StreamFault['kind'], (client: Socket) => void>> = {
  reset: (client) => void client.resetAndDestroy(),
  cut: (client) => void client.end(),
  silence: () => {},
};

/** Where in a chunk's data a fault of the body strikes: -1 where it does not yet. */
function placeIn(data: Buffer, { kind, atByte }: StreamFault, sent: number): number {
  if (kind in wireFaults || data.length === 0 || sent + data.length < atByte) return -1;
  const from = Math.min(Math.max(atByte - sent, 0), data.length);
  if (kind !== 'end between frames') return from;
  const end = data.indexOf('\n\n', Math.max(from - 2, 0));
  return end === -1 ? -1 : end + 2;
}

/** Writes in order, in pieces that reach the client one by one. */
function createWriter(
  client: Socket,
  pieceBytes: RelayOptions['pieceBytes'],
): (next: Buffer | (() => void)) => void {
  let last = Promise.resolve();
  const write = async (bytes: Buffer): Promise<void> => {
    for (let start = 0; start < bytes.length && !client.destroyed;) {
      const end = start + (pieceBytes?.() ?? bytes.length);
      client.write(bytes.subarray(start, end));
      start = end;
      if (pieceBytes !== undefined) await turn();
    }
  };
  return (next) => {
    last = last.then(() => (typeof next === 'function' ? next() : write(next)));
  };
}
