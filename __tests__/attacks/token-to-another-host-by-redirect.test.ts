/** Where GitHub's server sends us on to a host of files, the token must not come along. */
import { expect, test } from '@jest/globals';
import { download } from '../../src/attachments/download.ts';
import { assetOn, serverAt, startHost } from '../attachments/host.ts';

const signal = AbortSignal.timeout(60_000);

test('the host of files gets no token, though the server did', async () => {
  await using files = await startHost((_, response) => void response.end('a text'));
  await using github = await startHost(
    (_, response) => void response.writeHead(302, { location: assetOn(files.origin) }).end(),
  );
  const fetching = { server: serverAt(github.origin), token: 'secret', further: [files.origin] };
  const got = await download(assetOn(github.origin), fetching, signal);
  expect('content' in got).toBe(true);
  expect(github.asked.map(({ authorization }) => authorization)).toEqual(['token secret']);
  expect(files.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test('nor does any other page of the server’s, to which an attachment leads', async () => {
  await using github = await startHost((request, response) => {
    if (request.url?.startsWith('/user-attachments/'))
      return void response.writeHead(302, { location: '/api/v3/user/keys' }).end();
    response.end(`answered to ${request.headers.authorization}`);
  });
  const fetching = { server: serverAt(github.origin), token: 'secret', further: [] };
  await download(assetOn(github.origin), fetching, signal);
  expect(github.asked.map(({ authorization }) => authorization)).toEqual([
    'token secret',
    undefined,
  ]);
});
