import { ActionError, messageOf } from '../errors.ts';
import { eventBytes, requestMs, streamSilenceMs } from '../limits.ts';
import { type Address, type Call, refusal, unreachable, urlOf } from './client.ts';
import { decodeEvent } from './decode.ts';
import type { ServerEvent } from './events.ts';
import { FrameSplitter } from './frames.ts';

const call: Call = { method: 'GET', path: '/event' };

/**
 * Connects to a server's event stream; resolves once `server.connected` was seen, within
 * `requestMs`. What it gives ends on EOF, and throws `stream-ended` (retryable) on a reset, on
 * `silenceMs` without a byte (heartbeats included), on garbage and on an event over `eventBytes`;
 * `signal.reason` where the signal fired. Leaving its loop early closes the connection at once.
 * Connecting throws what `request` throws.
 */
export async function openStream(
  address: Address,
  signal: AbortSignal,
  silenceMs: number = streamSilenceMs,
): Promise<AsyncIterable<ServerEvent>> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const joined = AbortSignal.any([signal, stop.signal]);
  const deadline = setTimeout(() => stop.abort(new DOMException('', 'TimeoutError')), requestMs);
  try {
    const response = await fetch(urlOf(address, call), {
      headers: { ...address.headers, accept: 'text/event-stream' },
      redirect: 'manual',
      signal: joined,
    });
    const body = bodyOf(address, response);
    const stream = new EventStream(body, stop, signal, silenceMs);
    await stream.connected();
    return stream;
  } catch (error) {
    stop.abort();
    throw error instanceof ActionError ? error : unreachable(address, call, error, signal);
  } finally {
    clearTimeout(deadline);
  }
}

function bodyOf(address: Address, response: Response): ReadableStream<Uint8Array> {
  if (response.status !== 200) throw refusal(address, call, response.status);
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  if (isStream && response.body !== null) return response.body;
  throw new ActionError(
    'server-unreachable',
    `What answers at ${address.url} is not OpenCode: GET /event gave no event stream.`,
    { hint: 'Check `server-url`, and that no proxy answers in its place.' },
  );
}

/**
 * An iterator of its own rather than a generator: `return()` on a generator that waits for a silent
 * body would wait with it, and events that arrived together must cost no extra turns.
 */
class EventStream implements AsyncIterableIterator<ServerEvent> {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #stop: AbortController;
  readonly #signal: AbortSignal;
  readonly #silence: NodeJS.Timeout;
  readonly #silenceMs: number;
  /** What is no UTF-8 is garbage: it is not to stand in anybody's answer as replacement characters. */
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #frames: FrameSplitter;
  #events: ServerEvent[] = [];
  #next = 0;
  #failure: ActionError | undefined;
  #isReading = false;
  #isOver = false;

  constructor(
    body: ReadableStream<Uint8Array>,
    stop: AbortController,
    signal: AbortSignal,
    silenceMs: number,
  ) {
    this.#reader = body.getReader();
    this.#stop = stop;
    this.#signal = signal;
    this.#silenceMs = silenceMs;
    this.#silence = setTimeout(() => this.#fallSilent(), silenceMs);
    this.#frames = new FrameSplitter({
      maxChars: eventBytes,
      onData: (data) => this.#events.push(decodeEvent(JSON.parse(data))),
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Waits for the first event, which must be `connected`. */
  async connected(): Promise<void> {
    const first = await this.next();
    if (first.done !== true && first.value.type === 'connected') return;
    throw this.#end(broken('it did not begin with `server.connected`'));
  }

  async next(): Promise<IteratorResult<ServerEvent, undefined>> {
    for (;;) {
      const event = this.#events[this.#next];
      if (event !== undefined) {
        this.#next += 1;
        return { done: false, value: event };
      }
      if (this.#failure !== undefined && !this.#isOver) throw this.#end(this.#failure);
      if (this.#isOver) return { done: true, value: undefined };
      await this.#read();
    }
  }

  return(): Promise<IteratorResult<ServerEvent, undefined>> {
    this.#end();
    this.#events = [];
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Reads one chunk; what was complete before a failure is still given out. */
  async #read(): Promise<void> {
    this.#events = [];
    this.#next = 0;
    const chunk = await this.#chunk();
    if (chunk === undefined) return;
    try {
      this.#frames.feed(this.#decoder.decode(chunk, { stream: true }));
    } catch (error) {
      const isTooLong = error instanceof RangeError;
      this.#failure = broken(isTooLong ? error.message : 'what came was no event', error);
    }
  }

  /** The next piece of the body; undefined where there is none, and the stream over or failed. */
  async #chunk(): Promise<Uint8Array | undefined> {
    this.#isReading = true;
    this.#silence.refresh();
    try {
      const { value } = await this.#reader.read();
      if (value === undefined) this.#end();
      return value;
    } catch (error) {
      if (this.#isOver) return undefined;
      if (this.#signal.aborted) throw this.#end(this.#signal.reason);
      this.#failure ??= broken(`the connection failed (${messageOf(error)})`, error);
      return undefined;
    } finally {
      this.#isReading = false;
    }
  }

  /** Only a read that waits is silence: whoever reads may take its time over what came. */
  #fallSilent(): void {
    if (!this.#isReading) return;
    this.#failure = broken(`not a byte came for ${this.#silenceMs / 1000} s`);
    this.#stop.abort();
  }

  /** Closes the connection; the fetch first, for a reader that waits is only freed by that. */
  #end<Failure>(failure?: Failure): Failure | undefined {
    this.#isOver = true;
    clearTimeout(this.#silence);
    this.#stop.abort();
    return failure;
  }
}

/** A lost stream: retryable, for the turn goes on without it. */
function broken(what: string, cause?: unknown): ActionError {
  return new ActionError('stream-ended', `OpenCode's event stream broke off: ${what}.`, {
    hint: "Look at the server's log.",
    retryable: true,
    cause,
  });
}
