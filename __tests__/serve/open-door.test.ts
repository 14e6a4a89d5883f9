import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { serve } from '../../src/serving.ts';
import { makeCertificate } from './certificate.ts';
import { type Scene, openScene, secrets } from './setting.ts';

let folder: string;
let upstream: Scene;
let pair: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-door-'));
  pair = ['--tls-cert', join(folder, 'own.crt'), '--tls-key', join(folder, 'own.key')];
  makeCertificate(join(folder, 'own.crt'), join(folder, 'own.key'));
  upstream = await openScene({
    answer: (_seen, response) => void response.end('{"version":"1"}'),
  });
});
afterAll(async () => {
  await upstream[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** All that is told from the start until it listens. */
async function toldOf(listen: string, ...more: readonly string[]): Promise<string[]> {
  const told: string[] = [];
  const stop = new AbortController();
  const place = ['--listen', listen];
  const behind = ['--upstream', upstream.setting.upstream.place()?.url.origin ?? ''];
  const status = await serve([...place, ...behind, ...more], {
    env: { MENTION_LOOP_TOKEN: secrets.ci, MENTION_LOOP_UPSTREAM_PASSWORD: 'secret' },
    out: () => {},
    tell: (message) => {
      told.push(message);
      if (message.startsWith('Listening')) stop.abort(new Error('SIGTERM'));
    },
    stop: stop.signal,
    hurry: AbortSignal.abort(),
    onRenew: () => {},
  });
  expect(status).toBe(0);
  return told;
}

const hasIPv6 = await new Promise<boolean>((resolve) => {
  const server = createServer().on('error', () => resolve(false));
  server.listen(0, '::1', () => server.close(() => resolve(true)));
});
if (!hasIPv6)
  test('this machine has no IPv6: its addresses are not part of these tests', () => {
    expect(hasIPv6).toBe(false);
  });

describe('without TLS, an address that others reach is warned of, in one line', () => {
  test.each([['0.0.0.0'], ...(hasIPv6 ? [['::']] : [])])('%s', async (host) => {
    expect(await toldOf(host === '::' ? '[::]:0' : `${host}:0`)).toEqual([
      `Warning: --listen ${host} is open to the network without TLS: tokens can be read on the way.`,
      expect.stringMatching(/^Listening on .*:\d+\.$/),
    ]);
  });
});

describe('nothing is warned of', () => {
  const listening = [expect.stringMatching(/^Listening on .*:\d+\.$/)];

  test.each(['127.0.0.1:0', 'localhost:0', ...(hasIPv6 ? ['[::1]:0'] : [])])(
    'at %s, which is loopback',
    async (listen) => {
      expect(await toldOf(listen)).toEqual(listening);
    },
  );

  test('at 0.0.0.0 with TLS', async () => {
    expect(await toldOf('0.0.0.0:0', ...pair)).toEqual(listening);
  });
});
