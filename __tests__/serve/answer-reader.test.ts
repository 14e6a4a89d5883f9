import { describe, expect, test } from '@jest/globals';

import { AnswerReader } from '../../src/serve/answer-reader.ts';
import { chunkLineBytes, headerBytes, interimsMax, joinedBytes } from '../../src/serve/limits.ts';

interface Read {
  status: number;
  headers: string[];
  body: string;
  isOver: boolean;
  isLast: boolean;
  isHere: boolean;
}

/** What is read of pieces; undefined where they are refused. */
function read(pieces: readonly string[], method = 'GET', isClosed = false): Read | undefined {
  const told = { status: 0, headers: [] as string[], body: '', isHere: false };
  const reader = new AnswerReader(method, {
    onHead: ({ status, headers }, isHere) => Object.assign(told, { status, headers, isHere }),
    onPiece: (piece) => (told.body += piece.toString('latin1')),
  });
  try {
    for (const piece of pieces) reader.take(Buffer.from(piece, 'latin1'));
  } catch (error) {
    expect(error).toMatchObject({ name: 'MalformedAnswer' });
    return undefined;
  }
  if (isClosed) reader.close();
  return { ...told, isOver: reader.isOver, isLast: reader.isLast };
}

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;

describe('an answer is read the same wherever it is cut', () => {
  test.each<[string, string, Partial<Read>]>([
    ['with a length', `${ok}A: b\r\nContent-Length: 5\r\n\r\nabcde`, { body: 'abcde' }],
    ['with none', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '' }],
    [
      'in chunks',
      `${chunked}3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n`,
      { body: 'abc0123456789' },
    ],
    ['with trailers', `${chunked}1\r\na\r\n0\r\nX-One: a\r\nX-Two: b\r\n\r\n`, { body: 'a' }],
    [
      'behind interim ones',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n${ok}Content-Length: 1\r\n\r\na`,
      { body: 'a', headers: ['Content-Length', '1'] },
    ],
    [
      'with bytes of any kind',
      `${ok}X: \xe4\t\xff\r\nContent-Length: 4\r\n\r\n\r\n\0\xff`,
      { body: '\r\n\0\xff' },
    ],
  ])('%s', (_what, text, expected) => {
    const whole = read([text]);
    expect(whole).toMatchObject({ status: 200, isOver: true, isLast: false, ...expected });
    for (let cut = 1; cut < text.length; cut += 1)
      expect(read([text.slice(0, cut), text.slice(cut)])).toEqual({
        ...whole,
        isHere: expect.anything(),
      });
    expect(read(text.split(''))).toEqual({ ...whole, isHere: expect.anything() });
  });
});

describe('what no two readers must see the end of in two places is refused', () => {
  const one = 'Content-Length: 1\r\n';
  test.each<[string, string]>([
    ['two lengths', `${ok}${one}Content-Length: 2\r\n\r\nab`],
    ['two equal lengths', `${ok}${one}${one}\r\na`],
    ['a list of lengths', `${ok}Content-Length: 1, 1\r\n\r\na`],
    ['a length with a sign', `${ok}Content-Length: +1\r\n\r\na`],
    ['a length in hexadecimal', `${ok}Content-Length: 0x1\r\n\r\na`],
    ['an empty length', `${ok}Content-Length:\r\n\r\na`],
    ['a length beyond all numbers', `${ok}Content-Length: 9999999999999999\r\n\r\na`],
    ['a length beside a coding', `${ok}${one}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a coding beside a length', `${ok}Transfer-Encoding: chunked\r\n${one}\r\n0\r\n\r\n`],
    ['two codings', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['chunked twice', `${ok}${'Transfer-Encoding: chunked\r\n'.repeat(2)}\r\n0\r\n\r\n`],
    ['another coding', `${ok}Transfer-Encoding: identity\r\n\r\na`],
    ['a coding in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a length of what has no body', `HTTP/1.1 204 No Content\r\n${one}\r\na`],
    [
      'a coding of what has no body',
      'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['an interim answer with a body', `HTTP/1.1 103 Early\r\n${one}\r\na`],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a folded line', `${ok}X: a\r\n b\r\n${one}\r\na`],
    ['a folded first line', `${ok} X: a\r\n${one}\r\na`],
    ['a line without a colon', `${ok}X\r\n${one}\r\na`],
    ['a line without a name', `${ok}: a\r\n${one}\r\na`],
    ['a space before a colon', `${ok}Content-Length : 1\r\n\r\na`],
    ['a name beyond ASCII', `${ok}X\xe4: a\r\n${one}\r\na`],
    ['a bare CR in a value', `${ok}X: a\rY: b\r\n${one}\r\na`],
    ['a bare LF in a value', `${ok}X: a\nY: b\r\n${one}\r\na`],
    ['a NUL in a value', `${ok}X: a\0\r\n${one}\r\na`],
    ['lines that end in LF', `HTTP/1.1 200 OK\n${one.trim()}\n\na`],
    ['one line that ends in LF', `HTTP/1.1 200 OK\n${one}\r\na`],
    ['a bare CR in the status', `HTTP/1.1 200 O\rK\r\n${one}\r\na`],
    ['another version', `HTTP/2.0 200 OK\r\n${one}\r\na`],
    ['a status of two digits', `HTTP/1.1 20 OK\r\n${one}\r\na`],
    ['a status beyond 599', `HTTP/1.1 600 OK\r\n${one}\r\na`],
    ['two spaces before the status', `HTTP/1.1  200 OK\r\n${one}\r\na`],
    ['an empty line before it', `\r\n${ok}${one}\r\na`],
    ['something else', 'SSH-2.0-OpenSSH\r\n'],
    ['a chunk of no size', `${chunked}zz\r\n`],
    ['an empty size', `${chunked}\r\n`],
    ['a size with a sign', `${chunked}+1\r\na\r\n0\r\n\r\n`],
    ['a size with a prefix', `${chunked}0x1\r\na\r\n0\r\n\r\n`],
    ['a size with a blank', `${chunked}1 \r\na\r\n0\r\n\r\n`],
    ['a size beyond all numbers', `${chunked}${'f'.repeat(14)}\r\na`],
    ['a size that ends in LF', `${chunked}1\na\r\n0\r\n\r\n`],
    ['a bare CR in an extension', `${chunked}1;a\rb\r\na\r\n0\r\n\r\n`],
    ['a chunk longer than its size', `${chunked}1\r\nab\r\n0\r\n\r\n`],
    ['a chunk that ends in LF', `${chunked}1\r\na\n0\r\n\r\n`],
    ['a trailer that is none', `${chunked}0\r\nX\r\n\r\n`],
    ['a trailer that ends in LF', `${chunked}0\r\nX: a\n\r\n`],
  ])('%s', (_what, text) => {
    expect(read([text])).toBeUndefined();
    expect(read(text.split(''))).toBeUndefined();
  });
});

describe('what is too large is refused before it is whole', () => {
  test.each<[string, string]>([
    ['a head', `${ok}X: ${'a'.repeat(headerBytes)}`],
    ['the line of a chunk', `${chunked}1;${'a'.repeat(chunkLineBytes)}`],
    ['trailers', `${chunked}0\r\n${`X: ${'a'.repeat(900)}\r\n`.repeat(headerBytes / 900 + 1)}`],
    ['interim answers', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(interimsMax + 1)],
  ])('%s', (_what, text) => {
    expect(read([text])).toBeUndefined();
    expect(read(text.split(''))).toBeUndefined();
  });

  test('a head up to the limit is none of it', () => {
    const rest = 'Content-Length: 1';
    const head = `${ok}X: ${'a'.repeat(headerBytes - ok.length - rest.length - 5)}\r\n${rest}`;
    expect(head).toHaveLength(headerBytes);
    const text = `${head}\r\n\r\na`;
    expect(read([text])).toMatchObject({ body: 'a', isOver: true });
    expect(read(text.split(''))).toMatchObject({ body: 'a', isOver: true });
  });
});

describe('where an answer ends', () => {
  test.each<[string, string, string, Partial<Read>]>([
    ['HEAD has no body', 'HEAD', `${ok}Content-Length: 5\r\n\r\n`, { isOver: true, isLast: false }],
    ['HEAD in chunks has none', 'HEAD', chunked, { isOver: true, isLast: false }],
    [
      '304 has none',
      'GET',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
      { isOver: true },
    ],
    [
      '204 may say that it has none',
      'GET',
      'HTTP/1.1 204 x\r\nContent-Length: 0\r\n\r\n',
      { isOver: true },
    ],
    [
      'an empty one is over at once',
      'GET',
      `${ok}Content-Length: 0\r\n\r\n`,
      { isOver: true, isHere: true },
    ],
    [
      'half of it is not over',
      'GET',
      `${ok}Content-Length: 2\r\n\r\na`,
      { isOver: false, isHere: false },
    ],
    [
      'bytes behind it end its connection',
      'GET',
      `${ok}Content-Length: 1\r\n\r\nab`,
      { body: 'a', isOver: true, isLast: true },
    ],
    [
      'bytes behind no body do',
      'HEAD',
      `${ok}Content-Length: 1\r\n\r\na`,
      { body: '', isOver: true, isLast: true },
    ],
    [
      'bytes behind the last chunk do',
      'GET',
      `${chunked}0\r\n\r\nHTTP/1.1`,
      { isOver: true, isLast: true },
    ],
    [
      'it may say that it is the last',
      'GET',
      `${ok}Connection: x, Close\r\nContent-Length: 1\r\n\r\na`,
      { isOver: true, isLast: true },
    ],
    [
      'one of HTTP/1.0 is the last',
      'GET',
      'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na',
      { isOver: true, isLast: true },
    ],
    [
      'a name like it is not',
      'GET',
      `${ok}Connection: closed\r\nContent-Length: 1\r\n\r\na`,
      { isOver: true, isLast: false },
    ],
  ])('%s', (_what, method, text, expected) => {
    expect(read([text], method)).toMatchObject(expected);
  });

  test('without a length it is the end of the connection, and of nothing else', () => {
    const text = `${ok}\r\nall of it`;
    expect(read([text])).toMatchObject({ body: 'all of it', isOver: false, isLast: true });
    expect(read([text], 'GET', true)).toMatchObject({ isOver: true, isLast: true });
    for (const cut of ['', ok, `${ok}Content-Length: 9\r\n\r\nhalf`, `${chunked}4\r\nhalf\r\n`])
      expect(read([cut], 'GET', true)).toMatchObject({ isOver: false });
  });

  test('only a small one is told to be here', () => {
    const of = (bytes: number): string =>
      `${ok}Content-Length: ${bytes}\r\n\r\n${'a'.repeat(bytes)}`;
    expect(read([of(joinedBytes)])).toMatchObject({ isHere: true, isOver: true });
    expect(read([of(joinedBytes + 1)])).toMatchObject({ isHere: false, isOver: true });
  });
});
