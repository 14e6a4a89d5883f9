import { createReadStream } from 'node:fs';
import { eventBytes } from '../limits.ts';

/** A file's lines without their ends; what is longer than an event can be is not kept in memory. */
export async function* readLines(path: string): AsyncGenerator<string> {
  let chunks: string[] = [];
  let chars = 0;
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    const [first = '', ...others] = String(chunk).split('\n');
    const pieces = [first, ...others];
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        if (chars <= eventBytes) yield chunks.join('');
        chunks = [];
        chars = 0;
      }
      chars += piece.length;
      if (chars <= eventBytes) chunks.push(piece);
    }
  }
  if (chars <= eventBytes) yield chunks.join('');
}
