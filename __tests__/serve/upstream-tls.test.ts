/** `--upstream https://...`: a `serve` process that trusts two certificates, and what stands behind it. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse, request } from 'node:http';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { serve } from '../../src/serving.ts';
import { makeCertificate } from './certificate.ts';
import { type Command, startCommand } from './command.ts';
import { basic, eventually, secrets } from './setting.ts';

jest.setTimeout(120_000);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const headers = { authorization: `Bearer ${secrets.ci}` };
let folder: string;
let upstream: Server;
let origin: string;
let front: Command;
/** What it says to all but the question whether it is there. */
let answer: Answer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upstream-tls-'));
  makeCertificate(join(folder, 'own.crt'), join(folder, 'own.key'));
  makeCertificate(join(folder, 'elsewhere.crt'), join(folder, 'elsewhere.key'), '127.0.0.2');
  makeCertificate(join(folder, 'stranger.crt'), join(folder, 'stranger.key'));
  const trusted = ['own', 'elsewhere'].map((name) => readFileSync(join(folder, `${name}.crt`)));
  await writeFile(join(folder, 'trusted.pem'), Buffer.concat(trusted));
  upstream = createServer(pairOf('own'), (request, response) => {
    if (request.url === '/global/health') response.end('{"version":"1"}');
    else answer(request, response);
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  origin = `https://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  answer = (_request, response) => void response.end('upstream');
  front = await startCommand({
    home: join(folder, 'home'),
    args: ['--upstream', origin, '--max-body', '200', '--drain', '0'],
    env: {
      MENTION_LOOP_TOKEN: secrets.ci,
      MENTION_LOOP_UPSTREAM_PASSWORD: 'secret',
      NODE_EXTRA_CA_CERTS: join(folder, 'trusted.pem'),
    },
  });
}, 120_000);
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

function pairOf(name: string): { cert: Buffer; key: Buffer } {
  return {
    cert: readFileSync(join(folder, `${name}.crt`)),
    key: readFileSync(join(folder, `${name}.key`)),
  };
}

/** The path of the requests that a test is about: the front itself asks for others. */
const path = '/event';

function only(of: Answer): Answer {
  return (request, response) => {
    if (request.url === path || request.method === 'POST') of(request, response);
    else response.end();
  };
}

/** More than all buffers on the way hold together. */
const size = 128 * 1024 * 1024;

/** Writes so much, as fast as it is taken. */
function giveAll(sink: Writable, onGiven: (bytes: number) => void): void {
  const piece = Buffer.alloc(65_536, 'a');
  let left = size;
  const write = (): void => {
    while (left > 0) {
      left -= piece.length;
      onGiven(piece.length);
      if (!sink.write(piece)) return void sink.once('drain', write);
    }
    sink.end();
  };
  write();
}

/** A count that has not grown for a while: whoever makes it grow is held up, or done. */
async function settled(count: () => number): Promise<number> {
  await eventually(() => count() > 0);
  let before = -1;
  while (before !== count()) {
    before = count();
    await pause(1_000);
  }
  return before;
}

describe('through an upstream whose certificate is trusted', () => {
  test('a request and its answer pass, behind our own login', async () => {
    const seen: IncomingMessage[] = [];
    answer = only((request, response) => {
      seen.push(request);
      response.end('upstream');
    });
    for (let round = 0; round < 2; round += 1)
      expect(await (await fetch(front.url + path, { headers })).text()).toBe('upstream');
    expect(seen.map((request) => request.headers)).toMatchObject([
      { host: new URL(origin).host, authorization: basic },
      { host: new URL(origin).host, authorization: basic },
    ]);
  });

  test('a body is streamed, and whole', async () => {
    const hash = createHash('sha256');
    answer = only((request, response) => {
      request.on('data', (piece: Buffer) => hash.update(piece));
      request.on('end', () => response.end(hash.digest('hex')));
    });
    const body = randomBytes(5 * 1024 * 1024);
    const sent = await fetch(`${front.url}/session`, { method: 'POST', headers, body });
    expect(await sent.text()).toBe(createHash('sha256').update(body).digest('hex'));
  });

  test('a body is taken from the client no faster than it is read', async () => {
    let got = 0;
    let asked: IncomingMessage | undefined;
    answer = only((request, response) => {
      asked = request;
      request.once('data', (piece: Buffer) => {
        got += piece.length;
        request.pause();
      });
      request.on('end', () => response.end('whole'));
    });
    let given = 0;
    const client = request(`${front.url}/session`, { method: 'POST', headers });
    const answered = new Promise<IncomingMessage>((resolve) => client.on('response', resolve));
    giveAll(client, (bytes) => (given += bytes));
    await eventually(() => got > 0);
    expect(await settled(() => given)).toBeLessThan(size);
    asked?.on('data', (piece: Buffer) => (got += piece.length)).resume();
    expect((await answered).resume().statusCode).toBe(200);
    expect(got).toBe(size);
  });

  test('an answer is taken from there no faster than the client reads it', async () => {
    let given = 0;
    answer = only((_request, response) => giveAll(response, (bytes) => (given += bytes)));
    const client = request(front.url + path, { headers }).end();
    const reply = await new Promise<IncomingMessage>((resolve) => client.on('response', resolve));
    expect(await settled(() => given)).toBeLessThan(size);
    let got = 0;
    for await (const piece of reply) got += (piece as Buffer).length;
    expect(got).toBe(size);
  });

  test('each event comes at once, and the stream is closed there when the client is gone', async () => {
    const open: ServerResponse[] = [];
    let isGone = false;
    answer = only((_request, response) => {
      open.push(response);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      response.on('close', () => (isGone = true));
    });
    const gone = new AbortController();
    const stream = await fetch(front.url + path, { headers, signal: gone.signal });
    const reader = stream.body?.getReader();
    for (const event of ['data: 1\n\n', 'da', 'ta: 2\n\n']) {
      open[0]?.write(event);
      expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(event);
    }
    expect(isGone).toBe(false);
    gone.abort();
    await eventually(() => isGone);
  });
});

describe('a certificate that is not to be trusted is 502, and nothing is sent there', () => {
  test.each([
    ['of somebody else', 'stranger'],
    ['that is trusted, of another address', 'elsewhere'],
  ])('one %s', async (_what, name) => {
    let asked = 0;
    answer = only((_request, response) => {
      asked += 1;
      response.end('upstream');
    });
    // Over a connection of its own, as all that may change something.
    const ask = () => fetch(`${front.url}/session`, { method: 'POST', headers });
    upstream.setSecureContext(pairOf(name));
    try {
      const refused = await ask();
      expect(refused.status).toBe(502);
      expect(await refused.text()).toBe('OpenCode does not answer\n');
      expect(asked).toBe(0);
    } finally {
      upstream.setSecureContext(pairOf('own'));
    }
    expect((await ask()).status).toBe(200);
    expect(asked).toBe(1);
  });

  test('and at the start it is refused: status 2, and one line that says why', async () => {
    const told: string[] = [];
    const status = await serve(['--listen', '127.0.0.1:0', '--upstream', origin], {
      env: { MENTION_LOOP_TOKEN: secrets.ci },
      out: () => {},
      tell: (message) => told.push(message),
      stop: new AbortController().signal,
      hurry: new AbortController().signal,
      onRenew: () => {},
    });
    expect(status).toBe(2);
    expect(told).toEqual([
      expect.stringMatching(/^--upstream is "https:.*self-signed certificate.*; expected .*\.$/),
    ]);
    expect(told[0]).not.toContain('\n');
  });
});
