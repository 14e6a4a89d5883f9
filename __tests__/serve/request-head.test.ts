import { expect, test } from '@jest/globals';

import { type RequestHead, writeRequestHead } from '../../src/serve/request-head.ts';

const place = { url: new URL('http://127.0.0.1:4096'), authorization: 'Basic abc' };
const head: RequestHead = { method: 'GET', path: '/a?b=c', headers: ['X-One', 'a'], length: 0 };
const own = 'HTTP/1.1\r\nhost: 127.0.0.1:4096\r\nconnection: keep-alive\r\n';

test.each<[string, Partial<RequestHead>, string]>([
  ['GET', {}, '\r\n'],
  ['HEAD', { method: 'HEAD' }, '\r\n'],
  ['POST', { method: 'POST' }, 'content-length: 0\r\n\r\n'],
  ['POST', { method: 'POST', length: 3 }, 'content-length: 3\r\n\r\n'],
  ['POST', { method: 'POST', length: undefined }, 'transfer-encoding: chunked\r\n\r\n'],
])('a head of %s %j frames its body, or says nothing of one', (method, change, end) => {
  expect(writeRequestHead(place, { ...head, ...change })).toBe(
    `${method} /a?b=c ${own}authorization: Basic abc\r\nX-One: a\r\n${end}`,
  );
});

test('without a login there is none', () => {
  const open = { ...place, authorization: undefined };
  expect(writeRequestHead(open, head)).not.toContain('authorization');
});

test.each<[string, Partial<RequestHead>]>([
  ['a line end in the path', { path: '/a\r\nX: b' }],
  ['a space in the path', { path: '/a b' }],
  ['a NUL in the path', { path: '/a\0' }],
  ['a line end in a value', { headers: ['X', 'a\r\nY: b'] }],
  ['a bare LF in a value', { headers: ['X', 'a\nY: b'] }],
  ['a bare CR in a value', { headers: ['X', 'a\rb'] }],
  ['a character of two bytes in a value', { headers: ['X', '\u010a'] }],
  ['a line end in a name', { headers: ['X: a\r\nY', 'b'] }],
  ['an empty name', { headers: ['', 'b'] }],
  ['a space in the method', { method: 'GET /other' }],
  ['an empty method', { method: '' }],
])('%s is sent to nobody', (_what, change) => {
  expect(writeRequestHead(place, { ...head, ...change })).toBeUndefined();
});
