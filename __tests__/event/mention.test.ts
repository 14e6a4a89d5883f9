import { describe, expect, test } from '@jest/globals';
import { findMention } from '../../src/event/mention.ts';
import { commentChars } from '../../src/limits.ts';

const phrases = ['/opencode', '/oc'];

describe('a phrase counts where it stands as a word of its own', () => {
  test.each([
    ['alone', '/oc'],
    ['before a comma', '/oc, please'],
    ['in parentheses', 'somebody (/oc) look'],
    ['in bold', '**/oc** fix this'],
    ['in emphasis with underscores', '_/oc_ fix this'],
    ["at a sentence's end", 'I ask /oc.'],
    ['before a colon', '/oc: fix this'],
    ['in upper case', '/OC fix this'],
    ['in quotation marks', 'say "/oc" to it'],
    ['before an ellipsis', '/oc… well'],
    ['before a dash between spaces', '/oc - fix this'],
    ['in a heading', '# /oc fix this'],
    ['in a list', '- one\n- /oc two'],
    ['in a task list', '- [ ] /oc two'],
    ['in a table cell', '| a | b |\n| - | - |\n| c | /oc |'],
    ['on a later line', 'Hello\n/oc fix this'],
    ['with Windows line ends', 'Hello\r\n\r\n/oc fix this\r\n'],
    ['after a quotation', '> /opencode said so\n\n/oc fix this'],
    ['after a code block', '```\nrm -rf\n```\n/oc fix this'],
    ['after an HTML comment', '<!-- template -->\n/oc fix this'],
    ['between other words in angle brackets', 'Dear <name>, /oc fix this'],
    ['inside a details element', '<details>\n\n/oc fix this\n\n</details>'],
    [
      'right under a pasted image',
      '<img width="5" alt="a" src="https://example.com/a" />\n/oc fix',
    ],
    ['under a pasted image inside a paragraph', 'Look:\n<img src="a">\n/oc fix'],
    ['right after a details element', '<details>\n\na\n\n</details>\n/oc fix'],
    ['in an HTML block', '<div>\n/oc fix\n</div>'],
    ['in an HTML block behind what is none', '<div>\n<pre>a</pre> <!-- b --> <!--> /oc\n</div>'],
    ['in an HTML paragraph', '<p>/oc fix</p>'],
    ['beside an emoji', '👋/oc👍'],
    ['in text without spaces', '请/oc修复'],
    ['in right-to-left text', 'שלום /oc תודה'],
  ])('%s', (_, comment) => {
    expect(findMention(comment, phrases)).toBe('/oc');
  });

  test('says which phrase it found, as it was given', () => {
    expect(findMention('well, /OpenCode, fix it', phrases)).toBe('/opencode');
  });

  test('takes phrases that are words, names or more than one word', () => {
    expect(findMention('Hey bot, fix it', ['hey bot'])).toBe('hey bot');
    expect(findMention('thank you @opencode!', ['@opencode'])).toBe('@opencode');
    expect(findMention('c++ (really)', ['c++'])).toBe('c++');
    expect(findMention('nothing of it', [])).toBeUndefined();
  });
});

