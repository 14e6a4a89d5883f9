import { describe, expect, test } from '@jest/globals';

import { inlineText } from '../../src/changes/inline.ts';
import { inlineBytes } from '../../src/limits.ts';

describe('a file goes as text', () => {
  test.each(['a\n', 'one\r\ntwo\r\n', '\ttab', 'Grüße 日本語 👩‍👩‍👧\n', 'a\u2028b\ufeffc', '\ufffd'])(
    'where JSON keeps its bytes: %j',
    (text) => {
      const bytes = Buffer.from(text);
      expect(inlineText(bytes)).toBe(text);
      expect(Buffer.from(JSON.parse(JSON.stringify(inlineText(bytes))))).toEqual(bytes);
    },
  );

  test.each<[string, Buffer]>([
    ['a byte order mark at its start', Buffer.from('\ufeffa')],
    ['nothing', Buffer.alloc(0)],
    ['a NUL', Buffer.from('a\0b')],
    ['another control character', Buffer.from('\u001b[31m')],
    ['C1 control characters', Buffer.from('a\u0085b')],
    ['Latin-1', Buffer.from('Gr\xfc\xdfe', 'latin1')],
    ['half of a pair in UTF-8', Buffer.from([0xed, 0xa0, 0x80])],
    ['an overlong form', Buffer.from([0xc0, 0xaf])],
    ['a character cut off', Buffer.from([0xe2, 0x82])],
    ['UTF-16', Buffer.from('\ufeffhello', 'utf16le')],
    ['more than a tree should carry', Buffer.alloc(inlineBytes + 1, 'a')],
  ])('but not where it holds %s', (_, bytes) => {
    expect(inlineText(bytes)).toBeUndefined();
  });
});
