/** A file that goes on for ever, or that a few bytes become very many of. */
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { download } from '../../src/attachments/download.ts';
import { readContent } from '../../src/attachments/content.ts';
import { attachmentBytes } from '../../src/limits/attachments.ts';
import { assetOn, serverAt, startHost } from '../attachments/host.ts';
import { pngOf } from '../attachments/samples.ts';

const signal = AbortSignal.timeout(60_000);
const megabyte = Buffer.alloc(1024 ** 2, 'x');

test.each([
  ['which does not say how long it is', {}],
  ['which says that it is short', { 'content-length': '10' }],
])('one %s is cut off where it is too large', async (_, headers) => {
  let written = 0;
  const isOver = Promise.withResolvers<void>();
  await using github = await startHost((_request, response) => {
    response.strictContentLength = false;
    response.writeHead(200, headers);
    const more = (): void => {
      if (response.destroyed) return isOver.resolve();
      written += megabyte.length;
      response.write(megabyte, () => setImmediate(more));
    };
    response.once('close', () => isOver.resolve());
    more();
  });
  const fetching = { server: serverAt(github.origin), token: undefined, further: [] };
  const got = await download(assetOn(github.origin), fetching, signal);
  // With a length, the client takes no more than that.
  if ('content' in got) expect(got.content).toHaveLength(10);
  else expect(got).toEqual({ failed: 'too-large' });
  await isOver.promise;
  // What is on its way in between, nobody has read.
  expect(written).toBeLessThan(attachmentBytes + 32 * 1024 ** 2);
});

test('what is compressed in transit is not unpacked', async () => {
  await using github = await startHost((_, response) => {
    const bomb = gzipSync(Buffer.alloc(1024 ** 2, 'x'));
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
  });
  const fetching = { server: serverAt(github.origin), token: undefined, further: [] };
  const got = await download(assetOn(github.origin), fetching, signal);
  expect(got).toEqual({ failed: 'unavailable' });
});

test('an image of a few bytes that claims millions of pixels is refused', () => {
  const small = pngOf(30_000, 30_000, 1);
  expect(small.length).toBeLessThan(1_000);
  expect(readContent(small, undefined)).toEqual({
    refused: 'it has 30000 x 30000 pixels, which is too many',
  });
});
