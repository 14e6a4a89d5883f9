import { connect } from 'node:net';

import { describe, expect, test } from '@jest/globals';

import { headersMax } from '../../src/serve/limits.ts';
import { asks, bearer, eventually, openScene, raw, secrets, statusOf } from './setting.ts';

const get = 'GET /session HTTP/1.1';
const post = 'POST /session HTTP/1.1';

describe('what two servers could read in two ways is refused', () => {
  test.each<[string, string, number]>([
    [
      'a length beside a transfer coding',
      asks(post, bearer, 'Content-Length: 5', 'Transfer-Encoding: chunked') + '0\r\n\r\n',
      400,
    ],
    [
      'a transfer coding beside a length',
      asks(post, bearer, 'Transfer-Encoding: chunked', 'Content-Length: 5') + '0\r\n\r\n',
      400,
    ],
    ['two lengths', asks(post, bearer, 'Content-Length: 3', 'Content-Length: 3') + 'abc', 400],
    ['a list of lengths', asks(post, bearer, 'Content-Length: 3, 3') + 'abc', 400],
    ['a length with a sign', asks(post, bearer, 'Content-Length: +3') + 'abc', 400],
    ['a length in hexadecimal', asks(post, bearer, 'Content-Length: 0x3') + 'abc', 400],
    ['an unknown transfer coding', asks(post, bearer, 'Transfer-Encoding: xchunked'), 400],
    [
      'a coding before chunked',
      asks(post, bearer, 'Transfer-Encoding: gzip, chunked') + '0\r\n\r\n',
      400,
    ],
    [
      'chunked twice',
      asks(post, bearer, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') + '0\r\n\r\n',
      400,
    ],
    [
      'chunked, and then another',
      asks(post, bearer, 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity'),
      400,
    ],
    ['a space before a colon', asks(post, bearer, 'Content-Length : 3') + 'abc', 400],
    ['a second Host', asks(get, bearer, 'Host: other'), 400],
    ['no Host', `${get}\r\n${bearer}\r\nConnection: close\r\n\r\n`, 400],
    ['a folded line', asks(get, bearer, 'X-One: a\r\n b'), 400],
    ['lines that end in LF alone', `${get}\nHost: a\n${bearer}\n\n`, 400],
    ['a bare CR in a value', asks(get, bearer, 'X-One: a\rX-Two: b'), 400],
    ['a NUL in a value', asks(get, bearer, 'X-One: a\0b'), 400],
    [
      'a chunk of no size',
      asks(post, bearer, 'Transfer-Encoding: chunked') + 'zz\r\nabc\r\n0\r\n\r\n',
      0,
    ],
    ['another server’s address', asks('GET http://other/session HTTP/1.1', bearer), 400],
    ['a byte beyond ASCII in the path', asks('GET /sessi\xf6n HTTP/1.1', bearer), 400],
    ['a space in the path', asks('GET /session x HTTP/1.1', bearer), 400],
    ['a protocol of another version', asks('GET /session HTTP/2.0', bearer), 400],
    ['an upgrade', asks(get, bearer, 'Upgrade: websocket', 'Connection: upgrade'), 400],
    ['CONNECT', asks('CONNECT other:80 HTTP/1.1', bearer), 400],
    ['TRACE', asks('TRACE /session HTTP/1.1', bearer), 403],
    ['an expectation that nobody knows', asks(get, bearer, 'Expect: 200-ok'), 417],
    [
      'a path off the list',
      asks('POST /session/ses_1/shell HTTP/1.1', bearer, 'Content-Length: 0'),
      403,
    ],
  ])('%s', async (_what, request, status) => {
    await using scene = await openScene();
    expect(statusOf(await raw(scene.port, request))).toBe(status);
    expect(scene.seen.filter(({ url }) => url !== '/session' || status !== 0)).toEqual([]);
  });

  test('and what follows such a request on its connection is never read', async () => {
    await using scene = await openScene();
    const hidden = `GET /session HTTP/1.1\r\nHost: a\r\n${bearer}\r\n\r\n`;
    const outer = asks(
      post,
      bearer,
      `Content-Length: ${hidden.length}`,
      'Transfer-Encoding: chunked',
    );
    const answer = await raw(scene.port, `${outer}0\r\n\r\n${hidden}`);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(scene.seen).toEqual([]);
  });
});

describe('what is too large is refused', () => {
  test.each<[string, string, number]>([
    ['headers over 16 KiB', asks(get, bearer, `X-Long: ${'a'.repeat(17_000)}`), 431],
    ['a line over 16 KiB', asks(`GET /session?${'a'.repeat(17_000)} HTTP/1.1`, bearer), 431],
    [
      'more headers than anybody sends',
      asks(get, bearer, ...Array.from({ length: headersMax }, (_, i) => `x-${i}: a`)),
      431,
    ],
    ['a body that says so', asks(post, bearer, 'Content-Length: 1048577'), 413],
  ])('%s', async (_what, request, status) => {
    await using scene = await openScene();
    expect(statusOf(await raw(scene.port, request))).toBe(status);
    expect(scene.seen).toEqual([]);
  });

  test('a body that does not say so, as soon as it is', async () => {
    await using scene = await openScene();
    const head = asks(post, bearer, 'Transfer-Encoding: chunked');
    const piece = `10000\r\n${'a'.repeat(65_536)}\r\n`;
    const answer = await raw(scene.port, head, ...Array<string>(17).fill(piece));
    expect(statusOf(answer)).toBe(413);
    await eventually(() => scene.seen.every(({ isGone }) => isGone));
  });

  test('a body up to the limit passes, in pieces or whole', async () => {
    await using scene = await openScene();
    const body = 'a'.repeat(1_048_576);
    const answer = await raw(
      scene.port,
      asks(post, bearer, `Content-Length: ${body.length}`),
      body,
    );
    expect(statusOf(answer)).toBe(200);
    expect(scene.seen[0]?.body).toBe(body);
  });
});

test('a body is passed on as it comes, in the framing of our own', async () => {
  await using scene = await openScene();
  const head = asks(post, bearer, 'Transfer-Encoding: chunked', 'Content-Type: application/json');
  await raw(scene.port, head, '3;ext=1\r\n{"a\r\n4\r\n":1}\r\n0\r\nX-Trailer: 1\r\n\r\n');
  expect(scene.seen).toMatchObject([{ body: '{"a":1}' }]);
  // Either of the two: as much of it may be there by then as is sent with its length.
  const framing = Object.keys(scene.seen[0]?.headers ?? {}).filter((name) =>
    ['transfer-encoding', 'content-length'].includes(name),
  );
  expect(framing).toHaveLength(1);
  expect(JSON.stringify(scene.seen)).not.toContain('railer');
});

test('an answer comes byte for byte, whole or in pieces, small or large', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const large = Buffer.alloc(100_000, bytes);
  const pieces: Record<string, Buffer[]> = {
    '/session': [bytes],
    '/vcs': [bytes, large, bytes],
    '/path': [large, bytes],
  };
  await using scene = await openScene({
    answer: ({ url }, response) => {
      for (const piece of pieces[url] ?? []) response.write(piece);
      setTimeout(() => response.end(bytes), 20);
    },
  });
  const headers = { authorization: `Bearer ${secrets.ci}` };
  for (const [path, sent] of Object.entries(pieces)) {
    const answer = await fetch(scene.url + path, { headers });
    const whole = Buffer.concat([...sent, bytes]);
    expect(Buffer.from(await answer.arrayBuffer()).equals(whole)).toBe(true);
  }
});

test('a body that OpenCode did not wait for is not taken for the next request', async () => {
  await using scene = await openScene({
    onRequest: (_request, response) => void response.end('too early'),
  });
  const head = `${post}\r\nHost: a\r\n${bearer}\r\nContent-Length: 1000\r\n\r\n`;
  const answer = await raw(scene.port, head, 'half of it');
  expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*too early/i);
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('100-continue is said once the request may pass, and not before', async () => {
  await using scene = await openScene();
  const expecting = [bearer, 'Content-Length: 2', 'Expect: 100-continue'];
  const answer = await raw(scene.port, asks(post, ...expecting), '{}');
  expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  expect(scene.seen).toMatchObject([{ body: '{}' }]);
  expect(scene.seen[0]?.headers).not.toHaveProperty('expect');
  const refused = await raw(scene.port, asks('POST /session/x/shell HTTP/1.1', ...expecting));
  expect(statusOf(refused)).toBe(403);
});

test('OpenCode’s refusal of our own login is no refusal of the client’s token', async () => {
  await using scene = await openScene({
    answer: (_seen, response) => void response.writeHead(401).end(),
  });
  expect(statusOf(await raw(scene.port, asks(get, bearer)))).toBe(502);
});

describe('where OpenCode is not there', () => {
  test('the answer is 502, and fixed', async () => {
    await using scene = await openScene({ setting: { upstream: { place: () => undefined } } });
    const answer = await raw(scene.port, asks(get, bearer));
    expect(answer).toMatch(/^HTTP\/1\.1 502 [^]*\r\n\r\nOpenCode does not answer\n$/);
  });

  test('a connection that is refused is 502 as well', async () => {
    const url = new URL('http://127.0.0.1:1');
    await using scene = await openScene({
      setting: { upstream: { place: () => ({ url, authorization: undefined }) } },
    });
    expect(statusOf(await raw(scene.port, asks(get, bearer)))).toBe(502);
  });

  test('an answer that is cut is cut for the client too', async () => {
    await using scene = await openScene({
      answer: (_seen, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => response.destroy());
      },
    });
    const headers = { authorization: `Bearer ${secrets.ci}` };
    const answer = await fetch(`${scene.url}/session`, { headers });
    await expect(answer.text()).rejects.toThrow();
  });

  test('a connection that OpenCode closed between two requests costs nobody an answer', async () => {
    await using scene = await openScene();
    scene.upstream.keepAliveTimeout = 60_000;
    for (let round = 0; round < 3; round += 1) {
      expect(statusOf(await raw(scene.port, asks(get, bearer)))).toBe(200);
      scene.upstream.closeIdleConnections();
    }
  });
});

describe('the log', () => {
  test('has one line a request, and nothing of what was said', async () => {
    await using scene = await openScene();
    const body = '{"secret":"body-secret"}';
    await raw(
      scene.port,
      asks(
        'POST /session/ses_secret/abort?x=query-secret HTTP/1.1',
        bearer,
        'X-A: header-secret',
        `Content-Length: ${body.length}`,
      ),
      body,
    );
    await raw(scene.port, asks('GET /secret-path HTTP/1.1', bearer));
    await raw(
      scene.port,
      asks('GET /session?secret HTTP/1.1', 'Authorization: Bearer wrong-secret'),
    );
    await raw(scene.port, asks('GET /healthz HTTP/1.1'));
    await eventually(() => scene.log.length === 4);
    expect(scene.text()).not.toContain('secret');
    expect(scene.text()).not.toContain(secrets.ci);
    expect(scene.log).toMatchObject([
      {
        token: 'ci',
        method: 'POST',
        route: '/session/:session/abort',
        status: 200,
        bytesIn: body.length,
        bytesOut: 8,
      },
      { token: 'ci', method: 'GET', route: 'none', status: 403 },
      { token: null, method: 'GET', route: 'none', status: 401 },
      { token: null, method: 'GET', route: '/healthz', status: 200 },
    ]);
    expect(Object.keys(scene.log[0] ?? {})).toEqual([
      'time',
      'token',
      'method',
      'route',
      'status',
      'bytesIn',
      'bytesOut',
      'ms',
    ]);
    const metrics = await raw(scene.port, asks('GET /metrics HTTP/1.1', bearer));
    expect(metrics).toContain(
      'mention_loop_serve_requests_total{route="POST /session/:session/abort",status="200"} 1',
    );
    expect(metrics).toContain('mention_loop_serve_refused_total 1');
    expect(metrics).toContain('mention_loop_serve_bytes_total{direction="in"} 24');
    expect(metrics).not.toContain('secret');
  });
});

test('one connection has a bounded number of requests open', async () => {
  await using scene = await openScene({ answer: () => {} });
  const many = `${get}\r\nHost: a\r\n${bearer}\r\n\r\n`.repeat(50);
  expect(await raw(scene.port, many)).toBe('');
  expect(scene.seen.length).toBeLessThan(10);
});

test('what is no HTTP in the middle of an answer does not get into that answer', async () => {
  await using scene = await openScene({
    answer: (_seen, response) => void response.write('half'),
  });
  const socket = connect(scene.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (piece) => {
    if (answer === '') socket.write('rubbish\r\n\r\n');
    answer += String(piece);
  });
  socket.on('error', () => {});
  socket.write(`${get}\r\nHost: a\r\n${bearer}\r\n\r\n`);
  await new Promise((resolve) => socket.on('close', resolve));
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});
