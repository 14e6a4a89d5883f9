import { type Socket, connect } from 'node:net';

/** Where a client asks, and what it is let in by. */
export interface Door {
  port: number;
  /** The whole of the header `Authorization`. */
  authorization: string;
}

/** Milliseconds that each of `count` small requests took, one after the other on one connection. */
export async function timeRequests(door: Door, count: number): Promise<number[]> {
  const socket = await dial(door.port);
  const text = requestOf('/global/health', door);
  const times: number[] = [];
  for (let request = 0; request < count; request += 1) {
    const startedAt = performance.now();
    socket.write(text);
    const answer = await read(socket, '"version":"1.18.33"}');
    times.push(performance.now() - startedAt);
    if (!answer.startsWith('HTTP/1.1 200')) throw new Error(`Not let in: ${answer}`);
  }
  socket.destroy();
  return times;
}

/** Event streams that are open. */
export interface Streams extends Disposable {
  /** Has one event sent on each; resolves with the milliseconds that each took to come here. */
  broadcast(): Promise<number[]>;
}

/** Opens `count` streams, and waits until each has its head. `upstreamPort` sends the events. */
export async function openStreams(
  door: Door,
  upstreamPort: number,
  count: number,
): Promise<Streams> {
  const sockets: Socket[] = [];
  // In groups: so many connections at once would be refused by the queue of whoever listens.
  while (sockets.length < count) {
    const group = Math.min(50, count - sockets.length);
    const opened = Array.from({ length: group }, () => openStream(door));
    sockets.push(...(await Promise.all(opened)));
  }
  let delays: number[] = [];
  let onAll = (): void => {};
  for (const socket of sockets)
    socket.on('data', (piece: string) => {
      const now = process.hrtime.bigint();
      for (const [, at = ''] of piece.matchAll(/"at":(\d+)\}/g))
        delays.push(Number(now - BigInt(at)) / 1_000_000);
      if (delays.length >= count) onAll();
    });
  return {
    broadcast: async () => {
      delays = [];
      const all = new Promise<void>((resolve) => (onAll = resolve));
      await fetch(`http://127.0.0.1:${upstreamPort}/broadcast`, { method: 'POST' });
      await all;
      return delays;
    },
    [Symbol.dispose]: () => sockets.forEach((socket) => socket.destroy()),
  };
}

async function openStream(door: Door): Promise<Socket> {
  const socket = await dial(door.port);
  socket.write(requestOf('/event', door));
  const head = await read(socket, '\r\n\r\n');
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`Not let in: ${head}`);
  return socket;
}

function requestOf(path: string, { authorization }: Door): string {
  return `GET ${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: ${authorization}\r\n\r\n`;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.setEncoding('latin1');
  await new Promise<void>((resolve, reject) => socket.on('connect', resolve).on('error', reject));
  socket.on('error', () => {});
  return socket;
}

/** What comes until an end has come. */
async function read(socket: Socket, end: string): Promise<string> {
  let text = '';
  return await new Promise((resolve, reject) => {
    const done = (): void => {
      socket.off('data', onData).off('close', onClose);
    };
    const onData = (piece: string): void => {
      text += piece;
      if (!text.includes(end)) return;
      done();
      resolve(text);
    };
    const onClose = (): void => {
      done();
      reject(new Error(`The connection was closed after ${JSON.stringify(text)}`));
    };
    socket.on('data', onData).on('close', onClose);
  });
}
