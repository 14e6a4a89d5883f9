import type { Readable } from 'node:stream';

import { Client, type Dispatcher } from 'undici';

import { idleConnections } from './limits.ts';
import type { Place } from './upstream.ts';

/** One request to OpenCode: headers are raw, `path` holds the query too. */
export interface Call {
  method: string;
  path: string;
  headers: readonly string[];
  body: Buffer | Readable | undefined;
}

/** What is told of an answer; after `onEnd`, or `onError`, nothing more. */
export interface Listener {
  /** `headers` are raw; `resume` has more pieces come after a false of `onPiece`. */
  onHead: (status: number, headers: string[], resume: () => void) => void;
  /** False: no further piece until `resume`. */
  onPiece: (piece: Buffer) => boolean;
  onEnd: () => void;
  /** `wasUsed`: the connection had been used before, so that OpenCode may have closed it just then. */
  onError: (wasUsed: boolean) => void;
}

/** Connections that are open, by origin; one that is closed leaves the list by itself. */
const idle = new Map<string, Client[]>();

/**
 * Sends a request over a connection that is its own while it lasts, and returns what stops it. Only
 * what may be sent twice goes over a connection that was used before: OpenCode may close it at the
 * very moment (RFC 9112, section 9.3.1).
 */
export function send(place: Place, call: Call, mayReuse: boolean, listener: Listener): () => void {
  const { origin } = place.url;
  const used = mayReuse ? idle.get(origin)?.pop() : undefined;
  const client = used ?? connect(origin);
  let isOver = false;
  const stop = (): void => {
    if (!isOver) void client.destroy();
    isOver = true;
  };
  const { method, path, body = null } = call;
  const own = place.authorization === undefined ? [] : ['authorization', place.authorization];
  const headers = own.concat(call.headers);
  client.dispatch(
    // Its type lists the methods that undici knows by name; it sends any.
    { method: method as Dispatcher.HttpMethod, path, headers, body },
    {
      onConnect: () => {},
      onHeaders: (status, headers, resume) => {
        if (!isOver && status >= 200) listener.onHead(status, headers.map(textOf), resume);
        return true;
      },
      onData: (piece) => !isOver && listener.onPiece(piece),
      onComplete: () => {
        if (isOver) return;
        isOver = true;
        keep(origin, client);
        listener.onEnd();
      },
      onError: () => {
        if (isOver) return;
        stop();
        listener.onError(used !== undefined);
      },
    },
  );
  return stop;
}

function connect(origin: string): Client {
  // An answer may take as long as a turn does, and an event stream be silent for as long as it likes.
  const client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0 });
  client.on('disconnect', () => {
    const clients = idle.get(origin)?.filter((each) => each !== client) ?? [];
    if (clients.length > 0) idle.set(origin, clients);
    else idle.delete(origin);
  });
  return client;
}

function keep(origin: string, client: Client): void {
  const clients = idle.get(origin) ?? [];
  if (clients.length >= idleConnections) return void client.close();
  clients.push(client);
  idle.set(origin, clients);
}

/** Headers are read as Node reads them. */
function textOf(header: Buffer): string {
  return header.toString('latin1');
}
