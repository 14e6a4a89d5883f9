import { type ServerResponse, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { PassThrough, Writable } from 'node:stream';

import { describe, expect, test } from '@jest/globals';

import { countStreams } from '../../src/serve/exchange.ts';
import { pump } from '../../src/serve/pump.ts';
import {
  asks,
  bearer,
  eventually,
  openScene,
  raw,
  type SceneOptions,
  secrets,
  statusOf,
} from './setting.ts';

const headers = { authorization: `Bearer ${secrets.ci}` };

/** An upstream that opens event streams, and leaves them to the test. */
function streaming(): SceneOptions & { open: ServerResponse[] } {
  const open: ServerResponse[] = [];
  const answer: SceneOptions['answer'] = (_seen, response) => {
    open.push(response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
  };
  return { open, answer };
}

describe('an event stream', () => {
  test('is passed on as it is: its head before any event, and each event at once', async () => {
    const options = streaming();
    await using scene = await openScene(options);
    const answer = await fetch(`${scene.url}/event`, { headers });
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    expect(answer.headers.get('content-encoding')).toBeNull();
    const reader = answer.body?.getReader();
    for (const event of ['data: 1\n\n', 'da', 'ta: 2\n\n']) {
      options.open[0]?.write(event);
      expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(event);
    }
    options.open[0]?.end();
    expect((await reader?.read())?.done).toBe(true);
  });

  test('comes in chunks, one a piece; to a client of HTTP/1.0 as it is', async () => {
    const options = streaming();
    await using scene = await openScene(options);
    const answers = ['1.1', '1.0'].map((version) =>
      raw(scene.port, asks(`GET /event HTTP/${version}`, bearer)),
    );
    await eventually(() => countStreams(scene.setting) === 2);
    for (const response of options.open) response.end('data: 1\n\n');
    const [chunked = '', plain = ''] = await Promise.all(answers);
    expect(chunked).toMatch(/\r\n\r\n9\r\ndata: 1\n\n\r\n0\r\n\r\n$/);
    expect(plain).toMatch(/\r\n\r\ndata: 1\n\n$/);
  });

  test('is closed at OpenCode the moment the client is gone', async () => {
    const options = streaming();
    await using scene = await openScene(options);
    const client = httpRequest(`${scene.url}/event`, { headers });
    client.on('error', () => {});
    client.end();
    await new Promise((resolve) => client.on('response', resolve));
    expect(countStreams(scene.setting)).toBe(1);
    client.destroy();
    await eventually(() => scene.seen[0]?.isGone === true);
    await eventually(() => countStreams(scene.setting) === 0);
  });

  test('is cut for the client, and not ended, where OpenCode dies', async () => {
    const options = streaming();
    await using scene = await openScene(options);
    const answer = await fetch(`${scene.url}/event`, { headers });
    options.open[0]?.write('data: 1\n\n', () => options.open[0]?.socket?.resetAndDestroy());
    await expect(answer.text()).rejects.toThrow();
  });

  test('a client that leaves while nothing was answered yet leaves nothing open', async () => {
    await using scene = await openScene({ answer: () => {} });
    const socket = connect(scene.port, '127.0.0.1');
    socket.write(asks('GET /event HTTP/1.1', bearer));
    await eventually(() => scene.seen.length === 1);
    socket.destroy();
    await eventually(() => scene.seen[0]?.isGone === true);
  });

  test('a client that leaves in the middle of its body leaves nothing open', async () => {
    let isGone = false;
    await using scene = await openScene({
      onRequest: (request, response) => {
        request.resume();
        response.on('close', () => (isGone = true));
      },
    });
    const socket = connect(scene.port, '127.0.0.1');
    socket.write(`${asks('POST /session HTTP/1.1', bearer, 'Content-Length: 100')}half`);
    await eventually(() => scene.setting.open.size === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    await eventually(() => isGone || scene.setting.open.size === 0);
    await eventually(() => scene.setting.open.size === 0);
  });
});

test('a thousand event streams are open at once, and each gets every event', async () => {
  const options = streaming();
  await using scene = await openScene(options);
  const count = 1_000;
  const heard = Array.from({ length: count }, () => '');
  const clients = heard.map((_, index) => {
    const client = httpRequest(`${scene.url}/event`, { headers, agent: false });
    client.on('error', () => {});
    client.on('response', (answer) =>
      answer.on('data', (piece) => (heard[index] += String(piece))),
    );
    client.end();
    return client;
  });
  await eventually(() => options.open.length === count);
  for (const event of ['data: 1\n\n', 'data: 2\n\n'])
    for (const response of options.open) response.write(event);
  await eventually(() => heard.every((text) => text === 'data: 1\n\ndata: 2\n\n'));
  expect(countStreams(scene.setting)).toBe(count);
  const metrics = await raw(scene.port, asks('GET /metrics HTTP/1.1', bearer));
  expect(metrics).toContain(`mention_loop_serve_open_streams ${count}`);
  for (const client of clients) client.destroy();
  await eventually(() => countStreams(scene.setting) === 0);
  await eventually(() => scene.seen.every(({ isGone }) => isGone));
}, 120_000);

describe('a slow reader', () => {
  test.each([
    ['answer', 'application/json'],
    ['event stream', 'text/event-stream'],
  ])(
    'holds up OpenCode’s %s, and no more than two buffers of it',
    async (_, type) => {
      let sent = 0;
      await using scene = await openScene({
        answer: (_seen, response) => {
          response.setHeader('content-type', type);
          const more = (): void => {
            while (sent < 500 * 1024 * 1024) {
              sent += 65_536;
              if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', more);
            }
          };
          more();
        },
      });
      const socket = connect(scene.port, '127.0.0.1').pause();
      socket.write(asks('GET /session HTTP/1.1', bearer));
      await eventually(() => sent > 0);
      let before = -1;
      while (before !== sent) {
        before = sent;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      expect(sent).toBeLessThan(50 * 1024 * 1024);
      // It goes on where it was as soon as the client reads on.
      socket.resume();
      await eventually(() => sent > before + 10 * 1024 * 1024);
      socket.destroy();
      await eventually(() => scene.seen[0]?.isGone === true);
    },
    60_000,
  );

  test('that takes nothing for too long is cut off', async () => {
    const source = new PassThrough();
    const sink = new Writable({ highWaterMark: 1, write: () => {} });
    pump(source, sink, { onBytes: () => true, patienceMs: 50 });
    source.write('abc');
    await new Promise((resolve) => sink.on('close', resolve));
    expect(sink.destroyed).toBe(true);
  });

  test('that takes a little now and then is not', async () => {
    const source = new PassThrough();
    let taken = 0;
    const sink = new Writable({
      highWaterMark: 1,
      write: (_piece, _encoding, done) => void setTimeout(() => ((taken += 1), done()), 60),
    });
    pump(source, sink, { onBytes: () => true, patienceMs: 1_000 });
    for (let piece = 0; piece < 20; piece += 1) source.write('abc');
    source.end();
    await new Promise((resolve) => sink.on('finish', resolve));
    expect(taken).toBeGreaterThan(0);
  });
});

describe('a slow client', () => {
  const limits = { maxBodyBytes: 1024, headersMs: 300, requestReadMs: 600 };

  test('that does not come to the end of its headers is sent away', async () => {
    const patient = { ...limits, requestReadMs: 3_600_000 };
    await using scene = await openScene({ setting: { limits: patient } });
    expect(statusOf(await raw(scene.port, 'GET /session HTTP/1.1\r\nHost: a\r\n'))).toBe(408);
  });

  test('that does not come to the end of its body is cut off, at OpenCode too', async () => {
    await using scene = await openScene({ setting: { limits } });
    const head = asks('POST /session HTTP/1.1', bearer, 'Content-Length: 100');
    expect(statusOf(await raw(scene.port, `${head}half`))).not.toBe(200);
    await eventually(() => scene.setting.open.size === 0);
    await eventually(() => scene.seen.every(({ isGone }) => isGone));
  });

  test('is none that listens to events for longer than a request may take', async () => {
    const options = streaming();
    await using scene = await openScene({ ...options, setting: { limits } });
    const answer = await fetch(`${scene.url}/event`, { headers });
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    options.open[0]?.end('data: late\n\n');
    expect(await answer.text()).toBe('data: late\n\n');
  });
});

describe('draining', () => {
  test('new requests get 503, what runs goes on, and is cut when its time is up', async () => {
    const options = streaming();
    await using scene = await openScene(options);
    const [one, two] = await Promise.all(
      [1, 2].map(() => fetch(`${scene.url}/event`, { headers })),
    );
    const drained = scene.front.drain(1_500, new AbortController().signal);
    expect(statusOf(await raw(scene.port, asks('GET /session HTTP/1.1', bearer)))).toBe(503);
    expect(statusOf(await raw(scene.port, asks('GET /readyz HTTP/1.1')))).toBe(503);
    expect(statusOf(await raw(scene.port, asks('GET /healthz HTTP/1.1')))).toBe(200);
    options.open[0]?.end('data: last\n\n');
    const texts = await Promise.allSettled([one?.text(), two?.text()]);
    expect(texts.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await drained;
  });

  test('ends as soon as nothing runs, and at once where it is told to hurry', async () => {
    await using scene = await openScene(streaming());
    await scene.front.drain(3_600_000, new AbortController().signal);
    scene.setting.isDraining = false;
    const stream = await fetch(`${scene.url}/event`, { headers });
    const hurry = new AbortController();
    const drained = scene.front.drain(3_600_000, hurry.signal);
    hurry.abort();
    await drained;
    await expect(stream.text()).rejects.toThrow();
  });
});
