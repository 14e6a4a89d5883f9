import { describe, expect, test } from '@jest/globals';

import { refusalsWaiting } from '../../src/serve/limits.ts';
import { asks, bearer, openScene, raw, secrets, statusOf, tokensOf } from './setting.ts';

/** What every stranger reads, but for its date. */
function undated(answer: string): string {
  return answer.replace(/\r\nDate: [^\r]+/, '');
}

const strangers: readonly (readonly [string, string[]])[] = [
  ['no token', []],
  ['a wrong token', [`Authorization: Bearer ${secrets.ci}x`]],
  ['a token that is only the beginning of one', ['Authorization: Bearer ci-0123']],
  ['another scheme', [`Authorization: Basic ${secrets.ci}`]],
  ['two tokens', [bearer, bearer]],
  ['a token in another header', [`X-Authorization: Bearer ${secrets.ci}`]],
];

describe('a stranger reads the same', () => {
  test('whatever is wrong with his token, and whatever he asks for', async () => {
    const delays = { refuse: () => 0, size: 0 };
    await using scene = await openScene({ setting: { delays } });
    const lines = [
      'GET /session HTTP/1.1',
      'GET /nothing HTTP/1.1',
      'POST /session/ses_1/shell HTTP/1.1',
      'GET /session/../doc HTTP/1.1',
      'GET /%zz HTTP/1.1',
      'GET http://other/session HTTP/1.1',
      'GET /metrics HTTP/1.1',
      'TRACE /session HTTP/1.1',
      'OPTIONS * HTTP/1.1',
    ];
    const answers = new Set<string>();
    for (const [, headers] of strangers) answers.add(await ask(scene.port, lines[0], headers));
    for (const line of lines) answers.add(await ask(scene.port, line, []));
    for (const header of ['Upgrade: websocket', 'Expect: 200-ok', 'Host: b'])
      answers.add(await ask(scene.port, 'POST /session HTTP/1.1', [header]));
    scene.setting.isDraining = true;
    answers.add(await ask(scene.port, lines[0], []));
    expect([...answers]).toHaveLength(1);
    expect([...answers][0]).toMatch(/^HTTP\/1\.1 401 [^]*\r\nwww-authenticate: Bearer\r\n/);
    expect([...answers][0]).toMatch(/\r\n\r\nunauthorized\n$/);
    expect(scene.seen).toEqual([]);
  }, 60_000);

  test('of HEAD too, which has no body', async () => {
    await using scene = await openScene();
    const head = await raw(scene.port, asks('HEAD /session HTTP/1.1'));
    const get = await raw(scene.port, asks('GET /session HTTP/1.1'));
    expect(undated(head)).toBe(undated(get).slice(0, -'unauthorized\n'.length));
    expect(statusOf(await raw(scene.port, asks('HEAD /session HTTP/1.1', bearer)))).toBe(403);
  });

  test('or nothing where too many of them wait for it already', async () => {
    await using scene = await openScene({ setting: { waiting: refusalsWaiting } });
    for (const header of ['X-Nothing: a', 'Content-Length: 0', 'Content-Length: 9'])
      expect(await raw(scene.port, asks('POST /session HTTP/1.1', header))).toBe('');
    expect(scene.setting.waiting).toBe(refusalsWaiting);
  });

  test('before his body is read', async () => {
    await using scene = await openScene();
    const head = asks('POST /session HTTP/1.1', 'Content-Length: 1000000');
    expect(statusOf(await raw(scene.port, head))).toBe(401);
    expect(
      await raw(
        scene.port,
        asks('POST /session HTTP/1.1', 'Content-Length: 9', 'Expect: 100-continue'),
      ),
    ).not.toContain('100 Continue');
  });

  test('and nothing that he pipelined is answered', async () => {
    await using scene = await openScene();
    const two = `GET /session HTTP/1.1\r\nHost: a\r\n\r\nGET /session HTTP/1.1\r\nHost: a\r\n${bearer}\r\n\r\n`;
    const answer = await raw(scene.port, two);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

test('a token lets in', async () => {
  await using scene = await openScene();
  const answer = await raw(scene.port, asks('GET /session HTTP/1.1', bearer));
  expect(statusOf(answer)).toBe(200);
  expect(scene.seen).toHaveLength(1);
});

test('a right token is not delayed by the refusals of its address', async () => {
  const waits: number[] = [];
  const delays = { refuse: () => (waits.push(0), 3_600_000), size: 0 };
  await using scene = await openScene({ setting: { delays } });
  const waiting = raw(scene.port, asks('GET /session HTTP/1.1'));
  while (waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(statusOf(await raw(scene.port, asks('GET /session HTTP/1.1', bearer)))).toBe(200);
  await scene.front[Symbol.asyncDispose]();
  expect(await waiting).toBe('');
});

describe('the open endpoints', () => {
  test('/healthz says that the front is alive', async () => {
    await using scene = await openScene();
    expect(await raw(scene.port, asks('GET /healthz HTTP/1.1'))).toMatch(/200[^]*alive\n$/);
    expect(scene.seen).toEqual([]);
  });

  test('/readyz says whether OpenCode answers, and asks it once however many ask', async () => {
    await using scene = await openScene({
      answer: (_seen, response) => void response.end('{"version":"1.18.33"}'),
    });
    const all = await Promise.all(
      Array.from({ length: 20 }, () => raw(scene.port, asks('GET /readyz HTTP/1.1'))),
    );
    expect(new Set(all.map(statusOf))).toEqual(new Set([200]));
    expect(scene.seen).toHaveLength(1);
  });

  test('/readyz says so where OpenCode is gone', async () => {
    await using scene = await openScene({ setting: { isReady: () => Promise.resolve(false) } });
    expect(statusOf(await raw(scene.port, asks('GET /readyz HTTP/1.1')))).toBe(503);
    expect(statusOf(await raw(scene.port, asks('GET /healthz HTTP/1.1')))).toBe(200);
  });

  test.each(['POST /healthz', 'GET /healthz?x', 'GET /healthz/', 'GET /metrics'])(
    '%s is none of them',
    async (line) => {
      await using scene = await openScene();
      expect(statusOf(await raw(scene.port, asks(`${line} HTTP/1.1`)))).toBe(401);
    },
  );
});

describe('rotation', () => {
  test('a new token counts, the old one does not, and what it had open is cut', async () => {
    await using scene = await openScene({
      answer: (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: 1\n\n');
      },
    });
    const stream = (token: string) =>
      fetch(`${scene.url}/event`, { headers: { authorization: `Bearer ${token}` } });
    const [ci, laptop] = await Promise.all([stream(secrets.ci), stream(secrets.laptop)]);
    const reader = laptop.body?.getReader();
    await reader?.read();
    const next = 'next-0123456789abcdef0123456789abcdef';
    scene.front.renew({
      tokens: tokensOf(`laptop ${secrets.laptop}\nnext ${next}`),
      pair: undefined,
    });
    await expect(ci.text()).rejects.toThrow();
    expect((await stream(secrets.ci)).status).toBe(401);
    expect((await stream(next)).status).toBe(200);
    expect(scene.setting.open.size).toBe(2);
    await reader?.cancel();
  });
});

async function ask(port: number, line: string | undefined, headers: string[]): Promise<string> {
  return undated(await raw(port, asks(line ?? '', ...headers)));
}
