import type { ServerResponse } from 'node:http';

import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { ActionError } from '../../src/errors.ts';
import { projectMs, requestMs } from '../../src/limits.ts';
import { request } from '../../src/opencode/client.ts';
import { attachRemote } from '../../src/opencode/remote.ts';
import { retry } from '../../src/opencode/retry.ts';
import { openSession } from '../../src/opencode/session.ts';
import { type Seen, sendJson, startFake } from './fake.ts';

jest.setTimeout(60_000);

const signal = AbortSignal.timeout(600_000);
const answers: Record<string, unknown> = {
  '/global/health': { version: '1.18.33' },
  '/file': [],
  '/agent': [{ name: 'build', mode: 'primary', permission: [] }],
  '/config/providers': { providers: [{ id: 'acme', models: { large: {} } }] },
  '/config': {},
  '/session': { id: 'ses_1' },
};

/** The path of a request, without its query. */
const pathOf = ({ url }: Seen): string => url.split('?')[0] ?? '';

/** Answers every path, but its first request as `fail` does. */
function failing(fail: (response: ServerResponse) => void) {
  const known = new Set<string>();
  return (seen: Seen, response: ServerResponse): void => {
    const path = pathOf(seen);
    if (known.has(path)) return sendJson(response, answers[path]);
    known.add(path);
    fail(response);
  };
}

describe('attaching and opening a session', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['that is answered 502', (response) => void response.writeHead(502).end('bad gateway')],
    ['that is reset', (response) => void response.destroy()],
  ])('get over a first call %s, wherever it is', async (_name, fail) => {
    await using fake = await startFake(failing(fail));
    const server = await attachRemote({ ...fake.address, directory: '/repo', signal });
    const model = { provider: 'acme', model: 'large' };
    const rest = { agent: undefined, variant: undefined, share: false, isLocal: false } as const;
    const options = { title: 'Test', model, permissionRequests: 'reject', ...rest } as const;
    const session = await openSession(server, { ...options, signal });
    expect(session.id).toBe('ses_1');
    const paths = fake.seen.map(pathOf).toSorted();
    const twice = Object.keys(answers).flatMap((path) => [path, path]);
    expect(paths).toEqual(twice.toSorted());
  });

  test('give up on a server that stays away, after some tries', async () => {
    await using fake = await startFake((_seen, response) => void response.writeHead(502).end());
    const attaching = attachRemote({ ...fake.address, directory: '/repo', signal });
    await expect(attaching).rejects.toMatchObject({ reason: 'server-unreachable' });
    expect(fake.seen.length).toBeGreaterThan(1);
    expect(fake.seen.length).toBeLessThanOrEqual(5);
  });

  test.each([401, 404])('do not ask again after %s', async (status) => {
    await using fake = await startFake((_seen, response) => void response.writeHead(status).end());
    const attaching = attachRemote({ ...fake.address, directory: '/repo', signal });
    await expect(attaching).rejects.toBeInstanceOf(ActionError);
    expect(fake.seen).toHaveLength(1);
  });

  test("stop between two tries with the signal's reason", async () => {
    const stop = new AbortController();
    const reason = new ActionError('cancelled', 'Cancelled.');
    let asked = 0;
    const asking = retry(() => {
      asked += 1;
      setTimeout(() => stop.abort(reason), 1);
      return Promise.reject(new ActionError('server-unreachable', 'No.', { retryable: true }));
    }, stop.signal);
    await expect(asking).rejects.toBe(reason);
    expect(asked).toBe(1);
  });
});

describe('patience', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('is longer with a call that loads the project, and its error says what may take long', async () => {
    const limits = jest
      .spyOn(AbortSignal, 'timeout')
      .mockImplementation(() => AbortSignal.abort(new DOMException('Late', 'TimeoutError')));
    const address = { url: 'http://127.0.0.1:9', headers: {}, directory: '/repo' };
    const { signal: never } = new AbortController();
    const ask = (call: object): Promise<unknown> =>
      request(address, { method: 'GET', path: '/agent', ...call }, never);
    await expect(ask({})).rejects.toMatchObject({ hint: expect.stringContaining('`server-url`') });
    await expect(ask({ loadsProject: true })).rejects.toMatchObject({
      message: expect.stringContaining('no answer within 120 s'),
      hint: expect.stringContaining('plugins'),
    });
    expect(limits.mock.calls).toEqual([[requestMs], [projectMs]]);
  });
});
