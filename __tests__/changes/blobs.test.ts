import { describe, expect, test } from '@jest/globals';

import { createBatchParser } from '../../src/changes/blobs.ts';

const id = (digit: string): string => digit.repeat(40);
const contents = ['one\n', '', 'a\nb\n\n', '\0\xff\n', `${id('9')} blob 4\nfour\n`];
const output = Buffer.concat(
  contents.flatMap((content, at) => {
    const bytes = Buffer.from(content, 'latin1');
    return [Buffer.from(`${id(String(at))} blob ${bytes.length}\n`), bytes, Buffer.from('\n')];
  }),
);

function parse(pieces: readonly Buffer[]): [blob: string, content: string][] {
  const found: [string, string][] = [];
  const take = createBatchParser((blob, content) => {
    found.push([blob, content.toString('latin1')]);
  });
  for (const piece of pieces) take(piece);
  return found;
}

const all = contents.map((content, at): [string, string] => [id(String(at)), content]);

describe('what git prints of many objects', () => {
  test('is read wherever it is cut', () => {
    for (let at = 0; at <= output.length; at += 1)
      expect(parse([output.subarray(0, at), output.subarray(at)])).toEqual(all);
    expect(parse(Array.from(output, (byte) => Buffer.from([byte])))).toEqual(all);
  });

  test('is read in time linear in it', () => {
    const content = Buffer.alloc(64 * 1024, 'x');
    const head = Buffer.from(`${id('0')} blob ${content.length * 1_000}\n`);
    const start = performance.now();
    const pieces = [head, ...Array.from({ length: 1_000 }, () => content), Buffer.from('\n')];
    const [found] = parse(pieces);
    expect(found?.[1]).toHaveLength(64 * 1024 * 1_000);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test.each([
    [`${id('0')} missing\n`, 'is no file that is there'],
    [`${id('0')} tree 3\nabc\n`, 'is no file that is there'],
  ])('is an error where it is %j', (printed, said) => {
    expect(() => parse([Buffer.from(printed)])).toThrow(said);
  });
});
