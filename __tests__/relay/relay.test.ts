import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import { describe, expect, jest, test } from '@jest/globals';

import { planRelay } from '../../src/relay/plan.ts';
import { startRelay } from '../../src/relay/relay.ts';
import { key, send, sendRaw, startFor, startUpstream } from './upstream.ts';

jest.setTimeout(60_000);

const chat = '/openai/chat/completions';
const bearer = (password: string): Record<string, string> => ({
  authorization: `Bearer ${password}`,
});

describe('the key', () => {
  test.each([
    ['anthropic', '/messages', 'x-api-key', (secret: string) => secret],
    ['openai', '/responses', 'authorization', (secret: string) => `Bearer ${secret}`],
    ['google', '/models/gemini-2.5-pro:countTokens', 'x-goog-api-key', (secret: string) => secret],
    ['openrouter', '/chat/completions', 'authorization', (secret: string) => `Bearer ${secret}`],
  ])('of %s is put in where the password stood', async (id, path, header, spell) => {
    await using upstream = await startUpstream();
    await using relay = await startFor(upstream.url);
    const headers = { [header]: spell(relay.password) };
    const { status } = await send(relay, { path: `/${id}${path}`, headers, body: '{"a":1}' });
    expect(status).toBe(200);
    expect(upstream.seen).toMatchObject([
      { method: 'POST', url: `/v1${path}`, body: '{"a":1}', headers: { [header]: spell(key) } },
    ]);
    expect(JSON.stringify(upstream.seen)).not.toContain(relay.password);
  });

  test('comes with the headers and parameters that stood beside it', async () => {
    await using upstream = await startUpstream();
    const headers = { 'X-Team': 'blue', Authorization: 'Basic abc' };
    await using relay = await startFor(upstream.url, { headers, queryParams: { v: '1&2' } });
    await send(relay, { path: chat, headers: { ...bearer(relay.password), 'x-team': 'red' } });
    const [seen] = upstream.seen;
    expect(seen?.url).toBe('/v1/chat/completions?v=1%262');
    expect(seen?.headers).toMatchObject({ 'x-team': 'blue', authorization: 'Basic abc' });
  });
});

describe('without the password', () => {
  test('everything gets the same answer, and nothing gets through', async () => {
    await using upstream = await startUpstream();
    await using relay = await startFor(upstream.url);
    const { password } = relay;
    const calls = [
      { path: chat },
      { path: chat, headers: bearer('') },
      { path: chat, headers: bearer(password.slice(1)) },
      { path: chat, headers: bearer(`${password}x`) },
      { path: chat, headers: bearer(key) },
      { path: chat, headers: { authorization: `Basic ${password}` } },
      { path: chat, headers: { 'x-api-key': password } },
      { path: '/anthropic/messages', headers: bearer(password) },
      { path: '/google/models/a:countTokens', headers: { 'x-api-key': password } },
      { path: `${chat}?key=${password}` },
      { path: '/unknown/models', method: 'GET' },
      { path: '/', method: 'GET' },
    ];
    const answers = await Promise.all(calls.map((call) => send(relay, call)));
    const plain = answers.map(({ status, headers, body }) => {
      delete headers.date;
      return JSON.stringify({ status, headers, body });
    });
    expect(new Set(plain).size).toBe(1);
    expect(answers[0]?.status).toBe(401);
    expect(upstream.seen).toEqual([]);
  });
});

