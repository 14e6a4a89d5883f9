import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from '@jest/globals';

import { readWorkingDiff } from '../../src/opencode/vcs.ts';
import { readRemotePatch } from '../../src/opencode/workspaces.ts';

const { signal } = new AbortController();

const troubles: [string, RequestListener][] = [
  ['is lost', (request) => request.socket.destroy()],
  [
    'breaks off',
    (request, response) => {
      response.writeHead(200, { 'mention-loop-tree': 'tree', 'content-length': 100 });
      response.write('diff', () => request.socket.destroy());
    },
  ],
  ['comes of a proxy', (_, response) => response.writeHead(502).end()],
];

const busy = [409, 429].map((status): [string, RequestListener] => [
  `is ${status}, for it is busy`,
  (_, response) => response.writeHead(status, { 'retry-after': '1' }).end(),
]);

test.each([...troubles, ...busy])(
  'what the agent changed in a workspace is asked for again where the answer %s',
  async (_, trouble) => {
    await using server = await answerFirst(trouble);
    const workspace = { key: 'issue-1', directory: '/work', tree: 'tree' };
    const patch = await readRemotePatch({ url: server.url, headers: {} }, workspace, 1_000, signal);
    expect(patch.toString()).toBe('the patch');
    expect(server.count()).toBe(2);
  },
);

test.each(troubles)(
  'what differs in a directory is asked for again where the answer %s',
  async (_, trouble) => {
    await using server = await answerFirst(trouble);
    const address = { url: server.url, headers: {}, directory: '/work' };
    expect(await readWorkingDiff(address, signal)).toBe('the patch');
  },
);

/** A server that has some trouble with the first request, and then answers. */
async function answerFirst(trouble: RequestListener) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    if (asked === 1) return trouble(request, response);
    response.writeHead(200, { 'mention-loop-tree': 'tree' }).end('the patch');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    count: () => asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
