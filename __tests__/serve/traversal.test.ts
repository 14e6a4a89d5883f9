/** Spellings of a path, sent with a right token: none leads OpenCode to anything but what is allowed. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { type Scene, asks, bearer, openScene, raw, statusOf } from './setting.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

/** The status of a request with a right token, and what OpenCode got of it. */
async function ask(method: string, target: string) {
  scene.seen.length = 0;
  const length = method === 'POST' ? ['Content-Length: 0'] : [];
  const answer = await raw(scene.port, asks(`${method} ${target} HTTP/1.1`, bearer, ...length));
  return {
    status: statusOf(answer),
    seen: scene.seen.map((request) => `${request.method} ${request.url}`),
  };
}

/** Ways to write a path that some server reads as that path. */
const spellings: [string, (path: string) => string][] = [
  ['dots', (path) => `/session/..${path}`],
  ['dots, more than there are parts', (path) => `/../..${path}`],
  ['dots behind what is allowed', (path) => `/session/ses_1/../..${path}`],
  ['dots at the end', (path) => `${path}/x/..`],
  ['one dot', (path) => `/.${path}`],
  ['one dot at the end', (path) => `${path}/.`],
  ['three dots', (path) => `/session/...${path}`],
  ['encoded dots', (path) => `/session/%2e%2e${path}`],
  ['encoded dots in capitals', (path) => `/session/%2E%2E${path}`],
  ['half-encoded dots', (path) => `/session/.%2e${path}`],
  ['one encoded dot', (path) => `/%2e${path}`],
  ['dots with an encoded slash', (path) => `/session/..%2f${path.slice(1)}`],
  ['all of it encoded', (path) => `/session/%2e%2e%2f${path.slice(1)}`],
  ['two slashes', (path) => `/${path}`],
  ['three slashes', (path) => `//${path}`],
  ['two slashes within', (path) => path.replace(/\/(?=[^/]*$)/, '//')],
  ['two slashes behind what is allowed', (path) => `/session/${path}`],
  ['a slash at the end', (path) => `${path}/`],
  ['encoded slashes', (path) => `/${path.slice(1).replaceAll('/', '%2f')}%2f`],
  ['encoded slashes in capitals', (path) => `/session%2F..${path.replaceAll('/', '%2F')}`],
  ['a backslash', (path) => `/session/..\\${path.slice(1)}`],
  ['a backslash in place of the first slash', (path) => `\\${path.slice(1)}`],
  ['an encoded backslash', (path) => `/session/..%5c${path.slice(1)}`],
  ['an encoded backslash in capitals', (path) => `/session%5C..%5C${path.slice(1)}`],
  ['a parameter', (path) => `${path};a=b`],
  ['an empty parameter', (path) => `${path};`],
  ['a parameter within', (path) => path.replace(/(.)(\/|$)/, '$1;x$2')],
  ['dots with a parameter', (path) => `/session/..;${path}`],
  ['an encoded parameter', (path) => `${path}%3ba=b`],
  ['doubly encoded dots', (path) => `/session/%252e%252e${path}`],
  ['a doubly encoded slash', (path) => `/session/..%252f${path.slice(1)}`],
  ['a doubly encoded backslash', (path) => `/session/..%255c${path.slice(1)}`],
  ['a doubly encoded letter', (path) => path.replace('/s', '/%2573').replace('/d', '/%2564')],
  ['dots in an overlong encoding', (path) => `/session/%c0%ae%c0%ae${path}`],
  ['a slash in an overlong encoding', (path) => `/session/..%c0%af${path.slice(1)}`],
  ['dots of another script', (path) => `/session/%ef%bc%8e%ef%bc%8e${path}`],
  ['escapes of %u', (path) => `/session/%u002e%u002e${path}`],
  ['an encoded NUL at the end', (path) => `${path}%00`],
  ['an encoded line end', (path) => `${path}%0d%0a`],
  ['an encoded tab within', (path) => `/session/.%09.${path}`],
  ['a malformed escape', (path) => `${path}%`],
  ['an encoded question mark', (path) => `${path}%3fa=b`],
  ['a fragment', (path) => `${path}#`],
  ['a fragment before dots', (path) => `/session#/..${path}`],
  ['the absolute form, of this server', (path) => `http://front${path}`],
  ['the absolute form, of OpenCode', (path) => `http://127.0.0.1:4096${path}`],
  ['the absolute form, of TLS', (path) => `https://front${path}`],
  ['the absolute form, of no server', (path) => `http:${path}`],
  ['an authority of its own', (path) => `//127.0.0.1:4096${path}`],
];

const refusedAsSuch = [
  ['POST', '/session/ses_1/shell'],
  ['POST', '/session/ses_1/command'],
  ['DELETE', '/session/ses_1'],
  ['GET', '/doc'],
] as const;
const allowed = [
  ['GET', '/session'],
  ['GET', '/session/ses_1'],
  ['POST', '/session/ses_1/abort'],
] as const;

describe('as OpenCode has it', () => {
  test.each(allowed)('%s %s passes', async (method, path) => {
    expect(await ask(method, path)).toEqual({ status: 200, seen: [`${method} ${path}`] });
  });

  test.each(refusedAsSuch)('%s %s is refused', async (method, path) => {
    expect(await ask(method, path)).toEqual({ status: 403, seen: [] });
  });
});

describe.each(spellings)('written with %s', (_what, spell) => {
  test.each([...refusedAsSuch, ...allowed])('%s %s does not pass', async (method, path) => {
    const { status, seen } = await ask(method, spell(path));
    expect(seen).toEqual([]);
    expect([400, 403]).toContain(status);
  });
});

describe('one decoding is all there is, and OpenCode gets what was matched', () => {
  test.each([
    ['GET', '/%73ession', 'GET /session'],
    ['GET', '/session/ses%5F1', 'GET /session/ses_1'],
    ['POST', '/session/ses_1/%61bort', 'POST /session/ses_1/abort'],
  ])('%s %s', async (method, target, expected) => {
    expect(await ask(method, target)).toEqual({ status: 200, seen: [expected] });
  });

  test.each(['/session/ses_1/%73hell', '/session/ses_1/shel%6C', '/%73ession/ses_1/shell'])(
    'POST %s is still what it is, and refused',
    async (target) => {
      expect(await ask('POST', target)).toEqual({ status: 403, seen: [] });
    },
  );
});
