/** A comment names an address in the runner's own network, or has GitHub's host redirect to one. */
import { expect, test } from '@jest/globals';
import { download } from '../../src/attachments/download.ts';
import { fetchAttachments } from '../../src/attachments/fetch.ts';
import { findAttachments } from '../../src/attachments/find.ts';
import { assetOn, serverAt, startHost } from '../attachments/host.ts';

const signal = AbortSignal.timeout(60_000);
const none = (): Promise<undefined> => Promise.resolve(undefined);

test('is not asked for anything, however it is written', async () => {
  await using inside = await startHost((_, response) => void response.end('internal'));
  const { host } = new URL(inside.origin);
  const path = new URL(assetOn(inside.origin)).pathname;
  const shown = [
    `![a](${assetOn(inside.origin)})`,
    `![b](//${host}${path})`,
    `![c](https://github.com@${host}${path})`,
    `![d](https://github.com\\@${host}${path})`,
    `<img src="http://github.com:x@${host}${path}">`,
    `![e](http://169.254.169.254${path})`,
    `![f](http://localhost:${new URL(inside.origin).port}${path})`,
    `![g](file:///etc/passwd)`,
  ].join('\n');
  const from = { kind: 'comment', id: 1, isTask: false, heading: 'comment', shown } as const;
  const server = serverAt('https://github.com');
  const found = findAttachments([from], server);
  expect(found).toEqual([]);
  const fetching = { server, token: 'secret', further: [] };
  await fetchAttachments(found, fetching, none, signal);
  expect(inside.asked).toEqual([]);
});

test.each([
  ['no redirect leads there', false],
  ['and would, if the host counted as one of GitHub’s', true],
])('%s', async (_, counts) => {
  await using inside = await startHost((_request, response) => void response.end('internal'));
  await using github = await startHost(
    (_request, response) => void response.writeHead(302, { location: `${inside.origin}/x` }).end(),
  );
  const further = counts ? [inside.origin] : [];
  const fetching = { server: serverAt(github.origin), token: undefined, further };
  const got = await download(assetOn(github.origin), fetching, signal);
  expect(inside.asked).toHaveLength(counts ? 1 : 0);
  expect('failed' in got).toBe(!counts);
});
