import { describe, expect, test } from '@jest/globals';

import { FrameSplitter } from '../../src/opencode/frames.ts';

function split(chunks: readonly string[], maxChars = 1_000): string[] {
  const data: string[] = [];
  const splitter = new FrameSplitter({ maxChars, onData: (frame) => data.push(frame) });
  for (const chunk of chunks) splitter.feed(chunk);
  return data;
}

const stream =
  ': hello\n\ndata: {"a":1}\n\nevent: x\r\nid: 7\r\ndata: one\r\ndata:two\r\n\r\ndata: last\n\n';
const expected = ['{"a":1}', 'one\ntwo', 'last'];

describe('splitting a stream of events', () => {
  test('gives the same frames wherever it is cut in two', () => {
    for (let cut = 0; cut <= stream.length; cut += 1) {
      expect(split([stream.slice(0, cut), stream.slice(cut)])).toEqual(expected);
    }
  });

  test('gives the same frames one character at a time', () => {
    expect(split(stream.split(''))).toEqual(expected);
  });

  test('keeps back a frame that is not complete', () => {
    expect(split(['data: one\n\ndata: tw'])).toEqual(['one']);
    expect(split(['data: one\n\ndata: two\n'])).toEqual(['one']);
  });

  test('refuses a line that is no field', () => {
    expect(() => split(['<html>\n'])).toThrow(SyntaxError);
    expect(() => split(['dataset: 1\n'])).toThrow(SyntaxError);
  });

  test('refuses a frame over the limit, whole, in pieces and in many lines', () => {
    expect(() => split([`data: ${'x'.repeat(1_001)}\n\n`])).toThrow(RangeError);
    expect(() => split(['data: ', 'x'.repeat(600), 'x'.repeat(600)])).toThrow(RangeError);
    expect(() => split(Array.from({ length: 200 }, () => 'data: 0123456789\n'))).toThrow(
      RangeError,
    );
    expect(split([`data: ${'x'.repeat(1_000)}\n\n`])).toHaveLength(1);
  });

  test('takes a frame of many megabytes in small pieces', () => {
    const piece = 'x'.repeat(4_096);
    const pieces = ['data: ', ...Array.from({ length: 4_096 }, () => piece), '\n\n'];
    expect(split(pieces, 20_000_000)[0]).toHaveLength(4_096 * 4_096);
  });
});
