/** An upstream that says what a test has it say, byte by byte, and a front before it. */
import { type AddressInfo, type Socket, createServer } from 'node:net';

import type { Setting } from '../../src/serve/exchange.ts';
import { type Scene, basic, openScene } from './setting.ts';

/** What it got, and on how many connections. */
export interface RawScene extends Scene {
  /** Heads of the requests (and what came with them), in their order. */
  asked: string[];
  connections: () => number;
  /** What it has read. */
  bytes: () => number;
}

/** `answer` is called for each request's head, of whichever connection. */
export async function openRawScene(
  answer: (socket: Socket, nth: number) => void,
  setting: Partial<Setting> = {},
): Promise<RawScene> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let bytes = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.setEncoding('latin1').on('data', (text: string) => {
      bytes += text.length;
      if (!text.includes(' HTTP/1.1\r\n')) return;
      asked.push(text);
      answer(socket, asked.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const upstream = { place: () => ({ url, authorization: basic }) };
  const scene = await openScene({ setting: { ...setting, upstream } });
  return Object.assign(scene, {
    asked,
    connections: () => connections,
    bytes: () => bytes,
    [Symbol.asyncDispose]: async () => {
      await scene.front[Symbol.asyncDispose]();
      scene.upstream.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
