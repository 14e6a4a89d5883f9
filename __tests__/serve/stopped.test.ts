/** What waits for the end of the event loop's turn, and is not wanted any more by then. */
import { type ServerResponse, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import { describe, expect, test } from '@jest/globals';

import { type Call, type Listener, send } from '../../src/serve/connections.ts';
import { beginAnswer } from '../../src/serve/pass-back.ts';
import { openRawScene } from './raw-upstream.ts';
import { asks, eventually, raw } from './setting.ts';

const call = (path: string): Call => ({
  method: 'GET',
  path,
  headers: [],
  length: 0,
  body: undefined,
});

/** Asks, and tells what comes of it. */
function ask(place: Parameters<typeof send>[0], path: string) {
  const told: string[] = [];
  const listener: Listener = {
    onHead: () => told.push('head'),
    onPiece: () => true,
    onEnd: () => told.push('end'),
    onError: () => told.push('error'),
  };
  return { told, stop: send(place, call(path), true, listener) };
}

describe('a request that is stopped in the turn in which it was begun', () => {
  test.each<[string, (stop: () => void) => void]>([
    ['at once', (stop) => stop()],
    ['at the end of the call', (stop) => process.nextTick(stop)],
    ['by what was waited for', (stop) => void Promise.resolve().then(stop)],
  ])('is never sent to OpenCode where it is stopped %s', async (_when, stopBy) => {
    let closed = 0;
    await using scene = await openRawScene((socket) => {
      socket.on('close', () => (closed += 1));
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const place = scene.setting.upstream.place();
    if (place === undefined) throw new Error('nowhere');
    const paths = (): string[] => scene.asked.map((text) => text.split(' ')[1] ?? '');

    const first = ask(place, '/first');
    await eventually(() => first.told.includes('end'));
    // Over the connection that is open already, where it could be sent at once.
    const stopped = ask(place, '/stopped');
    stopBy(stopped.stop);
    await eventually(() => closed === 1);
    expect(paths()).toEqual(['/first']);
    // Over a new one.
    const anew = ask(place, '/anew');
    stopBy(anew.stop);
    // One that is not stopped is sent, over a connection of its own.
    const last = ask(place, '/last');
    await eventually(() => last.told.includes('end'));
    await eventually(() => scene.connections() >= 2);
    expect(paths()).toEqual(['/first', '/last']);
    expect([stopped.told, anew.told]).toEqual([[], []]);
  });

  test('one that is not stopped is sent over the connection that is open', async () => {
    await using scene = await openRawScene(
      (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    );
    const place = scene.setting.upstream.place();
    if (place === undefined) throw new Error('nowhere');
    for (const path of ['/first', '/second']) {
      const { told } = ask(place, path);
      await eventually(() => told.includes('end'));
    }
    expect(scene.asked).toHaveLength(2);
    expect(scene.connections()).toBe(1);
  });
});

describe('a small answer that is there whole', () => {
  /** What a client gets of an answer that was begun, and of what is done to it in the same turn. */
  async function answered(then: (response: ServerResponse) => void): Promise<string> {
    const server = createServer((_request, response) => {
      const headers = ['Content-Length', '4'];
      const head = { status: 200, headers, isHere: true, resume: () => {} };
      const answer = beginAnswer(response, head);
      answer.write(Buffer.from('body'));
      answer.end();
      then(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const got = await raw((server.address() as AddressInfo).port, asks('GET / HTTP/1.1'));
    await new Promise((resolve) => server.close(resolve));
    return got;
  }

  test('is written to its client', async () => {
    expect(await answered(() => {})).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nbody$/);
  });

  test('is not written where the client is cut off in the same turn, and nothing breaks', async () => {
    expect(await answered((response) => response.destroy())).toBe('');
  });
});
