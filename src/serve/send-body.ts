import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

import { chunkOf } from './pump.ts';

/**
 * Sends a request that has a body, as fast as it is taken. `onEnd` is told once whether all of it was
 * sent: a stream that ends before or behind its length has not been. Without a length it goes in
 * chunks (RFC 9112, section 7.1).
 */
export function sendBody(
  socket: Socket,
  head: string,
  { body, length }: { body: Buffer | Readable; length: number | undefined },
  onEnd: (isWhole: boolean) => void,
): void {
  if (!Buffer.isBuffer(body)) return sendStream(socket, head, body, length, onEnd);
  socket.cork();
  socket.write(head, 'latin1');
  socket.write(body);
  socket.uncork();
  return onEnd(true);
}

function sendStream(
  socket: Socket,
  head: string,
  body: Readable,
  length: number | undefined,
  onEnd: (isWhole: boolean) => void,
): void {
  let sent = 0;
  let isOver = false;
  const goOn = (): void => void body.resume();
  const giveUp = (): void => void body.destroy();
  const end = (isWhole: boolean): void => {
    if (isOver) return;
    isOver = true;
    socket.off('drain', goOn);
    socket.off('close', giveUp);
    onEnd(isWhole);
  };
  socket.write(head, 'latin1');
  socket.on('drain', goOn);
  socket.on('close', giveUp);
  body.on('data', (piece: Buffer) => {
    sent += piece.length;
    if (length !== undefined && sent > length) return end(false);
    if (!socket.write(length === undefined ? chunkOf(piece) : piece)) body.pause();
  });
  body.on('end', () => {
    if (length === undefined) socket.write('0\r\n\r\n');
    end(length === undefined || sent === length);
  });
  body.on('close', () => end(false));
}
