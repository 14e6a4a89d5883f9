import type { ServerResponse } from 'node:http';

import { describe, expect, jest, test } from '@jest/globals';

import { ActionError } from '../../src/errors.ts';
import type { ServerEvent } from '../../src/opencode/events.ts';
import { openStream } from '../../src/opencode/stream.ts';
import { type Fake, startFake } from './fake.ts';

jest.setTimeout(300_000);

const signal = AbortSignal.timeout(60_000);

function frame(type: string, properties: unknown = {}): string {
  return `data: ${JSON.stringify({ id: 'evt', type, properties })}\n\n`;
}

const hello = frame('server.connected');
const busy = frame('session.status', { sessionID: 's', status: { type: 'busy' } });

function startStream(write: (response: ServerResponse) => void): Promise<Fake> {
  return startFake((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    write(response);
  });
}

/** All events up to the end, and the reason of the error that they ended with. */
async function drain(stream: AsyncIterable<ServerEvent>): Promise<(string | undefined)[]> {
  const all: (string | undefined)[] = [];
  try {
    for await (const event of stream) all.push(event.type);
    return [...all, 'end'];
  } catch (error) {
    return [...all, error instanceof ActionError ? error.reason : String(error)];
  }
}

describe('the event stream', () => {
  test('is asked for with the directory and the credentials', async () => {
    await using fake = await startStream((response) => response.end(hello));
    expect(await drain(await openStream(fake.address, signal))).toEqual(['end']);
    expect(fake.seen[0]?.url).toBe('/event?directory=%2Frepo');
    expect(fake.seen[0]?.headers.authorization).toBe('Bearer x');
  });

  test('ends with the connection, an incomplete event left out', async () => {
    await using fake = await startStream((response) => response.end(`${hello}${busy}data: {"ty`));
    expect(await drain(await openStream(fake.address, signal))).toEqual(['busy', 'end']);
  });

  test('is whole wherever its bytes are cut, within a character too', async () => {
    const text = 'שלום 👩‍👩‍👧';
    const ids = { sessionID: 's', messageID: 'm', partID: 'p', field: 'text' };
    const bytes = Buffer.from(hello + frame('message.part.delta', { ...ids, delta: text }));
    await using fake = await startStream((response) => {
      const cut = fake.seen.length;
      response.write(bytes.subarray(0, cut));
      setTimeout(() => response.end(bytes.subarray(cut)), 2);
    });
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const events: ServerEvent[] = [];
      for await (const event of await openStream(fake.address, signal)) events.push(event);
      expect(events).toEqual([
        { type: 'delta', sessionId: 's', messageId: 'm', partId: 'p', text },
      ]);
    }
  });

  test('throws on a reset, after what came before it', async () => {
    await using fake = await startStream((response) => {
      response.write(hello + busy);
      setTimeout(() => response.socket?.resetAndDestroy(), 50);
    });
    expect(await drain(await openStream(fake.address, signal))).toEqual(['busy', 'stream-ended']);
  });

  test.each([
    ['what is no JSON', 'data: {"type"\n\n'],
    ['what is no event', 'data: 17\n\n'],
    ['a page', '<html>\n\n'],
    ['what is no UTF-8', Buffer.concat([Buffer.from('data: "'), Buffer.from([0xff, 0xc0])])],
  ])('throws on %s, after what came before it', async (_name, garbage) => {
    await using fake = await startStream((response) => {
      response.write(hello + busy);
      setTimeout(() => response.write(garbage), 20);
    });
    expect(await drain(await openStream(fake.address, signal))).toEqual(['busy', 'stream-ended']);
  });

  test.each([1, 20, 60])('is whole with an event of %s MB in many pieces', async (megabytes) => {
    const ids = { sessionID: 's', messageID: 'm', partID: 'p', field: 'text' };
    const text = '0123456789abcdé\n'.repeat((megabytes * 1_000_000) / 18);
    await using fake = await startStream((response) => {
      response.end(hello + frame('message.part.delta', { ...ids, delta: text }) + busy);
    });
    const events: ServerEvent[] = [];
    for await (const event of await openStream(fake.address, signal)) events.push(event);
    expect(events.map(({ type }) => type)).toEqual(['delta', 'busy']);
    expect(events[0]?.type === 'delta' && events[0].text === text).toBe(true);
  });

  test('throws on an event that is longer than is read, and keeps what came before it', async () => {
    const piece = 'x'.repeat(1_000_000);
    await using fake = await startStream((response) => {
      response.write(`${hello}${busy}data: `);
      const more = (): void => {
        while (response.write(piece));
      };
      response.on('drain', more).on('error', () => {});
      more();
    });
    const reason = 'stream-ended';
    expect(await drain(await openStream(fake.address, signal))).toEqual(['busy', reason]);
  });

  test('throws on silence', async () => {
    await using fake = await startStream((response) => response.write(hello + busy));
    const stream = await openStream(fake.address, signal, 100);
    expect(await drain(stream)).toEqual(['busy', 'stream-ended']);
  });

  test('takes heartbeats for a sign of life, and a slow reader for no silence', async () => {
    await using fake = await startStream((response) => {
      response.write(hello);
      let beats = 0;
      const timer = setInterval(() => {
        response.write(frame('server.heartbeat'));
        beats += 1;
        if (beats < 8) return;
        clearInterval(timer);
        response.end(busy);
      }, 50);
    });
    const stream = await openStream(fake.address, signal, 2_000);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await drain(stream)).slice(-2)).toEqual(['busy', 'end']);
  });

  test('is closed when its loop is left, at once, though the server says nothing', async () => {
    const closed = Promise.withResolvers<void>();
    await using fake = await startStream((response) => {
      response.once('close', closed.resolve);
      response.write(hello + busy);
    });
    for await (const event of await openStream(fake.address, signal)) {
      expect(event.type).toBe('busy');
      break;
    }
    await closed.promise;
  });

  test('can be ended while somebody waits for its next event', async () => {
    await using fake = await startStream((response) => response.write(hello));
    const stream = (await openStream(fake.address, signal))[Symbol.asyncIterator]();
    const waiting = stream.next();
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test("throws the signal's own reason", async () => {
    await using fake = await startStream((response) => response.write(hello));
    const stop = new AbortController();
    const stream = await openStream(fake.address, stop.signal);
    const reason = new ActionError('timeout', 'Over.');
    setTimeout(() => stop.abort(reason), 20);
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toBe(reason);
    await expect(openStream(fake.address, stop.signal)).rejects.toBe(reason);
  });
});

describe('connecting to the event stream', () => {
  test.each([
    [401, 'server-unauthorized'],
    [403, 'server-unauthorized'],
    [302, 'server-unreachable'],
    [502, 'server-unreachable'],
  ])('a status %s is %s', async (status, reason) => {
    await using fake = await startFake((_request, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    await expect(openStream(fake.address, signal)).rejects.toMatchObject({ reason });
    expect(fake.seen).toHaveLength(1);
  });

  test('what is no event stream is no OpenCode', async () => {
    await using fake = await startFake((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    });
    const opening = openStream(fake.address, signal);
    await expect(opening).rejects.toMatchObject({ reason: 'server-unreachable' });
  });

  test('a stream that ends or says something else first is broken', async () => {
    await using empty = await startStream((response) => response.end());
    await expect(openStream(empty.address, signal)).rejects.toMatchObject({
      reason: 'stream-ended',
    });
    await using other = await startStream((response) => response.write(busy));
    await expect(openStream(other.address, signal)).rejects.toMatchObject({
      reason: 'stream-ended',
    });
  });
});
