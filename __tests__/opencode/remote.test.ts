import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { type OpenCodeServer, startOpenCode } from '../../playground/opencode.ts';
import { attachRemote } from '../../src/opencode/remote.ts';
import { sendJson, startFake } from './fake.ts';

jest.setTimeout(300_000);

const signal = AbortSignal.timeout(300_000);
let root = '';
let server: OpenCodeServer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'remote-'));
  const home = await mkdtemp(join(root, 'home-'));
  server = await startOpenCode({ config: {}, directory: root, home, password: 'pass word' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

function basic(password: string): Record<string, string> {
  return { authorization: `Basic ${btoa(`opencode:${password}`)}` };
}

describe("somebody else's server", () => {
  test('is attached to once it answered, let us in and has the directory', async () => {
    const headers = basic('pass word');
    const attached = await attachRemote({ url: server.url, headers, directory: root, signal });
    expect(attached).toMatchObject({ url: server.url, headers, directory: root, pid: undefined });
    expect(attached.version).toMatch(/^\d+\.\d+\.\d+/);
    await attached[Symbol.asyncDispose]();
    expect(server.process.exitCode).toBeNull();
  });

  test.each([
    ['a wrong password', basic('no')],
    ['no password', {}],
    ['a token', { authorization: 'Bearer x' }],
  ])('refuses %s', async (_name, headers) => {
    const attaching = attachRemote({ url: server.url, headers, directory: root, signal });
    await expect(attaching).rejects.toMatchObject({ reason: 'server-unauthorized' });
  });

  test('has to have the directory', async () => {
    const directory = join(root, 'nowhere');
    const headers = basic('pass word');
    await expect(
      attachRemote({ url: server.url, headers, directory, signal }),
    ).rejects.toMatchObject({
      reason: 'directory-not-found',
      message: expect.stringContaining(directory),
      hint: expect.stringContaining('`server-directory`'),
    });
  });

  test('has to be OpenCode', async () => {
    await using page = await startFake((_seen, response) => void response.end('<html></html>'));
    await using other = await startFake((_seen, response) => sendJson(response, { status: 'ok' }));
    for (const { address } of [page, other]) {
      const attaching = attachRemote({ ...address, directory: '/x', signal });
      await expect(attaching).rejects.toMatchObject({ reason: 'server-unreachable' });
    }
  });

  test('gets no credentials at an address that it redirects to', async () => {
    await using elsewhere = await startFake((_seen, response) =>
      sendJson(response, { version: '1' }),
    );
    const location = `${elsewhere.address.url}/global/health`;
    await using fake = await startFake(
      (_seen, response) => void response.writeHead(307, { location }).end(),
    );
    const attaching = attachRemote({ ...fake.address, directory: '/x', signal });
    await expect(attaching).rejects.toMatchObject({ reason: 'server-unreachable' });
    expect(elsewhere.seen).toEqual([]);
  });

  test('that is down is unreachable', async () => {
    const fake = await startFake(() => undefined);
    await fake[Symbol.asyncDispose]();
    const attaching = attachRemote({ ...fake.address, directory: '/x', signal });
    await expect(attaching).rejects.toMatchObject({
      reason: 'server-unreachable',
      retryable: true,
    });
  });
});
