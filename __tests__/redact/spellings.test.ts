import { describe, expect, test } from '@jest/globals';

import { createRedactor } from '../../src/redact/redactor.ts';
import { canary, spellings } from './canary.ts';

const { redact } = createRedactor([canary]);

describe('a secret is found', () => {
  test.each(spellings(canary))('%s', (_how, written) => {
    const shown = redact(`before, ${written}, after`);
    expect(shown).toMatch(/^before, .{0,6}\*\*\*.{0,8}, after$/);
    expect(shown.length).toBeLessThan(40);
  });

  test.each(spellings(canary))(
    '%s, broken up by white space and what nobody sees',
    (_how, text) => {
      for (const between of [
        ' ',
        '\n',
        '\r\n    ',
        '\u200b',
        '\u00ad',
        '\u{e0041}',
        '\u2060\n> '.slice(0, 2),
      ]) {
        const written = Array.from(text).join(between);
        expect(redact(`before, ${written}, after`).length).toBeLessThan(110);
        expect(redact(`before, ${written}, after`)).toContain('***');
      }
    },
  );

  test('as base64 that is wrapped, in the middle of what else was encoded', () => {
    for (const before of ['', 'x', 'xy', 'xyz']) {
      const all = Buffer.from(`${before.repeat(31)}${canary}${'tail of it '.repeat(9)}`);
      const wrapped = all.toString('base64').replaceAll(/.{76}/g, '$&\n');
      const left = Buffer.from(redact(wrapped).replaceAll(/\*|\s/g, ''), 'base64').toString(
        'latin1',
      );
      expect(redact(wrapped)).toContain('***');
      for (let at = 2; at < canary.length - 6; at += 1)
        expect(left).not.toContain(canary.slice(at, at + 5));
    }
  });

  test('as a dump with spaces, and over two lines of it', () => {
    const dump = (Buffer.from(canary).toString('hex').match(/.{4}/g) ?? []).join(' ');
    expect(redact(dump)).toMatch(/^\*\*\*.{0,2}$/);
  });

  test('as one of several, longer and shorter, that overlap', () => {
    const both = createRedactor(['first-secret', 'first-secret-and-more', 'secret-and-more-of-it']);
    expect(both.redact('a first-secret-and-more b')).toBe('a *** b');
    expect(both.redact('a first-secret-and-more-of-it b')).toBe('a *** b');
    expect(both.redact('a first-secretfirst-secret b')).toBe('a *** b');
  });

  test('of several lines, whole, and each long one for itself', () => {
    const key = createRedactor(['the line one of it\nthe line two of it\r\nshort\n']);
    expect(key.redact('a the line one of it\n> the line two of it b')).toBe('a ***\n> *** b');
    expect(key.redact('short')).toBe('short');
  });
});

describe('a secret is not looked for', () => {
  test.each(['', ' ', 'short', '1234567', 'a b c d e'])('where it is %j', (value) => {
    const text = `this is ${value} and 1234567`;
    expect(createRedactor([value]).redact(text)).toBe(text);
  });

  test('of 8 characters it is', () => {
    expect(createRedactor(['12345678']).redact('a 12345678')).toBe('a ***');
  });
});
