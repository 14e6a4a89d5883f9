import { describe, expect, test } from '@jest/globals';

import { openRawScene } from './raw-upstream.ts';
import { asks, basic, bearer, openScene, raw } from './setting.ts';

const kept = ['Accept: application/json', 'X-Custom: a', 'X-Custom: b', 'Content-Type: text/plain'];
/** What frames a body: ours is written in small letters. */
const framing = /^(content-length: \d+|transfer-encoding: chunked)$/;

interface Sent {
  /** The method; default GET. */
  method?: string;
  body?: string;
  /** In place of the client's own `Host`. */
  host?: string;
  /** In place of the client's own `Authorization`. */
  authorization?: string;
}

/** The lines that OpenCode gets of a request, without the one that frames its body; and those. */
async function pass(lines: readonly string[], sent: Sent = {}) {
  const { method = 'GET', body = '', host = 'Host: front', authorization = bearer } = sent;
  await using scene = await openScene();
  const head = [`${method} /session HTTP/1.1`, host, authorization, ...lines, ...kept];
  const isLast = lines.some((line) => /^connection:/i.test(line)) ? [] : ['Connection: close'];
  await raw(scene.port, `${[...head, ...isLast].join('\r\n')}\r\n\r\n${body}`);
  expect(scene.seen).toHaveLength(1);
  const { rawHeaders = [] } = scene.seen[0] ?? {};
  const all = rawHeaders.flatMap((name, at) => (at % 2 ? [] : [`${name}: ${rawHeaders[at + 1]}`]));
  return {
    got: all.filter((line) => !framing.test(line)),
    frames: all.filter((line) => framing.test(line)),
    ours: [
      `host: ${scene.setting.upstream.place()?.url.host}`,
      'connection: keep-alive',
      `authorization: ${basic}`,
    ],
    body: scene.seen[0]?.body,
  };
}

