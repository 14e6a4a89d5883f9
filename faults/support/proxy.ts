import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

import { createRelay, type StreamFault } from './relay.ts';

/** What a proxy breaks. */
export interface ProxyOptions {
  /** The server's base address. */
  upstream: string;
  /** For one connection of the event stream after the other; when they are used up, all is well. */
  faults: readonly StreamFault[];
  /** Bytes of each piece in which the event stream is passed on; undefined: as they come. */
  pieceBytes?: (() => number) | undefined;
  /** After a fault, all other requests fail for so long, in milliseconds. */
  outageMs: number;
}

/** A proxy on loopback. */
export interface Proxy extends AsyncDisposable {
  /** Base address, without a trailing slash. */
  url: string;
  /** Faults that have struck so far. */
  struck: number;
  /** Connections of the event stream so far. */
  connections: number;
}

/**
 * Starts a proxy that passes connections on byte by byte, and breaks the event stream as it is told.
 * A client that sends one request at a time over a connection, as `fetch` does, is presumed.
 */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const faults = [...options.faults];
  const others = new Set<Socket>();
  let downUntil = 0;
  const onFault = (): void => {
    proxy.struck += 1;
    downUntil = Date.now() + options.outageMs;
    if (options.outageMs > 0) for (const socket of others) socket.resetAndDestroy();
  };
  const server = createServer({ noDelay: true }, (client) => {
    if (Date.now() < downUntil) return void client.on('error', () => {}).resetAndDestroy();
    const upstream = connect({ port: Number(new URL(options.upstream).port), host: '127.0.0.1' });
    const fate = { isRelayed: false };
    tie(client, upstream, fate, sockets);
    others.add(client);
    client.once('close', () => others.delete(client));
    let pass = (bytes: Buffer): void => void client.write(bytes);
    client.on('data', (bytes) => {
      if (Date.now() < downUntil) return client.resetAndDestroy();
      if (bytes.subarray(0, 11).toString('latin1') === 'GET /event?') {
        proxy.connections += 1;
        others.delete(client);
        const { pieceBytes } = options;
        const relay = createRelay({ client, fault: faults.shift(), pieceBytes, onFault });
        fate.isRelayed = true;
        upstream.once('end', relay.end);
        pass = relay.pass;
      }
      return upstream.write(bytes);
    });
    upstream.on('data', (bytes) => pass(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    struck: 0,
    connections: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** Two sockets that end together; of an event stream it is the relay that ends the client's. */
function tie(
  client: Socket,
  upstream: Socket,
  fate: { isRelayed: boolean },
  sockets: Set<Socket>,
): void {
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    sockets.add(one);
    one.on('error', () => {});
    one.once('close', () => {
      sockets.delete(one);
      if (other === upstream || !fate.isRelayed) other.destroy();
    });
  }
}