describe('with the password', () => {
  test.each([
    ['another path', 'POST', '/openai/files'],
    ['another method', 'DELETE', '/openai/models'],
    ['a dotted way', 'POST', '/openai/../openai/chat/completions'],
    ['a dotted way behind a right one', 'POST', '/openai/chat/completions/../../files'],
    ['an escaped slash', 'POST', '/openai/chat%2Fcompletions'],
    ['an empty segment', 'POST', '//openai/chat/completions'],
    ['a query', 'POST', '/openai/chat/completions?key=x'],
    ['a fragment', 'POST', '/openai/chat/completions#x'],
    ['a provider that is none', 'POST', '/constructor/chat/completions'],
    ['the API of another', 'POST', '/openai/messages'],
    ['another host', 'POST', 'http://127.0.0.1:9/openai/chat/completions'],
    ['another host without a scheme', 'POST', '//127.0.0.1:9/openai/chat/completions'],
    ['the server as a whole', 'OPTIONS', '*'],
  ])('%s is refused', async (_what, method, path) => {
    await using upstream = await startUpstream();
    await using relay = await startFor(upstream.url);
    const { status, body } = await send(relay, { method, path, headers: bearer(relay.password) });
    expect(status).toBe(403);
    expect(body).toContain("only the model API's own calls");
    expect(upstream.seen).toEqual([]);
  });

  test('the answer comes before anything of the body is read', async () => {
    await using upstream = await startUpstream();
    await using relay = await startFor(upstream.url);
    const { hostname, port } = new URL(relay.url);
    const headers = { ...bearer(relay.password), 'content-length': '1000000000' };
    const asked = request({ hostname, port, path: '/openai/files', method: 'POST', headers });
    asked.on('error', () => {}).flushHeaders();
    const [response] = await once(asked, 'response');
    expect(response).toMatchObject({ statusCode: 403 });
    asked.destroy();
  });

  test('no tunnel is made', async () => {
    await using upstream = await startUpstream();
    await using relay = await startFor(upstream.url);
    const host = new URL(upstream.url).host;
    const asked = `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${relay.password}\r\n\r\n`;
    expect(await sendRaw(relay, asked)).toBe('');
    expect(upstream.seen).toEqual([]);
  });

  test('no other protocol is changed to', async () => {
    await using upstream = await startUpstream();
    await using relay = await startFor(upstream.url);
    const upgrade = { connection: 'upgrade', upgrade: 'websocket' };
    const headers = { ...bearer(relay.password), ...upgrade };
    expect(await send(relay, { path: chat, headers, body: '{}' })).toMatchObject({ status: 200 });
    expect(await send(relay, { method: 'GET', path: '/openai/responses', headers })).toMatchObject({
      status: 403,
    });
    expect(upstream.seen).toHaveLength(1);
    expect(upstream.seen[0]?.headers).not.toHaveProperty('upgrade');
  });

  test('a GET carries no second request in its body', async () => {
    await using upstream = await startUpstream();
    await using relay = await startFor(upstream.url);
    const hidden = 'DELETE /v1/files HTTP/1.1\r\nHost: x\r\n\r\n';
    const headers = { ...bearer(relay.password), 'transfer-encoding': 'chunked' };
    const call = { method: 'GET', path: '/openai/models', headers, body: hidden };
    await send(relay, call);
    await send(relay, { ...call, headers: bearer(relay.password) });
    expect(upstream.seen).toHaveLength(2);
    for (const { method, body } of upstream.seen)
      expect({ method, body }).toEqual({ method: 'GET', body: '' });
  });
});

describe('of the headers', () => {
  test.each([
    ['cookie', 'a=b'],
    ['x-api-key', 'other'],
    ['x-goog-api-key', 'other'],
    ['forwarded', 'for=1.2.3.4'],
    ['x-forwarded-for', '1.2.3.4'],
    ['x-forwarded-host', 'evil.example'],
    ['proxy-authorization', 'Basic abc'],
    ['te', 'trailers'],
    ['x-mine', 'named by Connection'],
  ])('%s does not go to the provider', async (name, value) => {
    await using upstream = await startUpstream();
    await using relay = await startFor(upstream.url);
    const connection = 'keep-alive, X-Mine';
    const headers = { ...bearer(relay.password), connection, [name]: value };
    expect((await send(relay, { path: chat, headers })).status).toBe(200);
    expect(upstream.seen[0]?.headers).not.toHaveProperty([name]);
  });

  test('the host is the provider’s own', async () => {
    await using upstream = await startUpstream();
    await using relay = await startFor(upstream.url);
    const headers = { ...bearer(relay.password), host: 'evil.example' };
    await send(relay, { path: chat, headers });
    expect(upstream.seen[0]?.headers.host).toBe(new URL(upstream.url).host);
  });

  test('the rest goes there, every line of it', async () => {
    await using upstream = await startUpstream();
    await using relay = await startFor(upstream.url);
    const own = { 'anthropic-beta': ['a', 'b'], 'content-type': 'application/json' };
    await send(relay, { path: chat, headers: { ...bearer(relay.password), ...own } });
    expect(upstream.seen[0]?.headers).toMatchObject({
      'anthropic-beta': 'a, b',
      'content-type': 'application/json',
    });
  });

  test('the provider’s own come back, but for cookies and those of its connection', async () => {
    await using upstream = await startUpstream((_request, response) => {
      response.writeHead(429, {
        'retry-after': '7',
        'set-cookie': 'a=b',
        connection: 'X-Hop',
        'x-hop': '1',
        'x-request-id': 'r1',
      });
      response.end('slow down');
    });
    await using relay = await startFor(upstream.url);
    const answer = await send(relay, { path: chat, headers: bearer(relay.password) });
    expect(answer).toMatchObject({ status: 429, body: 'slow down' });
    expect(answer.headers).toMatchObject({ 'retry-after': '7', 'x-request-id': 'r1' });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.headers).not.toHaveProperty('x-hop');
  });
});

