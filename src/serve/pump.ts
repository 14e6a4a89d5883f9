import type { Readable, Writable } from 'node:stream';

import { slowReaderMs } from './limits.ts';

/** How bytes are passed on. */
export interface PumpOptions {
  /** Called for each piece before it is passed on; false stops it. */
  onBytes: (bytes: number) => boolean;
  /** Longest wait for a reader that takes nothing, in milliseconds; default `slowReaderMs`. */
  patienceMs?: number;
}

/**
 * Passes bytes on as they come, and no faster than they are taken: what waits is bounded by the two
 * buffers. A reader that takes nothing for `patienceMs` is cut off. Ends the sink with the source.
 */
export function pump(source: Readable, sink: Writable, options: PumpOptions): void {
  const { onBytes, patienceMs = slowReaderMs } = options;
  let late: NodeJS.Timeout | undefined;
  source.on('data', (piece: Buffer) => {
    if (sink.destroyed || !onBytes(piece.length)) return void source.pause();
    if (sink.write(piece)) return;
    source.pause();
    late = setTimeout(() => sink.destroy(), patienceMs);
  });
  sink.on('drain', () => {
    clearTimeout(late);
    source.resume();
  });
  sink.on('close', () => clearTimeout(late));
  source.on('end', () => sink.end());
}
