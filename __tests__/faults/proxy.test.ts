import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { createResponseDecoder } from '../../faults/support/chunked.ts';
import { startProxy } from '../../faults/support/proxy.ts';
import type { StreamFault } from '../../faults/support/relay.ts';
import { createRandom } from '../../faults/support/random.ts';

const frames = Array.from({ length: 40 }, (_, index) => `data: {"number":${index}}\n\n`);
const body = frames.join('');
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/other') return response.end('other');
    for (const frame of frames) response.write(frame);
    return response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What came of the event stream's response, and how it ended. */
async function read(
  faults: StreamFault[],
  pieceBytes?: () => number,
): Promise<{ bytes: Buffer; body: string; isComplete: boolean; end: string; struck: number }> {
  const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using proxy = await startProxy({ upstream, faults, pieceBytes, outageMs: 0 });
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  socket.write('GET /event?directory=x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  const end = await new Promise<string>((resolve) => {
    socket.on('error', (error) => resolve(error.message)).on('end', () => resolve('FIN'));
    if (faults[0]?.kind === 'silence') setTimeout(() => resolve('open'), 300);
  });
  socket.destroy();
  const bytes = Buffer.concat(pieces);
  let isComplete = false;
  let text = '';
  const decode = createResponseDecoder(
    () => {},
    (data) => {
      isComplete = data.length === 0;
      text += data.toString('utf8');
    },
  );
  decode(bytes);
  return { bytes, body: text, isComplete, end, struck: proxy.struck };
}

describe('the proxy of the fault suite', () => {
  test('passes a stream on, whole or in pieces', async () => {
    const random = createRandom('pieces');
    for (const pieceBytes of [undefined, () => random.between(1, 9)]) {
      const came = await read([], pieceBytes);
      expect(came).toMatchObject({ body, isComplete: true, end: 'FIN', struck: 0 });
    }
  });

  test.each([0, 1, 17, 150, 400, 777])(
    'breaks the connection at byte %s, the head included',
    async (atByte) => {
      const cut = await read([{ kind: 'cut', atByte }]);
      expect(cut).toMatchObject({ isComplete: false, end: 'FIN', struck: 1 });
      expect(cut.bytes).toHaveLength(atByte);
      const silent = await read([{ kind: 'silence', atByte }]);
      expect(silent).toMatchObject({ isComplete: false, end: 'open', struck: 1 });
      expect(silent.bytes).toHaveLength(atByte);
      const reset = await read([{ kind: 'reset', atByte }]);
      expect(reset).toMatchObject({ isComplete: false, end: 'read ECONNRESET', struck: 1 });
    },
  );

  test.each([0, 300, 333, 500])(
    'ends a body properly, in a frame and between two (%s)',
    async (atByte) => {
      const inside = await read([{ kind: 'end', atByte }]);
      expect(inside).toMatchObject({ isComplete: true, end: 'FIN', struck: 1 });
      expect(body.startsWith(inside.body)).toBe(true);
      expect(inside.body.length).toBeLessThan(body.length);
      const between = await read([{ kind: 'end between frames', atByte }]);
      expect(between).toMatchObject({ isComplete: true, end: 'FIN', struck: 1 });
      expect(between.body).toMatch(/^(data: \{"number":\d+\}\n\n)*$/);
      expect(between.body.length).toBeLessThan(body.length);
    },
  );

  test('puts garbage in, and goes on', async () => {
    const garbage = Buffer.from('<html>');
    const came = await read([{ kind: 'garbage', atByte: 500, garbage }]);
    expect(came).toMatchObject({ isComplete: true, end: 'FIN', struck: 1 });
    expect(came.body.replace('<html>', '')).toBe(body);
  });
});
