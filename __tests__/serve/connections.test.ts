import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';

import { describe, expect, test } from '@jest/globals';

import { type Call, send } from '../../src/serve/connections.ts';
import { idleMs } from '../../src/serve/limits.ts';
import { openRawScene } from './raw-upstream.ts';
import { asks, bearer, eventually, raw, secrets, statusOf } from './setting.ts';

const get = asks('GET /session HTTP/1.1', bearer);
const post = asks('POST /session HTTP/1.1', bearer, 'Content-Length: 2') + '{}';
const down = /^HTTP\/1\.1 502 [^]*\r\n\r\nOpenCode does not answer\n$/;
const headers = { authorization: `Bearer ${secrets.ci}` };

function answerOf(body: string, ...lines: string[]): string {
  return ['HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...lines, '', body].join('\r\n');
}

function say(text: string): (socket: Socket) => void {
  return (socket) => void socket.write(text, 'latin1');
}

describe('what is no answer is 502, at once, and its connection is closed', () => {
  test.each<[string, string]>([
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length beside a coding',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a folded line', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 1\r\n\r\na'],
    ['lines that end in LF', 'HTTP/1.1 200 OK\nContent-Length: 1\n\na'],
    ['a bare CR', 'HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\nContent-Length: 1\r\n\r\na'],
    ['a head without an end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}`],
    ['another protocol that nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ])('%s', async (_what, text) => {
    let isClosed = false;
    await using scene = await openRawScene((socket) => {
      socket.on('close', () => (isClosed = true));
      socket.write(text, 'latin1');
    });
    expect(await raw(scene.port, get)).toMatch(down);
    expect(scene.asked).toHaveLength(1);
    await eventually(() => isClosed);
  });

  test.each<[string, string]>([
    ['with half a head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['without a byte', ''],
  ])('one that ends %s', async (_what, text) => {
    await using scene = await openRawScene((socket) => void socket.end(text));
    expect(await raw(scene.port, get)).toMatch(down);
    expect(scene.asked).toHaveLength(1);
  });
});

test.each<[string, string]>([
  ['a body that ends before its length', answerOf('abc').slice(0, -1)],
  ['chunks that have no end', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n'],
  ['a chunk of no size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nx\r\n'],
])('%s does not look whole to the client', async (_what, text) => {
  await using scene = await openRawScene((socket) => void socket.end(text));
  const answer = fetch(`${scene.url}/session`, { headers }).then((each) => each.text());
  await expect(answer).rejects.toThrow();
});

test('an answer without a length ends with its connection', async () => {
  await using scene = await openRawScene((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nall'));
  for (let round = 0; round < 2; round += 1) {
    const answer = await fetch(`${scene.url}/session`, { headers });
    expect(await answer.text()).toBe('all');
  }
  expect(scene.connections()).toBe(2);
});

test('one without a length whose connection breaks does not look whole', async () => {
  await using scene = await openRawScene((socket) =>
    socket.write('HTTP/1.1 200 OK\r\n\r\nhalf', () =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    ),
  );
  const answer = await fetch(`${scene.url}/session`, { headers });
  await expect(answer.text()).rejects.toThrow();
});

test('interim answers and trailers stay behind', async () => {
  await using scene = await openRawScene(
    say(
      'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n' +
        'Trailer: X-Late\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-Late: a\r\n\r\n',
    ),
  );
  const answer = await raw(scene.port, get);
  expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n3\r\nabc\r\n0\r\n\r\n$/);
  expect(answer).not.toMatch(/103|link|late|trailer|x=y/i);
});

test('an answer that comes byte by byte comes whole', async () => {
  const text = `HTTP/1.1 100 Continue\r\n\r\n${answerOf('abc', 'X-One: a')}`;
  await using scene = await openRawScene((socket) => {
    void (async () => {
      for (const byte of text) {
        socket.write(byte);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })();
  });
  expect(await raw(scene.port, get)).toMatch(/X-One: a\r\n[^]*\r\n\r\nabc$/);
});

describe('a connection is used again', () => {
  test('for what may be sent twice, and for nothing else', async () => {
    await using scene = await openRawScene(say(answerOf('a')));
    for (const request of [get, get, post, get]) await raw(scene.port, request);
    expect(scene.asked).toHaveLength(4);
    expect(scene.connections()).toBe(2);
  });

  test.each<[string, string]>([
    ['says that it is the last', answerOf('a', 'Connection: close')],
    ['is of HTTP/1.0', answerOf('a').replace('1.1', '1.0')],
    ['has more behind it than its body', `${answerOf('a')}b`],
  ])('not after an answer that %s', async (_what, text) => {
    await using scene = await openRawScene(say(text));
    for (let round = 0; round < 2; round += 1)
      expect(await raw(scene.port, get)).toMatch(/\r\n\r\na$/);
    expect(scene.connections()).toBe(2);
  });

  test('not after an answer that did not wait for the whole request', async () => {
    await using scene = await openRawScene(say(answerOf('early')));
    const half = asks('POST /session HTTP/1.1', bearer, 'Content-Length: 9');
    expect(await raw(scene.port, half)).toMatch(/\r\n\r\nearly$/);
    expect(await raw(scene.port, get)).toMatch(/\r\n\r\nearly$/);
    expect(scene.connections()).toBe(2);
  });

  test('not once something came on it that nobody has asked for', async () => {
    await using scene = await openRawScene((socket) => {
      say(answerOf('a'))(socket);
      setTimeout(() => socket.write('b'), 20);
    });
    for (let round = 0; round < 2; round += 1) {
      expect(await raw(scene.port, get)).toMatch(/\r\n\r\na$/);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(scene.connections()).toBe(2);
  });

  test('not where something comes on it before its next request has left', async () => {
    const sockets: Socket[] = [];
    await using scene = await openRawScene((socket) => {
      sockets.push(socket);
      socket.write(answerOf('right'));
    });
    const place = scene.setting.upstream.place();
    if (place === undefined) throw new Error('There is no upstream.');
    const ask = (mayReuse: boolean): Promise<string> =>
      new Promise((resolve) => {
        let text = '';
        const call: Call = { method: 'GET', path: '/', headers: [], length: 0, body: undefined };
        send(place, call, mayReuse, {
          onHead: () => {},
          onPiece: (piece) => ((text += piece.toString('latin1')), true),
          onEnd: () => resolve(text),
          onError: (mayRepeat) => resolve(mayRepeat ? 'may be repeated' : 'broken'),
        });
      });
    expect(await ask(true)).toBe('right');
    // Behind a check phase: what is read next comes before anything that waits for the end of the turn.
    await new Promise((resolve) => setImmediate(resolve));
    sockets[0]?.write(answerOf('wrong'));
    expect(await ask(true)).toBe('may be repeated');
    expect(scene.asked).toHaveLength(1);
    expect(await ask(true)).toBe('right');
  });

  test('not once nobody has used it for a while', async () => {
    let isClosed = false;
    await using scene = await openRawScene((socket) => {
      socket.on('close', () => (isClosed = true));
      say(answerOf('a'))(socket);
    });
    await raw(scene.port, get);
    const startedAt = performance.now();
    await eventually(() => isClosed);
    // It is as old as the last look at least.
    expect(performance.now() - startedAt).toBeGreaterThan(idleMs / 2);
  });
});

describe('a request is sent once more', () => {
  /** A first answer as it should be, and then a connection that does something else. */
  async function second(act: (socket: Socket) => void): ReturnType<typeof openRawScene> {
    return await openRawScene((socket, nth) => {
      if (nth === 2) act(socket);
      else say(answerOf('a'))(socket);
    });
  }

  test('where its connection was used before, and is closed without a byte', async () => {
    for (const close of ['end', 'resetAndDestroy'] as const) {
      await using scene = await second((socket) => socket[close]());
      expect(statusOf(await raw(scene.port, get))).toBe(200);
      expect(statusOf(await raw(scene.port, get))).toBe(200);
      expect(scene.asked).toHaveLength(3);
      expect(scene.connections()).toBe(2);
    }
  });

  test.each<[string, (socket: Socket) => void]>([
    ['with a byte', (socket) => void socket.end('H')],
    ['with an interim answer', (socket) => void socket.end('HTTP/1.1 102 Processing\r\n\r\n')],
    ['with rubbish', (socket) => void socket.write('rubbish')],
  ])('not where it is closed %s', async (_what, act) => {
    await using scene = await second(act);
    expect(statusOf(await raw(scene.port, get))).toBe(200);
    expect(await raw(scene.port, get)).toMatch(down);
    expect(scene.asked).toHaveLength(2);
  });

  test('not where its connection is new', async () => {
    await using scene = await openRawScene((socket) => void socket.end());
    expect(await raw(scene.port, get)).toMatch(down);
    expect(scene.asked).toHaveLength(1);
  });

  test('not where it may change something', async () => {
    await using scene = await second((socket) => void socket.end());
    expect(statusOf(await raw(scene.port, get))).toBe(200);
    expect(await raw(scene.port, post)).toMatch(down);
    expect(scene.asked).toHaveLength(2);
  });
});

test('HEAD, 204 and 304 have no body, whatever they say', async () => {
  const texts = [
    'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: e\r\n\r\n',
  ];
  await using scene = await openRawScene((socket, nth) => say(texts[nth - 1] ?? '')(socket));
  for (const text of texts) {
    const answer = await raw(scene.port, get);
    expect(answer.slice(0, 12)).toBe(text.slice(0, 12));
    expect(answer).toMatch(/\r\n\r\n$/);
  }
  expect(scene.connections()).toBe(1);
});

test.each([
  ['with a length', true],
  ['in chunks', false],
])(
  'a body %s is taken from the client no faster than OpenCode takes it',
  async (_how, hasLength) => {
    const upstream: Socket[] = [];
    await using scene = await openRawScene(
      (socket) => {
        upstream.push(socket);
        socket.pause();
      },
      { limits: { maxBodyBytes: 1e9 } },
    );
    const total = 200 * 1024 * 1024;
    const client = request(`${scene.url}/session`, {
      method: 'POST',
      headers: { ...headers, ...(hasLength && { 'content-length': total }) },
    });
    client.on('error', () => {});
    let written = 0;
    const write = (): void => {
      while (written < total) {
        written += 65_536;
        if (!client.write(Buffer.alloc(65_536, 'a'))) return void client.once('drain', write);
      }
      client.end();
    };
    write();
    await eventually(() => upstream.length === 1);
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(written).toBeLessThan(50 * 1024 * 1024);
    // It goes on where it was, and is whole.
    upstream[0]?.resume();
    await eventually(() => scene.bytes() > total);
    upstream[0]?.write(answerOf('a'));
    const answer = await new Promise<IncomingMessage>((resolve) => client.on('response', resolve));
    expect(answer.statusCode).toBe(200);
    answer.resume();
  },
  120_000,
);