describe('an answer', () => {
  test('comes as it is, byte by byte', async () => {
    const packed = gzipSync('Ein Text, der klein wird.'.repeat(100));
    await using upstream = await startUpstream((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
      response.end(packed);
    });
    await using relay = await startFor(upstream.url);
    const { hostname, port } = new URL(relay.url);
    const headers = bearer(relay.password);
    const asked = request({ hostname, port, path: chat, method: 'POST', headers });
    const [response] = await once(asked.end(), 'response');
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).equals(packed)).toBe(true);
    expect(response.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(packed.length),
    });
  });

  test('comes at once, headers and pieces, while the provider goes on', async () => {
    const go = Promise.withResolvers<void>();
    await using upstream = await startUpstream((_request, response) => {
      response.writeHead(200).flushHeaders();
      void go.promise.then(() => response.write('first'));
    });
    await using relay = await startFor(upstream.url);
    const { hostname, port } = new URL(relay.url);
    const headers = bearer(relay.password);
    const asked = request({ hostname, port, path: chat, method: 'POST', headers });
    asked.on('error', () => {});
    const [response] = await once(asked.end(), 'response');
    go.resolve();
    response.on('error', () => {});
    expect(String((await once(response, 'data'))[0])).toBe('first');
    asked.destroy();
  });

  test('that sends elsewhere is followed by nobody', async () => {
    await using other = await startUpstream();
    await using upstream = await startUpstream((_request, response) => {
      response.writeHead(307, { location: `${other.url}/chat/completions` }).end();
    });
    await using relay = await startFor(upstream.url);
    const answer = await send(relay, { path: chat, headers: bearer(relay.password) });
    expect(answer.status).toBe(502);
    expect(answer.headers).not.toHaveProperty('location');
    expect(other.seen).toEqual([]);
  });

  test('that breaks off there breaks off here', async () => {
    await using upstream = await startUpstream((_request, response) => {
      response.write('half of it', () => response.destroy());
    });
    await using relay = await startFor(upstream.url);
    const asked = send(relay, { path: chat, headers: bearer(relay.password) });
    await expect(asked).rejects.toThrow('aborted');
  });
});

describe('a provider that is not there', () => {
  test('is told as 502 with the system’s own word for it', async () => {
    const port = await freePort();
    await using relay = await startFor(`http://127.0.0.1:${port}/v1`);
    const body = 'x'.repeat(5_000_000);
    const answer = await send(relay, { path: chat, headers: bearer(relay.password), body });
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toMatchObject({
      type: 'error',
      error: { message: 'The provider cannot be reached (ECONNREFUSED).', code: 502 },
    });
  });

  test('any more before it answered is told in the same way', async () => {
    await using upstream = await startUpstream((incoming) => void incoming.socket.destroy());
    await using relay = await startFor(upstream.url);
    const answer = await send(relay, { path: chat, headers: bearer(relay.password), body: '{}' });
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('(ECONNRESET)');
  });
});

