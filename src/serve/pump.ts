import type { Readable, Writable } from 'node:stream';

import { slowReaderMs } from './limits.ts';

/** How bytes are handed to a reader. */
export interface ValveOptions {
  /** Called once the reader has taken what it had not. */
  onDrain: () => void;
  /** Longest wait for a reader that takes nothing, in milliseconds; default `slowReaderMs`. */
  patienceMs?: number;
  /** What is under the sink, where each piece is to be written there as one chunk. */
  socket?: Writable | null;
}

/**
 * Gives what writes to the sink; its false says that nothing more should be written before `onDrain`.
 * A reader that takes nothing for `patienceMs` is cut off.
 */
export function openValve(sink: Writable, options: ValveOptions): (piece: Buffer) => boolean {
  const { onDrain, patienceMs = slowReaderMs, socket } = options;
  const below = socket ?? sink;
  let late: NodeJS.Timeout | undefined;
  const open = (): void => {
    clearTimeout(late);
    late = undefined;
    below.off('drain', open);
    sink.off('close', open);
    if (!sink.destroyed) onDrain();
  };
  return (piece) => {
    if (sink.destroyed) return false;
    if (socket ? socket.write(chunkOf(piece)) : sink.write(piece)) return true;
    if (late !== undefined) return false;
    late = setTimeout(() => sink.destroy(), patienceMs);
    below.on('drain', open);
    sink.on('close', open);
    return false;
  };
}

/** How a stream is passed on. */
export interface PumpOptions extends Pick<ValveOptions, 'patienceMs'> {
  /** Called for each piece before it is passed on; false stops it. */
  onBytes: (bytes: number) => boolean;
}

/**
 * Passes bytes on as they come, and no faster than they are taken: what waits is bounded by the two
 * buffers. Ends the sink with the source.
 */
export function pump(source: Readable, sink: Writable, { onBytes, ...options }: PumpOptions): void {
  const write = openValve(sink, { ...options, onDrain: () => source.resume() });
  source.on('data', (piece: Buffer) => {
    if (!onBytes(piece.length) || !write(piece)) source.pause();
  });
  source.on('end', () => sink.end());
}

/**
 * A piece as one chunk (RFC 9112, section 7.1). Node would write size, bytes and line ends one by one,
 * which is most of what an event costs: at a thousand streams each of them comes a third sooner.
 */
export function chunkOf(piece: Buffer): Buffer {
  const size = `${piece.length.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(size.length + piece.length + 2);
  chunk.write(size, 0, 'latin1');
  piece.copy(chunk, size.length);
  chunk.write('\r\n', size.length + piece.length, 'latin1');
  return chunk;
}