describe('of a request’s headers, OpenCode does not get', () => {
  test.each<[string, string[], Sent?]>([
    ['Connection', ['Connection: close']],
    ['Connection, given twice', ['Connection: close', 'Connection: x-other']],
    ['what Connection names', ['X-Named: x', 'Connection: x-named, close']],
    ['what Connection names in other letters', ['x-NAMED: x', 'CONNECTION: X-Named, close']],
    ['what a second Connection names', ['Connection: close', 'X-Named: x', 'Connection: x-named']],
    ['Keep-Alive', ['Keep-Alive: timeout=5']],
    ['TE', ['TE: trailers']],
    ['Trailer', ['Trailer: x-late']],
    ['Proxy-Authorization', ['Proxy-Authorization: Basic x']],
    ['Proxy-Connection', ['Proxy-Connection: keep-alive']],
    ['any other Proxy-*', ['Proxy-Something: x', 'proxy-features: x']],
    ['Host', [], { host: 'Host: other.example:1' }],
    ['Authorization', [], { authorization: bearer.replace('Authorization', 'authorization') }],
    ['Cookie', ['Cookie: a=b']],
    ['Cookie, given twice', ['Cookie: a=b', 'cookie: c=d']],
    ['Forwarded', ['Forwarded: for=192.0.2.1']],
    ['X-Forwarded-For', ['X-Forwarded-For: 192.0.2.1']],
    ['X-Forwarded-Host', ['X-Forwarded-Host: other']],
    ['X-Forwarded-Proto', ['X-Forwarded-Proto: https']],
    ['any other X-Forwarded-*', ['x-forwarded-prefix: /x', 'X-FORWARDED-USER: root']],
    ['X-Real-IP', ['X-Real-IP: 192.0.2.1']],
    ['Via', ['Via: 1.1 other']],
    ['Expect', ['Expect: 100-continue']],
    ['x-opencode-workspace', ['x-opencode-workspace: wrk_1']],
    ['x-opencode-workspace in other letters', ['X-OpenCode-Workspace: wrk_1']],
  ])('%s', async (_rule, lines, sent = {}) => {
    const { got, frames, ours } = await pass(lines, sent);
    expect(got).toEqual([...ours, ...kept]);
    expect(frames).toEqual([]);
  });

  test.each<[string, string[], string]>([
    ['Transfer-Encoding', ['Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n'],
    ['Content-Length', ['Content-Length: 2'], '{}'],
    ['Expect, of a body', ['Content-Length: 2', 'Expect: 100-continue'], '{}'],
  ])('%s: a body is framed by our own', async (_rule, lines, body) => {
    const passed = await pass(lines, { method: 'POST', body });
    expect(passed.got).toEqual([...passed.ours, ...kept]);
    expect(passed.frames).toHaveLength(1);
    expect(passed.body).toBe('{}');
  });

  test('Upgrade, nor anything of a request that has it', async () => {
    await using scene = await openScene();
    const upgrade = asks('GET /session HTTP/1.1', bearer, 'Upgrade: h2c');
    expect(await raw(scene.port, upgrade)).toMatch(/^HTTP\/1\.1 400 /);
    expect(scene.seen).toEqual([]);
  });
});

test('all other headers of a request go on as they are, in their order', async () => {
  const others = ['If-None-Match: "e"', 'x-opencode-directory: /work', 'X-Proxy: x', 'X-Via: x'];
  const { got, ours } = await pass(others);
  expect(got).toEqual([...ours, ...others, ...kept]);
});

/** The lines of an answer that OpenCode begins with these. */
async function answer(...lines: readonly string[]): Promise<string[]> {
  const isFramed = lines.some((line) => /^(transfer-encoding|content-length):/i.test(line));
  const frame = isFramed ? [] : ['Content-Length: 4'];
  const head = ['HTTP/1.1 200 OK', 'X-Custom: a', ...lines, 'ETag: e', 'X-Custom: b', ...frame];
  const isChunked = lines.some((line) => line.startsWith('Transfer-Encoding'));
  const body = isChunked ? '4\r\nbody\r\n0\r\n\r\n' : 'body';
  await using scene = await openRawScene(
    (socket) => void socket.write(`${head.join('\r\n')}\r\n\r\n${body}`),
  );
  const got = await raw(scene.port, asks('GET /session HTTP/1.1', bearer));
  const end = got.indexOf('\r\n\r\n');
  // Framed by our own, whatever OpenCode's framing was.
  expect(['body', '4\r\nbody\r\n0\r\n\r\n']).toContain(got.slice(end + 4));
  return got
    .slice(0, end)
    .split('\r\n')
    .filter((line) => !/^date: /i.test(line));
}

describe('of an answer’s headers, the client does not get', () => {
  test.each<[string, string[]]>([
    ['Set-Cookie', ['Set-Cookie: a=b', 'set-cookie: c=d']],
    ['WWW-Authenticate', ['WWW-Authenticate: Basic realm="x"']],
    ['Server', ['Server: x']],
    ['X-Powered-By', ['X-Powered-By: x']],
    ['Proxy-Authenticate', ['Proxy-Authenticate: Basic']],
    ['Proxy-Authentication-Info', ['Proxy-Authentication-Info: x']],
    ['any other Proxy-*', ['Proxy-Connection: keep-alive', 'proxy-status: x']],
    ['Connection', ['Connection: keep-alive']],
    ['what Connection names', ['Connection: x-named', 'X-Named: x']],
    ['Keep-Alive', ['Keep-Alive: timeout=5']],
    ['TE', ['TE: trailers']],
    ['Trailer', ['Trailer: x-late']],
    ['Transfer-Encoding', ['Transfer-Encoding: chunked']],
    ['Upgrade', ['Upgrade: h2c']],
  ])('%s', async (_rule, lines) => {
    const got = await answer(...lines);
    const isFrame = (line: string): boolean =>
      /^(content-length: 4|transfer-encoding: chunked)$/i.test(line);
    expect(got.filter((line) => !isFrame(line))).toEqual([
      'HTTP/1.1 200 OK',
      'X-Custom: a',
      'ETag: e',
      'X-Custom: b',
      'Connection: close',
    ]);
    expect(got.filter(isFrame)).toHaveLength(1);
  });
});
