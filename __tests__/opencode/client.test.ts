import { describe, expect, test } from '@jest/globals';

import { ActionError } from '../../src/errors.ts';
import { request, send } from '../../src/opencode/client.ts';
import { sendJson, startFake } from './fake.ts';

const signal = AbortSignal.timeout(60_000);
const call = { method: 'GET', path: '/agent' } as const;

describe('a request to OpenCode', () => {
  test('carries directory, credentials and body', async () => {
    await using fake = await startFake((_seen, response) => sendJson(response, { ok: true }));
    const post = { method: 'POST', path: '/session', body: { title: 'é' } } as const;
    expect(await request(fake.address, post, signal)).toEqual({ ok: true });
    expect(fake.seen[0]).toMatchObject({
      method: 'POST',
      url: '/session?directory=%2Frepo',
      body: '{"title":"é"}',
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    });
  });

  test('gives nothing for an empty answer', async () => {
    await using fake = await startFake((_seen, response) => void response.writeHead(204).end());
    expect(await request(fake.address, call, signal)).toBeUndefined();
  });

  test.each([
    [401, 'server-unauthorized', false],
    [403, 'server-unauthorized', false],
    [307, 'server-unreachable', false],
    [404, 'server-unreachable', false],
    [429, 'server-unreachable', true],
    [500, 'server-unreachable', true],
    [503, 'server-unreachable', true],
  ])('fails by the status %s alone', async (status, reason, retryable) => {
    await using fake = await startFake((_seen, response) => {
      response
        .writeHead(status, { location: 'http://127.0.0.1:9/' })
        .end('{"message":"Unauthorized"}');
    });
    await expect(request(fake.address, call, signal)).rejects.toMatchObject({ reason, retryable });
    expect(await send(fake.address, call, signal)).toBe(status);
  });

  test('never shows what it was sent or told', async () => {
    await using fake = await startFake((_seen, response) => sendJson(response, 'a body', 500));
    const error = await request(fake.address, call, signal).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ActionError);
    expect(String((error as ActionError).sentence)).not.toMatch(/Bearer|a body/);
  });

  test('tells what is no API', async () => {
    await using fake = await startFake((_seen, response) => void response.end('<!doctype html>'));
    await expect(request(fake.address, call, signal)).rejects.toMatchObject({
      reason: 'server-unreachable',
      message: expect.stringContaining("not OpenCode's API"),
    });
  });

  test('says that nobody answered, and why', async () => {
    const fake = await startFake(() => undefined);
    await fake[Symbol.asyncDispose]();
    await expect(request(fake.address, call, signal)).rejects.toMatchObject({
      reason: 'server-unreachable',
      retryable: true,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test("throws the signal's own reason", async () => {
    await using fake = await startFake(() => undefined);
    const stop = new AbortController();
    const reason = new ActionError('cancelled', 'Cancelled.');
    setTimeout(() => stop.abort(reason), 20);
    await expect(request(fake.address, call, stop.signal)).rejects.toBe(reason);
    await expect(request(fake.address, call, stop.signal)).rejects.toBe(reason);
  });
});
