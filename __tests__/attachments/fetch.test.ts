import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Attachment } from '../../src/attachments/attachment.ts';
import { download } from '../../src/attachments/download.ts';
import { fetchAttachments } from '../../src/attachments/fetch.ts';
import { findAttachments } from '../../src/attachments/find.ts';
import { findSigned } from '../../src/attachments/signed.ts';
import {
  attachmentBytes,
  attachmentRedirects,
  attachmentsFetchMs,
} from '../../src/limits/attachments.ts';
import { assetOn, serverAt, startHost } from './host.ts';
import { images } from './samples.ts';

const signal = AbortSignal.timeout(60_000);

function attachmentsOn(origin: string, count: number, isTask = false): Attachment[] {
  const shown = Array.from(
    { length: count },
    (_, n) => `${origin}/user-attachments/files/${n}/a.log`,
  );
  const from = {
    kind: 'comment',
    id: 1,
    isTask,
    heading: 'comment',
    shown: shown.join(' '),
  } as const;
  return findAttachments([from], serverAt(origin));
}

const none = (): Promise<undefined> => Promise.resolve(undefined);

describe('a file', () => {
  test('is fetched with the token, over redirects on the server', async () => {
    await using host = await startHost((request, response) => {
      const isFirst = request.url === new URL(assetOn('http://x')).pathname;
      if (isFirst) response.writeHead(302, { location: '/storage/signed?x=1' }).end();
      else response.end(images.png);
    });
    const fetching = { server: serverAt(host.origin), token: 'secret', further: [] };
    const got = await download(assetOn(host.origin), fetching, signal);
    expect('content' in got && Buffer.from(got.content)).toEqual(images.png);
    // The signed place needs none, and is no attachment's own address.
    expect(host.asked.map(({ authorization }) => authorization)).toEqual([
      'token secret',
      undefined,
    ]);
  });

  test.each([
    ['404', (status: number) => ({ status })],
    ['401', (status: number) => ({ status })],
    ['500', (status: number) => ({ status })],
  ])('that comes with %s is none', async (status) => {
    await using host = await startHost(
      (_, response) => void response.writeHead(Number(status)).end('x'),
    );
    const fetching = { server: serverAt(host.origin), token: undefined, further: [] };
    const failed = status === '500' ? 'unavailable' : 'missing';
    expect(await download(assetOn(host.origin), fetching, signal)).toEqual({ failed });
  });

  test('behind a page to sign in is missing', async () => {
    await using host = await startHost(
      (_, response) => void response.writeHead(302, { location: '/login?return_to=x' }).end(),
    );
    const fetching = { server: serverAt(host.origin), token: undefined, further: [] };
    expect(await download(assetOn(host.origin), fetching, signal)).toEqual({ failed: 'missing' });
    expect(host.asked).toHaveLength(1);
  });

  test('that is sent round and round is given up', async () => {
    await using host = await startHost(
      (request, response) => void response.writeHead(302, { location: request.url ?? '' }).end(),
    );
    const fetching = { server: serverAt(host.origin), token: undefined, further: [] };
    expect(await download(assetOn(host.origin), fetching, signal)).toEqual({ failed: 'elsewhere' });
    expect(host.asked).toHaveLength(attachmentRedirects + 1);
  });
});

describe('files', () => {
  test('of more bytes than all may have: the newest are kept', async () => {
    await using host = await startHost(
      (_, response) => void response.end('x'.repeat(attachmentBytes)),
    );
    const fetching = { server: serverAt(host.origin), token: undefined, further: [] };
    const fetched = await fetchAttachments(attachmentsOn(host.origin, 4), fetching, none, signal);
    expect(fetched.map(({ leftOut }) => leftOut)).toEqual([
      'all are larger than 15 MiB together',
      undefined,
      undefined,
      undefined,
    ]);
    expect(fetched[0]?.file).toBeUndefined();
  });

  test('one that fails leaves the others alone', async () => {
    await using host = await startHost((request, response) => {
      if (request.url?.includes('/1/')) return void response.destroy();
      response.end('fine');
    });
    const fetching = { server: serverAt(host.origin), token: undefined, further: [] };
    const fetched = await fetchAttachments(attachmentsOn(host.origin, 3), fetching, none, signal);
    expect(fetched.map(({ leftOut }) => leftOut)).toEqual([
      undefined,
      'it could not be fetched',
      undefined,
    ]);
  });

  describe('that take their time', () => {
    afterEach(() => {
      jest.restoreAllMocks();
    });

    test.each<[string, (response: ServerResponse) => void]>([
      ['does not answer', () => undefined],
      ['stops in the middle', (response) => void response.write('half of it')],
    ])('one that %s is left out in the end, and holds no other up', async (_, answer) => {
      const real = AbortSignal.timeout.bind(AbortSignal);
      const timeout = jest.spyOn(AbortSignal, 'timeout');
      timeout.mockImplementation((ms) => real(ms === attachmentsFetchMs ? 1_000 : ms));
      await using host = await startHost((request, response) => {
        if (request.url?.includes('/1/')) return answer(response);
        response.end('fine');
      });
      const fetching = { server: serverAt(host.origin), token: undefined, further: [] };
      const fetched = await fetchAttachments(attachmentsOn(host.origin, 3), fetching, none, signal);
      expect(fetched.map(({ leftOut }) => leftOut)).toEqual([
        undefined,
        'it did not come within 15 s',
        undefined,
      ]);
    });
  });

  test('nothing waits on after the run was stopped', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const run = new AbortController();
    const reason = new Error('stopped');
    const origin = `http://127.0.0.1:${port}`;
    const fetching = { server: serverAt(origin), token: undefined, further: [] };
    const fetched = fetchAttachments(attachmentsOn(origin, 1), fetching, none, run.signal);
    run.abort(reason);
    await expect(fetched).rejects.toBe(reason);
    server.close();
  });
});

test('a signed address is known by the image’s id, on GitHub’s own hosts alone', () => {
  const id = '0a1b2c3d-0123-4567-89ab-0123456789ab';
  const server = serverAt('https://github.com');
  const at = (host: string, query = '?jwt=a&amp;b=c') =>
    `<img src="https://${host}/1/2-${id}.png${query}">`;
  const find = (html: string) => findSigned(html, id, { server, further: [] });
  const good = at('private-user-images.githubusercontent.com');
  expect(find(`<p>${at('evil.test')}${good}`)).toBe(
    `https://private-user-images.githubusercontent.com/1/2-${id}.png?jwt=a&b=c`,
  );
  expect(find(at('evil.test'))).toBeUndefined();
  expect(find(at('github.com', ''))).toBeUndefined();
  expect(find(good.replace('0a1b', 'ffff'))).toBeUndefined();
});
