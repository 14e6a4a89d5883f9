/** What a server-sent event may be at most, in UTF-16 code units, and what its data is given to. */
export interface FrameOptions {
  maxChars: number;
  onData(data: string): void;
}

/**
 * Splits a stream of server-sent events into the data of its frames, wherever the chunks are cut.
 * Linear in what it is fed: a frame of many megabytes is joined once, when its line is complete,
 * and one over `maxChars` throws a `RangeError`. Lines end in LF or CRLF. A line that is no field
 * of the format throws a `SyntaxError`.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class FrameSplitter {
  readonly #options: FrameOptions;
  /** The pieces of a line that is not complete yet, and their length together. */
  #pieces: string[] = [];
  #chars = 0;
  #data: string[] = [];
  #dataChars = 0;

  constructor(options: FrameOptions) {
    this.#options = options;
  }

  /** Takes the next piece of text; calls `onData` for each frame that it completes. */
  feed(chunk: string): void {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      this.#line(this.#complete(chunk.slice(start, end)));
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.slice(start));
  }

  #keep(piece: string): void {
    this.#chars += piece.length;
    this.#check(this.#chars + this.#dataChars);
    this.#pieces.push(piece);
  }

  #complete(end: string): string {
    if (this.#pieces.length === 0) return end;
    const line = this.#pieces.join('') + end;
    this.#pieces = [];
    this.#chars = 0;
    return line;
  }

  #line(raw: string): void {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === '') return this.#dispatch();
    if (line.startsWith('data:')) {
      const data = line.slice(line[5] === ' ' ? 6 : 5);
      this.#dataChars += data.length;
      this.#check(this.#dataChars);
      this.#data.push(data);
    } else if (!/^(?::|(?:event|id|retry|data)(?::|$))/.test(line)) {
      throw new SyntaxError('a line that is no server-sent event');
    }
  }

  #dispatch(): void {
    if (this.#data.length === 0) return;
    const data = this.#data.length === 1 ? (this.#data[0] ?? '') : this.#data.join('\n');
    this.#data = [];
    this.#dataChars = 0;
    this.#options.onData(data);
  }

  #check(chars: number): void {
    if (chars > this.#options.maxChars) throw new RangeError('an event longer than is read');
  }
}