describe('the pace', () => {
  test('of a reader that stands still holds the provider back', async () => {
    let written = 0;
    await using upstream = await startUpstream((_request, response) => {
      const more = (): void => {
        written += 65_536;
        // Once it is broken off, every further write would fail at once, for ever.
        response.write(Buffer.alloc(65_536), (error) => error ?? more());
      };
      more();
    });
    await using relay = await startFor(upstream.url);
    const { hostname, port } = new URL(relay.url);
    const headers = bearer(relay.password);
    const asked = request({ hostname, port, path: chat, method: 'POST', headers });
    asked.on('error', () => {});
    const [response] = await once(asked.end(), 'response');
    response.on('error', () => {}).pause();
    await untilStill(() => written);
    expect(written).toBeLessThan(64 * 1024 * 1024);
    asked.destroy();
  });

  test('of a provider that stands still holds the agent back', async () => {
    await using upstream = await startUpstream((incoming) => void incoming.pause(), {
      isRead: false,
    });
    await using relay = await startFor(upstream.url);
    const { hostname, port } = new URL(relay.url);
    const headers = bearer(relay.password);
    const asked = request({ hostname, port, path: chat, method: 'POST', headers });
    asked.on('error', () => {});
    let written = 0;
    const more = (): void => {
      written += 65_536;
      asked.write(Buffer.alloc(65_536), (error) => error ?? more());
    };
    more();
    await untilStill(() => written);
    expect(written).toBeLessThan(64 * 1024 * 1024);
    asked.destroy();
  });
});

describe('the end', () => {
  test('of the client is the end of the provider’s work', async () => {
    const ended = Promise.withResolvers<void>();
    await using upstream = await startUpstream((_request, response) => {
      response.once('close', ended.resolve);
      response.write('a word');
    });
    await using relay = await startFor(upstream.url);
    const { hostname, port } = new URL(relay.url);
    const headers = bearer(relay.password);
    const asked = request({ hostname, port, path: chat, method: 'POST', headers });
    asked.on('error', () => {});
    const [response] = await once(asked.end(), 'response');
    response.on('error', () => {});
    asked.destroy();
    await ended.promise;
  });

  test('of the client before there was an answer is it too', async () => {
    const [asks, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using upstream = await startUpstream((_request, response) => {
      response.once('close', ended.resolve);
      asks.resolve();
    });
    await using relay = await startFor(upstream.url);
    const { hostname, port } = new URL(relay.url);
    const headers = bearer(relay.password);
    const asked = request({ hostname, port, path: chat, method: 'POST', headers });
    asked.on('error', () => {});
    const answered = once(asked.end(), 'response').then(() => 'answered');
    answered.catch(() => {});
    expect(await Promise.race([asks.promise, answered])).toBeUndefined();
    asked.destroy();
    await ended.promise;
  });

  test('of the relay ends what passes through it, and nobody listens any more', async () => {
    const [asks, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using upstream = await startUpstream((_request, response) => {
      response.once('close', ended.resolve);
      response.write('a word');
      asks.resolve();
    });
    const relay = await startFor(upstream.url);
    const headers = bearer(relay.password);
    const asked = send(relay, { path: chat, headers });
    asked.catch(() => {});
    expect(await Promise.race([asks.promise, asked])).toBeUndefined();
    await relay[Symbol.asyncDispose]();
    await ended.promise;
    await expect(asked).rejects.toThrow();
    await expect(send(relay, { path: chat, headers })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a proxy of the network', () => {
  test('is asked for the way to the provider, and never told the key', async () => {
    const said: string[] = [];
    const sockets: Socket[] = [];
    const proxy = createTcp((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.once('data', (bytes) => {
        said.push(String(bytes));
        socket.end('HTTP/1.1 502 Not today\r\n\r\n');
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { providers } = planRelay({}, { OPENAI_API_KEY: key }, []);
    await using relay = await startRelay(providers, { HTTPS_PROXY: url });
    const answer = await send(relay, { path: chat, headers: bearer(relay.password), body: '{}' });
    expect(answer.status).toBe(502);
    expect(said.join('')).toMatch(/^CONNECT api\.openai\.com:443 HTTP\/1\.1\r\n/);
    expect(said.join('')).not.toContain(key);
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });

  test('is left out where `NO_PROXY` says so', async () => {
    await using upstream = await startUpstream();
    const entry = { options: { baseURL: upstream.url, apiKey: key } };
    const { providers } = planRelay({ provider: { openai: entry } }, {}, []);
    const env = { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' };
    await using relay = await startRelay(providers, env);
    const answer = await send(relay, { path: chat, headers: bearer(relay.password), body: '{}' });
    expect(answer.status).toBe(200);
  });
});

/** Resolves once a figure has grown, and grows no more. */
async function untilStill(figure: () => number): Promise<void> {
  for (let last = 0; figure() === 0 || figure() !== last;) {
    last = figure();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
