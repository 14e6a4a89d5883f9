import { readField } from './answer-head.ts';
import { chunkLineBytes, headerBytes } from './limits.ts';

/** RFC 9112, section 7.1: no sign, no blanks; extensions say nothing to us. */
const sizeLine = /^([\da-f]{1,13})(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;

/** What OpenCode sent is no answer in HTTP. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

/** Reads a body in chunks, wherever what comes is cut; its trailers are checked, and go nowhere. */
export class ChunkReader {
  isOver = false;
  readonly #onPiece: (piece: Buffer) => void;
  #expects: 'size' | 'data' | 'break' | 'trailer' = 'size';
  #left = 0;
  #line = '';
  #trailerBytes = 0;

  constructor(onPiece: (piece: Buffer) => void) {
    this.#onPiece = onPiece;
  }

  /** Takes bytes from an index on, and gives that behind the last one of the body; may throw. */
  take(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && !this.isOver)
      at = this.#expects === 'data' ? this.#takeData(bytes, at) : this.#takeLine(bytes, at);
    return at;
  }

  #takeData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#expects = 'break';
    this.#onPiece(bytes.subarray(at, end));
    return end;
  }

  #takeLine(bytes: Buffer, at: number): number {
    const feed = bytes.indexOf(0x0a, at);
    const end = feed === -1 ? bytes.length : feed + 1;
    if (this.#line.length + end - at > chunkLineBytes) throw new MalformedAnswer('a long line');
    this.#line += bytes.toString('latin1', at, end);
    if (feed === -1) return end;
    const line = this.#line;
    this.#line = '';
    if (!line.endsWith('\r\n')) throw new MalformedAnswer('a bare LF');
    this.#endLine(line.slice(0, -2));
    return end;
  }

  #endLine(line: string): void {
    if (this.#expects === 'break') {
      if (line !== '') throw new MalformedAnswer('a chunk longer than its size');
      this.#expects = 'size';
    } else if (this.#expects === 'size') {
      const [, size] = sizeLine.exec(line) ?? [];
      if (size === undefined) throw new MalformedAnswer('a chunk of no size');
      this.#left = Number.parseInt(size, 16);
      this.#expects = this.#left === 0 ? 'trailer' : 'data';
    } else if (line === '') this.isOver = true;
    else this.#checkTrailer(line);
  }

  #checkTrailer(line: string): void {
    this.#trailerBytes += line.length;
    if (this.#trailerBytes > headerBytes || !readField(line, []))
      throw new MalformedAnswer('a trailer that is none');
  }
}