describe('a phrase does not count', () => {
  test.each([
    ['as the beginning of a longer word', '/octopus'],
    ['as the beginning of a hyphenated word', '/oc-test it'],
    ['with an underscore behind it', '/oc_test'],
    ['with a possessive behind it', "I like /oc's answer"],
    ['at the end of a path', 'see a/oc'],
    ['at the beginning of a path', 'see /oc/foo'],
    ['at the beginning of a path with a backslash', 'see /oc\\foo'],
    ['as a file name', 'see /oc.md'],
    ['as a relative path', 'run ./oc or ../oc or ~/oc'],
    ['after a drive', 'C:/oc'],
    ['after a variable', '$HOME/oc and $/oc'],
    ['with an accent behind it', '/oce\u0301'],
    ['in a code span', 'write `/oc` to start'],
    ['in a long code span', 'write `` /oc ` `` to start'],
    ['touching a code span', '`a`/oc'],
    ['in a code fence', '```\n/oc\n```'],
    ['in a fence of tildes that is never closed', '~~~\n/oc fix'],
    ['in indented code', 'Hello\n\n    /oc fix'],
    ['in a quotation', '> /oc fix'],
    ['in a line that continues a quotation', '> Hello\n/oc fix'],
    ['in a nested quotation', '- a\n  > > /oc fix'],
    ['in a code fence in a list', '- a\n  ```\n  /oc\n  ```'],
    ['in the text of a link', '[/oc fix](https://example.com)'],
    ['in the address of a link', '[fix](/oc)'],
    ['in a link by reference', '[fix /oc][a]\n\n[a]: /oc'],
    ["in an image's text", '![/oc](a.png)'],
    ['in a bare address', 'https://example.com/oc and https://example.com/(/oc)'],
    ['in an address in angle brackets', '<https://example.com/?a=/oc>'],
    ['in an HTML comment', '<!-- /oc fix -->'],
    ['in an HTML comment over lines', 'a\n\n<!--\n\n/oc fix\n\n-->'],
    ['in an HTML comment inside a sentence', 'Hello <!-- /oc fix --> you'],
    ['in an HTML comment that is never closed', '<!--\n\n/oc fix'],
    ['in an HTML comment inside an HTML block', '<div>\n<!--\n/oc fix\n-->\n</div>'],
    ['in an unclosed HTML comment inside an HTML block', '<div>\n<!-- /oc fix\n\nhello'],
    ['in an HTML comment between backticks in an HTML block', '<div>\n`<!-- ` /oc -->\n</div>'],
    ['in preformatted text', '<pre>\n\n/oc fix\n\n</pre>'],
    ['in preformatted text inside an HTML block', '<details>\n<pre>\n/oc fix\n</pre>\n</details>'],
    ['in an HTML quotation', '<blockquote>\n<p>/oc fix</p>\n</blockquote>'],
    ['in an HTML code element inside an HTML block', '<p>\nwrite <code>/oc</code>\n</p>'],
    ['in an HTML link inside an HTML block', '<p>\n<a href="x">/oc fix</a>\n</p>'],
    ['in a code span inside an HTML block', '</details>\nwrite `/oc` to start'],
    ['in a fence inside an HTML block', '</details>\n```\n/oc fix\n```'],
    ['behind a quotation mark inside an HTML block', '</details>\n> /oc fix'],
    ['in an HTML block inside a quotation', '> <div>\n> /oc fix\n> </div>'],
    ["in a block tag's attribute", '<div title=" /oc ">\nHello\n</div>'],
    ['in a style sheet', '<style>\n/oc fix\n</style>'],
    ["in a tag's attribute", 'Hello <b title=" /oc ">you</b>'],
    ['in an HTML code element', 'write <code>/oc</code> to start'],
    ['in an HTML link', '<a href="x">say /oc</a>'],
    ['in a fence that a longer one holds', '````\n```\n/oc\n```\n````'],
    ['where it is not there', 'fix this'],
    ['in an empty comment', ''],
  ])('%s', (_, comment) => {
    expect(findMention(comment, phrases)).toBeUndefined();
  });

  test('in an e-mail address or beside a longer name', () => {
    expect(findMention('write to opencode@example.com', ['opencode'])).toBeUndefined();
    expect(findMention('write to me@opencode.ai', ['@opencode', 'opencode'])).toBeUndefined();
    expect(findMention('ask @opencode-team', ['@opencode'])).toBeUndefined();
    expect(findMention("the langue d'oc", ['oc'])).toBeUndefined();
  });
});

describe('a comment made to be slow', () => {
  /** Each of them takes micromark minutes, or a backtracking parser for ever. */
  const nasty = [
    '> ',
    '>',
    '- ',
    '[',
    '![',
    '_a__ ',
    '*a **b ',
    '* a\n',
    '[a]: x\n',
    '|a\n|-\n',
    'a`*_[(<',
    'www.|',
    '<a ',
    '<b>',
    '<code>',
    'a <!--',
    '<div>\n\n',
    '<img src="a">\n',
  ];

  test.each(nasty.map((piece) => [JSON.stringify(piece), piece]))(
    'is read to its end where it is 65,536 characters of %s',
    (_, piece) => {
      const ending = '\n\n/oc fix';
      const room = commentChars - ending.length;
      const comment = piece.repeat(Math.ceil(room / piece.length)).slice(0, room) + ending;
      expect(comment).toHaveLength(commentChars);
      expect(findMention(comment, phrases)).toBe('/oc');
    },
  );

  test.each([
    ['HTML comments that are never closed', '<!--'],
    ['processing instructions', '<?'],
    ['declarations', '<!A '],
    ['tags that are never closed', '<a '],
    ['attributes that are never closed', '<a b="'],
    ['tags', '<b>'],
    ['images', '<img src="x">\n'],
    ['code spans', '`<'],
    ['brackets', '['],
    ['emphasis', '*a **b '],
    ['quotation marks', '>\n'],
  ])('is read to its end where an HTML block is 65,536 characters of %s', (_, piece) => {
    const beginning = '<div>\n/oc fix\n';
    const comment = (beginning + piece.repeat(commentChars)).slice(0, commentChars);
    expect(findMention(comment, phrases)).toBe('/oc');
  });

  test('is read to its end where a block of HTML begins and goes on in empty lines', () => {
    expect(findMention(`<pre${'\n'.repeat(commentChars - 7)}/oc`, phrases)).toBe('/oc');
  });

  test('is read to its end where the phrase itself is repeated', () => {
    const room = commentChars - 1;
    expect(findMention('/oc'.repeat(room / 3), phrases)).toBeUndefined();
    expect(findMention('/oc......'.repeat(commentChars / 9), phrases)).toBeUndefined();
  });
});
