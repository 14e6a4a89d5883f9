import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { createWhereabouts } from '../../src/serve/session-directory.ts';
import { asks, bearer, openScene, raw, statusOf, type Scene } from './setting.ts';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'confine-')));
  root = join(folder, 'root');
  await mkdir(join(root, 'repo', 'inner'), { recursive: true });
  await mkdir(join(root, '100% äü'));
  await mkdir(join(folder, 'rooted'));
  await mkdir(join(folder, 'outside'));
  await writeFile(join(folder, 'outside', 'secret'), 'secret');
  await writeFile(join(root, 'repo', 'file'), 'file');
  await symlink(join(folder, 'outside'), join(root, 'way-out'));
  await symlink(join(folder, 'outside', 'secret'), join(root, 'repo', 'secret-link'));
  await symlink(root, join(folder, 'way-in'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function confined(directory: string | undefined = join(root, 'repo')): Promise<Scene> {
  return openScene({ setting: { bounds: { roots: [root], directory } } });
}

/** The directory that OpenCode would be asked for; the status where it would not. */
async function directoryOf(
  scene: Scene,
  query: string,
  ...headers: string[]
): Promise<string | number> {
  const answer = await raw(scene.port, asks(`GET /path${query} HTTP/1.1`, bearer, ...headers));
  if (statusOf(answer) !== 200) return statusOf(answer);
  const { url = '', headers: seen } = scene.seen.at(-1) ?? {};
  expect(seen).not.toHaveProperty('x-opencode-directory');
  const given = new URL(url, 'http://x').searchParams.getAll('directory');
  expect(given).toHaveLength(1);
  return decodeURIComponent(given[0] ?? '');
}

const encode = encodeURIComponent;

describe('a directory inside of the root passes, as what it really is', () => {
  test.each<[string, () => string, () => string[], () => string]>([
    ['in the query', () => `?directory=${encode(join(root, 'repo'))}`, () => [], () => 'repo'],
    [
      'in the header',
      () => '',
      () => [`x-opencode-directory: ${join(root, 'repo')}`],
      () => 'repo',
    ],
    [
      'encoded in the header',
      () => '',
      () => [`x-opencode-directory: ${encode(join(root, 'repo'))}`],
      () => 'repo',
    ],
    [
      'encoded twice in the query',
      () => `?directory=${encode(encode(join(root, 'repo')))}`,
      () => [],
      () => 'repo',
    ],
    [
      'in both',
      () => `?directory=${encode(root)}`,
      () => [`x-opencode-directory: ${root}`],
      () => '',
    ],
    ['nowhere: OpenCode’s own', () => '', () => [], () => 'repo'],
    [
      'through a symlink that leads in',
      () => `?directory=${encode(join(folder, 'way-in', 'repo'))}`,
      () => [],
      () => 'repo',
    ],
    [
      'with dots',
      () => `?directory=${encode(join(root, 'repo') + '/inner/..')}`,
      () => [],
      () => 'repo',
    ],
    ['relative to OpenCode’s own', () => '?directory=inner', () => [], () => 'repo/inner'],
    [
      'with a percent sign and letters beyond ASCII',
      () => `?directory=${encode(encode(join(root, '100% äü')))}`,
      () => [],
      () => '100% äü',
    ],
  ])('%s', async (_what, query, headers, expected) => {
    await using scene = await confined();
    expect(await directoryOf(scene, query(), ...headers())).toBe(join(root, expected()));
  });
});

describe('a directory outside of the root is refused', () => {
  test.each<[string, () => string, () => string[]]>([
    ['in the query', () => `?directory=${encode(join(folder, 'outside'))}`, () => []],
    [
      'in the query, its name encoded',
      () => `?dir%65ctory=${encode(join(folder, 'outside'))}`,
      () => [],
    ],
    [
      'in the query, encoded twice',
      () => `?directory=${encode(encode(join(folder, 'outside')))}`,
      () => [],
    ],
    ['in the header', () => '', () => [`x-opencode-directory: ${join(folder, 'outside')}`]],
    [
      'encoded in the header',
      () => '',
      () => [`x-opencode-directory: ${encode(join(folder, 'outside'))}`],
    ],
    [
      'in the header beside a good query',
      () => `?directory=${encode(root)}`,
      () => ['x-opencode-directory: /'],
    ],
    ['in a second query', () => `?directory=${encode(root)}&directory=%2F`, () => []],
    [
      'in a second header',
      () => '',
      () => [`x-opencode-directory: ${root}`, 'x-opencode-directory: /'],
    ],
    ['as a list', () => '?directory[]=/', () => []],
    ['as a location', () => '?location[directory]=/', () => []],
    ['as a scope over all of them', () => '?scope=project', () => []],
    ['as a workspace', () => '?workspace=wrk_1', () => []],
    ['above it', () => `?directory=${encode(folder)}`, () => []],
    ['whose name begins like the root’s', () => `?directory=${encode(`${root}ed`)}`, () => []],
    ['by dots', () => `?directory=${encode(`${root}/../outside`)}`, () => []],
    ['by relative dots', () => '?directory=..%2F..%2Foutside', () => []],
    ['by a symlink', () => `?directory=${encode(join(root, 'way-out'))}`, () => []],
    ['by a NUL', () => `?directory=${encode(root)}%00`, () => []],
    [
      'by two that differ, both inside',
      () => `?directory=${encode(root)}`,
      () => [`x-opencode-directory: ${join(root, 'repo')}`],
    ],
    ['that is not there', () => `?directory=${encode(join(folder, 'nothing'))}`, () => []],
  ])('%s', async (_what, query, headers) => {
    await using scene = await confined();
    expect(await directoryOf(scene, query(), ...headers())).toBe(403);
    expect(scene.seen).toEqual([]);
  });

  test('where it is OpenCode’s own, and none was given', async () => {
    await using scene = await confined(join(folder, 'outside'));
    expect(await directoryOf(scene, '')).toBe(403);
    expect(await directoryOf(scene, '?directory=')).toBe(403);
    await using unknown = await openScene({
      setting: { bounds: { roots: [root], directory: undefined } },
    });
    expect(await directoryOf(unknown, '')).toBe(403);
  });
});

test('a directory that is missing inside of the root is 404', async () => {
  await using scene = await confined();
  expect(await directoryOf(scene, `?directory=${encode(join(root, 'nothing'))}`)).toBe(404);
});

test('without a root every directory passes as it came', async () => {
  await using scene = await openScene();
  await raw(
    scene.port,
    asks('GET /path?directory=%2Fetc HTTP/1.1', bearer, 'x-opencode-directory: /'),
  );
  expect(scene.seen).toMatchObject([
    { url: '/path?directory=%2Fetc', headers: { 'x-opencode-directory': '/' } },
  ]);
});

describe('a path of a file', () => {
  test.each<[string, string, number]>([
    ['inside', 'file', 200],
    ['of something that is not there', 'nothing', 200],
    ['above', '../../outside/secret', 403],
    ['absolute', '/etc/hostname', 403],
    ['behind a symlink', 'secret-link', 403],
    ['second, above', 'file&path=../../outside/secret', 403],
  ])('%s: %s', async (_what, path, status) => {
    await using scene = await confined();
    for (const route of ['/file', '/file/content']) {
      const answer = await raw(scene.port, asks(`GET ${route}?path=${path} HTTP/1.1`, bearer));
      expect(statusOf(answer)).toBe(status);
    }
  });
});

/** Sends a prompt, and gives what OpenCode got of it; the status where it got nothing. */
async function prompt(scene: Scene, body: string, ...headers: string[]): Promise<unknown> {
  const type = headers.some((header) => /^content-type/i.test(header))
    ? []
    : ['Content-Type: application/json'];
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const line = 'POST /session/ses_1/prompt_async HTTP/1.1';
  const bytes = Buffer.from(body).toString('latin1');
  const answer = await raw(scene.port, asks(line, bearer, length, ...type, ...headers), bytes);
  return statusOf(answer) === 200 ? JSON.parse(scene.seen.at(-1)?.body ?? '') : statusOf(answer);
}

function withParts(...parts: unknown[]): string {
  return JSON.stringify({ parts });
}

function file(url: string, more: object = {}): object {
  return { type: 'file', mime: 'text/plain', url, ...more };
}

describe('a prompt', () => {
  test('with text, with pictures and with files inside of the root passes whole', async () => {
    await using scene = await confined();
    const inside = `${pathToFileURL(join(root, 'repo', 'file')).href}?start=1&end=2`;
    const parts = [
      { type: 'text', text: 'سلام @file' },
      file('data:text/plain;base64,YQ=='),
      file(inside),
    ];
    const body = { messageID: 'msg_1', parts, system: 'be kind' };
    expect(await prompt(scene, JSON.stringify(body))).toEqual(body);
  });

  test('has its files named by where they really are', async () => {
    await using scene = await confined();
    const link = pathToFileURL(join(folder, 'way-in', 'repo', 'file')).href;
    const real = pathToFileURL(join(root, 'repo', 'file')).href;
    expect(await prompt(scene, withParts(file(link)))).toEqual({ parts: [file(real)] });
  });

  test.each<[string, () => string]>([
    [
      'a file outside',
      () => withParts(file(pathToFileURL(join(folder, 'outside', 'secret')).href)),
    ],
    [
      'a file behind a symlink',
      () => withParts(file(pathToFileURL(join(root, 'repo', 'secret-link')).href)),
    ],
    ['a file by dots', () => withParts(file(`file://${root}/../outside/secret`))],
    ['a file by encoded dots', () => withParts(file(`file://${root}/%2e%2e/outside/secret`))],
    ['a file by an encoded slash', () => withParts(file(`file://${root}%2f..%2foutside/secret`))],
    ['a scheme in capitals', () => withParts(file('FILE:///etc/passwd'))],
    ['a scheme after a space', () => withParts(file(' file:///etc/passwd'))],
    ['a scheme with a tab in it', () => withParts(file('fi\tle:///etc/passwd'))],
    ['a file without slashes', () => withParts(file('file:/etc/passwd'))],
    ['a file of localhost', () => withParts(file('file://localhost/etc/passwd'))],
    ['a file of another host', () => withParts(file('file://other/etc/passwd'))],
    ['a path in place of a URL', () => withParts(file('/etc/passwd'))],
    ['another scheme', () => withParts(file('ftp://x/y'))],
    ['a URL that is no text', () => withParts({ ...file(''), url: ['file:///etc/passwd'] })],
    ['a file without a URL', () => withParts({ type: 'file', mime: 'text/plain' })],
    [
      'a source outside',
      () => withParts(file('data:,', { source: { type: 'file', path: '/etc/passwd' } })),
    ],
    [
      'a URL in a part of another type',
      () => withParts({ type: 'text', text: '', url: 'file:///etc/passwd' }),
    ],
    [
      'a member twice, the second outside',
      () =>
        `{"parts":[{"type":"file","mime":"text/plain","url":"data:,","url":"file:///etc/passwd"}]}`,
    ],
    [
      'its parts twice, the second outside',
      () => `{"parts":[],"parts":[{"type":"file","mime":"a/b","url":"file:///etc/passwd"}]}`,
    ],
    [
      'an escaped scheme',
      () => String.raw`{"parts":[{"type":"file","mime":"a/b","url":"\u0066ile:///etc/passwd"}]}`,
    ],
    ['a part that is no object', () => withParts('file:///etc/passwd')],
  ])('with %s is refused', async (_what, body) => {
    await using scene = await confined();
    expect(await prompt(scene, body())).toBe(403);
    expect(scene.seen).toEqual([]);
  });

  test('is passed on as it was read, so that nobody can read it in another way', async () => {
    await using scene = await confined();
    await prompt(scene, '{"parts":[{"type":"text","text":"a","text":"b"}], "parts" : []}');
    expect(scene.seen[0]?.body).toBe('{"parts":[]}');
    expect(scene.seen[0]?.headers['content-length']).toBe('12');
  });

  test.each<[string, string, string[], number]>([
    ['no JSON', '{', [], 400],
    ['no object', '[]', [], 400],
    ['no parts', '{}', [], 400],
    ['parts that are no list', '{"parts":{}}', [], 400],
    ['another type', '{"parts":[]}', ['Content-Type: text/plain'], 415],
    ['another charset', '{"parts":[]}', ['Content-Type: application/json; charset=utf-16'], 415],
    ['a content coding', '{"parts":[]}', ['Content-Encoding: gzip'], 415],
  ])('with %s is refused', async (_what, body, headers, status) => {
    await using scene = await confined();
    expect(await prompt(scene, body, ...headers)).toBe(status);
    expect(scene.seen).toEqual([]);
  });

  test('over the limit is refused, whether or not it says so', async () => {
    await using scene = await confined();
    const long = withParts({ type: 'text', text: 'a'.repeat(1_048_576) });
    expect(await prompt(scene, long)).toBe(413);
    const head = asks(
      'POST /session/ses_1/message HTTP/1.1',
      bearer,
      'Transfer-Encoding: chunked',
      'Content-Type: application/json',
    );
    const piece = `10000\r\n${'a'.repeat(65_536)}\r\n`;
    expect(statusOf(await raw(scene.port, head, ...Array<string>(17).fill(piece)))).toBe(413);
    expect(scene.seen).toEqual([]);
  });
});

test('a new session may name no workspace', async () => {
  await using scene = await confined();
  const send = async (body: string): Promise<number> =>
    statusOf(
      await raw(
        scene.port,
        asks(
          'POST /session HTTP/1.1',
          bearer,
          'Content-Type: application/json',
          `Content-Length: ${body.length}`,
        ),
        body,
      ),
    );
  expect(await send('{"workspaceID":"wrk_1"}')).toBe(403);
  expect(await send('{"title":"a"}')).toBe(200);
  expect(await send('')).toBe(200);
  expect(scene.seen.map(({ body }) => body)).toEqual(['{"title":"a"}', '']);
});

describe('a session', () => {
  const ask = async (scene: Scene, session: string): Promise<number> =>
    statusOf(await raw(scene.port, asks(`GET /session/${session} HTTP/1.1`, bearer)));

  /** A front that asks an OpenCode with sessions of these directories. */
  async function before(
    directories: Record<string, string>,
  ): Promise<Scene & { asked: () => number }> {
    let asked = 0;
    const scene: Scene = await openScene({
      answer: (seen, response) => {
        const id = /^\/session\/(\w+)$/.exec(seen.url)?.[1];
        if (id === undefined) return void response.end('passed');
        asked += 1;
        const directory = directories[id];
        if (directory === undefined) return void response.writeHead(404).end();
        response.end(JSON.stringify({ id, directory }));
      },
      setting: {
        bounds: { roots: [root], directory: root },
        whereabouts: (session, roots) => whereabouts(session, roots),
      },
    });
    const whereabouts = createWhereabouts(scene.setting.upstream);
    return Object.assign(scene, { asked: () => asked });
  }

  test('that works outside of the root is refused, whatever directory the request names', async () => {
    await using scene = await before({
      ses_in: join(root, 'repo'),
      ses_out: join(folder, 'outside'),
      ses_link: join(root, 'way-out'),
    });
    expect(await ask(scene, 'ses_out')).toBe(403);
    expect(await ask(scene, 'ses_link')).toBe(403);
    expect(await ask(scene, 'ses_%6fut')).toBe(403);
    expect(await ask(scene, 'ses_in')).toBe(200);
    expect(await ask(scene, 'ses_none')).toBe(200);
  });

  test('that works inside of it is asked about once', async () => {
    await using scene = await before({ ses_in: root });
    for (let round = 0; round < 3; round += 1) expect(await ask(scene, 'ses_in')).toBe(200);
    expect(scene.asked()).toBe(1);
  });

  test('of which nobody knows where it works is not let through', async () => {
    await using scene = await openScene({
      setting: {
        bounds: { roots: [root], directory: root },
        whereabouts: createWhereabouts({ place: () => undefined }),
      },
    });
    expect(await ask(scene, 'ses_in')).toBe(502);
    expect(scene.seen).toEqual([]);
  });
});
