import { describe, expect, test } from '@jest/globals';

import { createDelays } from '../../src/serve/delays.ts';
import { refusedAddresses } from '../../src/serve/limits.ts';
import { digestOf, digestOn, findToken, presentedBy, readTokens } from '../../src/serve/tokens.ts';
import { secrets, tokensOf } from './setting.ts';

describe('a file of tokens', () => {
  test('holds a name and a token a line', () => {
    const text = `# ours\n\nci ${secrets.ci}\r\n  laptop\t${secrets.laptop}  \n`;
    expect(tokensOf(text).map(({ name }) => name)).toEqual(['ci', 'laptop']);
  });

  test.each([
    ['no token at all', '# none\n', /^holds no token/],
    ['a name alone', 'ci\n', /^line 1 is no token/],
    ['a token alone', `${'a'.repeat(40)}\n`, /^line 1 is no token/],
    ['a third word', `ci ${secrets.ci} x\n`, /^line 1 is no token/],
    ['a token of 31 characters', `\nci ${'a'.repeat(31)}\n`, /^line 2 .* too short/],
    ['a token that no header can hold', `ci ${'é'.repeat(32)}\n`, /printable ASCII/],
    ['a token that is too long', `ci ${'a'.repeat(1_025)}\n`, /too long/],
    ['a name twice', `ci ${secrets.ci}\nci ${secrets.laptop}\n`, /^line 2 repeats/],
    ['a token twice', `ci ${secrets.ci}\nlaptop ${secrets.ci}\n`, /^line 2 repeats/],
  ])('is refused with %s, and nothing of it is quoted', (_what, text, problem) => {
    const read = readTokens(text);
    expect(read).toEqual({ problem: expect.stringMatching(problem) });
    expect(JSON.stringify(read)).not.toMatch(/aaa|0123456789/);
  });
});

describe('a presented token', () => {
  const tokens = tokensOf(`ci ${secrets.ci}\nlaptop ${secrets.laptop}`);

  test('is known by what it is, wherever it stands in the file', () => {
    expect(findToken(tokens, digestOf(secrets.ci))?.name).toBe('ci');
    expect(findToken(tokens, digestOf(secrets.laptop))?.name).toBe('laptop');
  });

  test.each(['', secrets.ci.slice(1), `${secrets.ci}x`, secrets.ci.toUpperCase(), 'ci'])(
    '%j is none',
    (presented) => {
      expect(findToken(tokens, digestOf(presented))).toBeUndefined();
    },
  );

  test('is known by its digest, whatever its connection has presented before', () => {
    const connection = {};
    const wrong = [`${secrets.ci}x`, secrets.ci.slice(1), '', `x${secrets.ci.slice(1)}`];
    for (const secret of [secrets.ci, secrets.ci, ...wrong, secrets.laptop, secrets.ci])
      expect(digestOn(connection, secret)).toEqual(digestOf(secret));
    for (const secret of wrong) {
      digestOn(connection, secrets.ci);
      expect(digestOn(connection, secret)).toEqual(digestOf(secret));
    }
  });

  test('costs its connection one digest, and another connection one of its own', () => {
    const connection = {};
    const digest = digestOn(connection, secrets.ci);
    expect(digestOn(connection, secrets.ci)).toBe(digest);
    expect(digestOn({}, secrets.ci)).not.toBe(digest);
  });

  test.each([
    [['Bearer abc'], 'abc'],
    [['bearer   abc '], 'abc'],
    [['Basic abc'], ''],
    [['Bearer'], ''],
    [['Bearerabc'], ''],
    [['Bearer a b'], ''],
    [['Bearer abc', 'Bearer abc'], ''],
    [[], ''],
  ])('%j presents %j', (headers, presented) => {
    expect(presentedBy(headers)).toBe(presented);
  });
});

describe('refusals of one address', () => {
  test('are delayed more and more, at most 2 s', () => {
    const delays = createDelays(() => 0);
    const waits = Array.from({ length: 9 }, () => delays.refuse('192.0.2.1'));
    expect(waits).toEqual([25, 50, 100, 200, 400, 800, 1600, 2000, 2000]);
    expect(delays.refuse('192.0.2.2')).toBe(25);
  });

  test('are forgiven as time passes', () => {
    let now = 0;
    const delays = createDelays(() => now);
    for (let round = 0; round < 5; round += 1) delays.refuse('192.0.2.1');
    now = 15_000;
    expect(delays.refuse('192.0.2.1')).toBe(100);
    now = 300_000;
    expect(delays.refuse('192.0.2.1')).toBe(25);
  });

  test('count for the whole /64 of an IPv6 host, and for IPv4 in either spelling', () => {
    const delays = createDelays(() => 0);
    delays.refuse('2001:db8::1');
    expect(delays.refuse('2001:db8:0:0:1:2:3:4')).toBe(50);
    expect(delays.refuse('2001:db8:0:1::1')).toBe(25);
    delays.refuse('192.0.2.1');
    expect(delays.refuse('::ffff:192.0.2.1')).toBe(50);
  });

  test('are remembered for a bounded number of addresses', () => {
    const delays = createDelays(() => 0);
    for (let host = 0; host < refusedAddresses + 10; host += 1) delays.refuse(`host ${host}`);
    expect(delays.size).toBe(refusedAddresses);
  });
});
