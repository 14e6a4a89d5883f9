import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

import { AnswerReader } from './answer-reader.ts';
import { atEndOfTurn } from './batch.ts';
import { dial } from './dial.ts';
import { idleConnections, idleMs } from './limits.ts';
import { type RequestHead, writeRequestHead } from './request-head.ts';
import { sendBody } from './send-body.ts';
import type { Place } from './upstream.ts';

/** One request to OpenCode. */
export interface Call extends RequestHead {
  body: Buffer | Readable | undefined;
}

/** How an answer begins. */
export interface Head {
  status: number;
  /** Raw. */
  headers: readonly string[];
  /** It is small, and all of it is told before anything else happens. */
  isHere: boolean;
  /** Has more pieces come after a false of `onPiece`. */
  resume: () => void;
}

/** What is told of an answer; after `onEnd`, or `onError`, nothing more. */
export interface Listener {
  onHead: (head: Head) => void;
  /**
   * The piece is valid during the call only. False: no further one until `resume`, but those that were
   * read together with it.
   */
  onPiece: (piece: Buffer) => boolean;
  onEnd: () => void;
  /**
   * `mayRepeat`: OpenCode closed a connection that had been used before without a byte of an answer,
   * as it may at the very moment when it is used again.
   */
  onError: (mayRepeat: boolean) => void;
}

/**
 * Connections that are open and free, by the address that they were opened for (the very object: its
 * origin is put together anew whenever it is asked for); the last one that was used is used first.
 */
const idle = new Map<URL, Connection[]>();

/**
 * Sends a request over a connection that is its own while it lasts, and returns what stops it. Only
 * what may be sent twice goes over a connection that was used before: OpenCode may close it at the
 * very moment (RFC 9112, section 9.3.1).
 */
export function send(place: Place, call: Call, mayReuse: boolean, listener: Listener): () => void {
  const used = mayReuse ? idle.get(place.url)?.pop() : undefined;
  const connection = used ?? new Connection(place.url);
  return connection.ask(place, call, listener);
}

/** One request at a time, and its answer. */
interface Turn {
  reader: AnswerReader;
  listener: Listener;
  /** Its request is on the way. */
  hasAsked: boolean;
  /** Its whole request is sent. */
  isSent: boolean;
  isPaused: boolean;
}

class Connection {
  /** It was free at the last look already. */
  isStale = false;
  readonly #url: URL;
  readonly #socket: Socket;
  #wasUsed = false;
  #turn: Turn | undefined;

  constructor(url: URL) {
    this.#url = url;
    this.#socket = dial(url, (bytes) => this.#take(bytes));
    // What breaks is told by its `close`.
    this.#socket.on('error', () => {});
    this.#socket.on('end', () => this.#takeEnd());
    this.#socket.on('close', () => this.#fail(true));
  }

  ask(place: Place, call: Call, listener: Listener): () => void {
    const resume = (): void => this.#resume(turn);
    const reader = new AnswerReader(call.method, {
      onHead: ({ status, headers }, isHere) => {
        if (this.#turn === turn) listener.onHead({ status, headers, isHere, resume });
      },
      onPiece: (piece) => {
        if (this.#turn === turn) turn.isPaused = !listener.onPiece(piece);
      },
    });
    const turn: Turn = { reader, listener, hasAsked: false, isSent: false, isPaused: false };
    this.#turn = turn;
    const head = writeRequestHead(place, call);
    if (head === undefined) process.nextTick(() => this.#turn === turn && this.#fail(false));
    else if (call.body === undefined)
      atEndOfTurn(() => {
        if (this.#turn === turn) this.#send(turn, head, call);
      });
    else this.#send(turn, head, call);
    return () => {
      if (this.#turn === turn) this.close();
    };
  }

  #send(turn: Turn, head: string, { body, length }: Call): void {
    turn.hasAsked = true;
    turn.isSent = body === undefined;
    if (body === undefined) this.#socket.write(head, 'latin1');
    else
      sendBody(this.#socket, head, { body, length }, (isWhole) => {
        turn.isSent = isWhole;
        if (!isWhole && this.#turn === turn) this.#fail(false);
      });
  }

  close(): void {
    this.#turn = undefined;
    forget(this.#url, this);
    this.#socket.destroy();
  }

  /** False: nothing more is read for now. */
  #take(bytes: Buffer): boolean {
    const turn = this.#turn;
    if (turn?.hasAsked !== true) {
      // Nobody has asked for that.
      this.#fail(true);
      return false;
    }
    try {
      turn.reader.take(bytes);
    } catch {
      this.#fail(false);
      return false;
    }
    if (this.#turn !== turn) return false;
    if (turn.reader.isOver) this.#finish(turn);
    else return !turn.isPaused;
    return true;
  }

  /** OpenCode has closed its side, in good order. */
  #takeEnd(): void {
    const turn = this.#turn;
    turn?.reader.close();
    if (turn?.reader.isOver) this.#finish(turn);
    else this.#fail(true);
  }

  #resume(turn: Turn): void {
    if (this.#turn !== turn) return;
    turn.isPaused = false;
    this.#socket.resume();
  }

  #finish({ reader, listener, isSent }: Turn): void {
    this.#turn = undefined;
    this.#wasUsed = true;
    const mayStay = !reader.isLast && isSent && !this.#socket.destroyed;
    if (!mayStay || !keep(this.#url, this)) this.#socket.destroy();
    listener.onEnd();
  }

  #fail(isClosed: boolean): void {
    const turn = this.#turn;
    this.close();
    turn?.listener.onError(isClosed && this.#wasUsed && !turn.reader.hasBegun);
  }
}

/** False where there are enough of them. */
function keep(url: URL, connection: Connection): boolean {
  const free = idle.get(url) ?? [];
  if (free.length >= idleConnections) return false;
  connection.isStale = false;
  free.push(connection);
  idle.set(url, free);
  sweeping ??= setInterval(sweep, idleMs).unref();
  return true;
}

function forget(url: URL, connection: Connection): void {
  const free = idle.get(url);
  const at = free?.indexOf(connection) ?? -1;
  if (at !== -1) free?.splice(at, 1);
  if (free?.length === 0) idle.delete(url);
}

let sweeping: NodeJS.Timeout | undefined;

/** Closes what nobody has used since the last look. */
function sweep(): void {
  for (const connection of [...idle.values()].flat()) {
    if (connection.isStale) connection.close();
    connection.isStale = true;
  }
  if (idle.size > 0) return;
  clearInterval(sweeping);
  sweeping = undefined;
}
