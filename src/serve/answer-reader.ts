import { type AnswerHead, type BodyEnd, readAnswerHead } from './answer-head.ts';
import { ChunkReader, MalformedAnswer } from './chunks.ts';
import { headerBytes, interimsMax, joinedBytes } from './limits.ts';

/** What is told of an answer while it is read. */
export interface AnswerListener {
  /**
   * `isHere`: the answer is small, and its body is told before `take` returns. Interim answers (1xx)
   * are not told.
   */
  onHead: (head: AnswerHead, isHere: boolean) => void;
  /** The piece is valid during the call only. */
  onPiece: (piece: Buffer) => void;
}

const headEnd = '\r\n\r\n';

/** Reads one answer to `method`, wherever what comes is cut. */
export class AnswerReader {
  /** A byte of it has come. */
  hasBegun = false;
  /** It is whole. */
  isOver = false;
  /** Nothing more can be asked on its connection. */
  isLast = false;
  readonly #method: string;
  readonly #listener: AnswerListener;
  #head = '';
  #interims = 0;
  #body: BodyEnd | undefined;
  #left = 0;
  #chunks: ChunkReader | undefined;

  constructor(method: string, listener: AnswerListener) {
    this.#method = method;
    this.#listener = listener;
  }

  /** Takes what comes; throws `MalformedAnswer` where it is no answer. */
  take(bytes: Buffer): void {
    this.hasBegun = true;
    let at = 0;
    while (this.#body === undefined && at < bytes.length) at = this.#takeHead(bytes, at);
    if (this.#body !== undefined && !this.isOver) at = this.#takeBody(bytes, at);
    // What nobody has asked for must not be the answer to what is asked next.
    if (at < bytes.length) this.isLast = true;
  }

  /** The connection was closed in good order: that may be the end of it. */
  close(): void {
    if (this.#body === 'until-close') this.isOver = true;
  }

  #takeHead(bytes: Buffer, at: number): number {
    const before = this.#head.length;
    const most = headerBytes + headEnd.length - before;
    const text = this.#head + bytes.toString('latin1', at, Math.min(bytes.length, at + most));
    const end = text.indexOf(headEnd, Math.max(0, before - headEnd.length + 1));
    if (end === -1) {
      if (bytes.length - at >= most || !mayBeHead(text, before))
        throw new MalformedAnswer('no head');
      this.#head = text;
      return bytes.length;
    }
    this.#head = '';
    const next = at + end + headEnd.length - before;
    this.#readHead(text.slice(0, end), bytes.length - next);
    return next;
  }

  /** `ahead`: so many bytes have come behind it. */
  #readHead(text: string, ahead: number): void {
    const head = readAnswerHead(text, this.#method);
    if (head === undefined) throw new MalformedAnswer('a head that is none');
    if (head.status < 200) {
      this.#interims += 1;
      if (this.#interims > interimsMax) throw new MalformedAnswer('no end of interim answers');
      return;
    }
    const { body } = head;
    this.isLast = head.isLast;
    this.#body = body;
    this.#listener.onHead(head, typeof body === 'number' && body <= Math.min(ahead, joinedBytes));
    if (body === 'chunked')
      this.#chunks = new ChunkReader((piece) => this.#listener.onPiece(piece));
    else if (body !== 'until-close') this.#left = body;
    this.isOver = body === 0;
  }

  #takeBody(bytes: Buffer, at: number): number {
    if (at === bytes.length) return at;
    if (this.#chunks !== undefined) {
      const end = this.#chunks.take(bytes, at);
      this.isOver = this.#chunks.isOver;
      return end;
    }
    const isEndless = this.#body === 'until-close';
    const end = isEndless ? bytes.length : Math.min(bytes.length, at + this.#left);
    if (!isEndless) this.#left -= end - at;
    this.#listener.onPiece(bytes.subarray(at, end));
    this.isOver = !isEndless && this.#left === 0;
    return end;
  }
}

/** What cannot become a head is not waited for: another protocol, and lines that end in LF alone. */
function mayBeHead(text: string, from: number): boolean {
  for (let feed = text.indexOf('\n', from); feed !== -1; feed = text.indexOf('\n', feed + 1))
    if (text[feed - 1] !== '\r') return false;
  return text.startsWith('HTTP/1.'.slice(0, text.length));
}
