/**
 * Whoever has OpenCode in hand (an agent that was talked into it) answers one request twice, so that
 * the second answer is taken for that of the next client on the same connection.
 */
import { type Socket, connect } from 'node:net';

import { describe, expect, test } from '@jest/globals';

import { openRawScene } from '../serve/raw-upstream.ts';
import { asks, bearer, raw, secrets } from '../serve/setting.ts';

const other = `Authorization: Bearer ${secrets.laptop}`;
const get = (token: string): string => asks('GET /session HTTP/1.1', token);

function answerOf(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** Ways to have more read than was asked for. */
const ways: [string, (socket: Socket) => void][] = [
  ['behind the answer', (socket) => void socket.write(answerOf('own') + answerOf('forged'))],
  [
    'behind the last chunk',
    (socket) =>
      void socket.write(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nown\r\n0\r\n\r\n${answerOf('forged')}`,
      ),
  ],
  [
    'a moment later',
    (socket) => {
      socket.write(answerOf('own'));
      setTimeout(() => socket.write(answerOf('forged')), 50);
    },
  ],
  [
    'in what one length hides and the other one shows',
    (socket) =>
      void socket.write(
        `HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: ${answerOf('forged').length}\r\n\r\n${answerOf('forged')}`,
      ),
  ],
];

describe('an answer that nobody asked for', () => {
  test.each(ways)('%s reaches no other client', async (_way, forge) => {
    await using scene = await openRawScene((socket, nth) => {
      if (nth === 1) forge(socket);
      else socket.write(answerOf('own'));
    });
    await raw(scene.port, get(bearer));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const answer = await raw(scene.port, get(other));
    expect(answer).toMatch(/\r\n\r\nown$/);
    expect(scene.text()).not.toContain('forged');
  });

  test('is taken by whoever keeps the connection, and reads on', async () => {
    await using scene = await openRawScene((socket, nth) => {
      socket.write(nth === 1 ? answerOf('own') + answerOf('forged') : answerOf('own'));
    });
    const { url } = scene.setting.upstream.place() ?? {};
    const socket = connect(Number(url?.port), '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
    const next = async (): Promise<string> => {
      socket.write('GET /session HTTP/1.1\r\nHost: a\r\n\r\n');
      while (!/\r\n\r\n/.test(text)) await new Promise((resolve) => setTimeout(resolve, 5));
      const [, head = '', length = ''] = /^([^]*?Content-Length: (\d+)\r\n\r\n)/.exec(text) ?? [];
      const body = text.slice(head.length, head.length + Number(length));
      text = text.slice(head.length + Number(length));
      return body;
    };
    expect([await next(), await next()]).toEqual(['own', 'forged']);
    socket.destroy();
  });
});
