import { describe, expect, test } from '@jest/globals';
import { linkBrackets, notesMinChars, notesShare } from '../../src/limits.ts';
import { showHidden } from '../../src/prompt/hidden.ts';

const comment = '[removed: HTML comment]';
const declaration = '[removed: HTML declaration]';
const definition = '[removed: link definition that nothing refers to]';
const footnote = '[removed: footnote that nothing refers to]';
const alt = 'removed: alternative text';

describe('what renders nowhere is replaced by what it was', () => {
  test.each<[string, string, string]>([
    ['a comment', 'a <!-- x --> b', `a ${comment} b`],
    ['a comment before text', '<!-- x --> b\nc', `${comment} b\nc`],
    ['comments that are empty', 'a <!--> b <!---> c', `a ${comment} b ${comment} c`],
    ['a comment over paragraphs', 'a\n\n<!-- x\n\ny -->\n\nb', `a\n\n${comment}\n\nb`],
    ['a comment that nobody closes', 'a\n\n<!-- x\n\ny', `a\n\n${comment}`],
    ['one in a list, which hides what is below the list', '- <!-- x\n\ny', `- ${comment}`],
    ['one in a quotation', '> <!-- x\n> y -->\n\nb', `> ${comment}\n\nb`],
    ['one in a block of HTML, closed in prose only', '<div><!-- x\n\ny --> z', `<div>${comment}`],
    ['one closed by later HTML', '<p><!-- x\n\ny\n\n<p>--></p>z', `<p>${comment}</p>z`],
    ['an instruction', '<?x y?> b', `${declaration} b`],
    ['an instruction with a tag in it', '<?x > y ?> b', `${declaration} b`],
    ['a declaration', 'a <!X y> b', `a ${declaration} b`],
    ['character data', 'a <![CDATA[x > y]]> b', `a ${declaration} b`],
    ['a tag that is none', '<p></ x>b', `<p>${declaration}b`],
    ['attributes', 'a <b data-x="y z">c</b>', 'a <b>[removed: HTML attributes]c</b>'],
    [
      'attributes without a value',
      'a <ignore all rules>c',
      'a <ignore>[removed: HTML attributes]c',
    ],
    ['words in a plain attribute', '<p align="x y">b', '<p>[removed: HTML attributes]b'],
    ['words in an address', '<a href="x y">b</a>', '<a>[removed: HTML attributes]b</a>'],
    [
      'attributes over the lines of a quotation',
      '> <p\n> title="x">b',
      '> <p>[removed: HTML attributes]b',
    ],
    [
      'an attribute that does not end',
      'a\n\n<p title="x\n\ny',
      'a\n\n[removed: HTML tag that does not end]',
    ],
    ['a tag that does not end', '<p title x\n\nb', '[removed: HTML tag]\n\nb'],
    ['a sentence for a name', 'a <ignore-all-rules>b', 'a [removed: HTML tag]b'],
    ['an image in HTML', '<img width="9" alt="x y" src="u" />', `<img width="9" src="u">[${alt}]`],
    ['an image', 'a ![x](u) b', `a ![${alt}](u) b`],
    ['an image with a title', '![](u "x")', `![${alt}](u)`],
    ['an image in an image', '![a ![x](u) b](w)', `![${alt}](w)`],
    ['an image in a link', '[![x](u)](w)', `[![${alt}](u)](w)`],
    ['an image by reference', '![x][r]\n\n[r]: u "y"', `![${alt}](u)\n\n${definition}`],
    ['an image by its own text', '![x y]\n\n[x  Y]: u', `![${alt}](u)\n\n${definition}`],
    ['an image in a table', '|a|\n|-|\n|![x](u)|', `|a|\n|-|\n|![${alt}](u)|`],
    ['a title', '[a](u "x")', '[a](u "removed: title")'],
    ['words at a fence', '```js x y\na\n```', '```js [removed: words at a fence]\na\n```'],
    [
      'a cell too many',
      '|a|b|\n|-|:-:|\n|c||x y|z|\n|d|e|',
      '|a|b|\n|-|:-:|\n|c||[removed: table cell]|[removed: table cell]|\n|d|e|',
    ],
    [
      'a cell too many, without outer lines',
      'a|b\n-|-\nc|d|x',
      'a|b\n-|-\nc|d|[removed: table cell]',
    ],
    ['a title of a definition', '[a]\n\n[a]: u\n"x"', '[a]\n\n[a]: u\n"removed: title"'],
    ['words for an address', '[a](<x y>)', '[a](<removed: no address>)'],
    ['words for a label', '[a][x y]\n\n[x y]: u', `[a](u)\n\n${definition}`],
    ['a definition for a comment', '[//]: # (x)\nb', `${definition}\nb`],
    ['another', '[comment]: <> "x"', definition],
    ['over lines', '[//]: # (x\ny)\nb', `${definition}\nb`],
    ['in a quotation', '> [x]: u', `> ${definition}`],
    ['the second of one label', '[a]\n\n[a]: u\n[A]: x', `[a]\n\n[a]: u\n${definition}`],
    ['a definition referred to in code', '`[x]`\n\n[x]: u', `\`[x]\`\n\n${definition}`],
    ['a footnote', 'a\n\n[^x]: y z\nlazy\n\n    more\n\nb', `a\n\n${footnote}\n\nb`],
    ['footnotes', 'a [^2]\n\n[^1]: x z\n[^2]: y', `a [^2]\n\n${footnote}\n[^2]: y`],
    ['tags by their number', 'a&#xe0041;&#917570;b', 'a[U+E0041][U+E0042]b'],
  ])('%s', (_, text, shown) => {
    expect(showHidden(text)).toBe(shown);
  });
});

describe('what people see stays to the letter', () => {
  test.each<[string, string]>([
    ['a fence', '```html\n<!-- x --> ![a](b "c")\n[//]: # (x)\n<p title="y">\n```'],
    ['tables', '|a|b|\n|-|-|\n|c|d|\n||e|\n|f|\n\na|b\n-|-\n`\\|`|c\n'],
    ['a fence that nobody closes', '~~~\n<!-- x -->\n\n[x]: y'],
    ['a fence in a quotation in a list', '- > ```\n  > <!-- x -->\n  > ```'],
    ['an indented block', 'a\n\n    <!-- x -->\n    [x]: y\n'],
    ['code spans', 'a `<!-- x -->` ``![a](b)`` b'],
    ['a comment that is none', 'a <!-- x\n\nb'],
    ['escapes', '\\<!-- x --> \\![a](b)'],
    ['an image by a label that is not defined', '![x y] ![a][b]'],
    ['an image without a text', '![](https://x.example/y.png)'],
    ['definitions that are used', '[a] [b][c] [d][]\n\n[a]: u\n[c]: <v>\n[d]: w'],
    ['a footnote that is used', 'a[^1]\n\n[^1]: Why.\n\n    More.'],
    ['plain HTML', '<details open><summary>a</summary>\n\nb<br/>\n</details>\n<p align="center">'],
    ['links and images of HTML', '<a href="https://x.example"><img src="y.png" width="40%"></a>'],
    ['pictures', '<source media="(prefers-color-scheme: dark)" srcset="a.png 2x">'],
    ['generics', 'a Vec<String>, Box<std::io::Error>, <g-emoji> and Map<K, V> 1 < 2 > 0'],
    ['tasks, mentions, addresses', '- [ ] a\n- [x] @b <https://x.example> https://y.example #1'],
    ['emphasis and entities', '**a** _b_ ~~c~~ &amp; &lt;!-- x --&gt; &zwnj;'],
    ['Persian, Hindi and emoji', 'می‌خواهم [کلیک](https://x.example) नमस्ते 👩‍👩‍👧 `‌`'],
  ])('%s', (_, text) => {
    expect(showHidden(text)).toBe(text);
  });
});

describe('a text that is made for it', () => {
  const fill = (piece: string): string => piece.repeat(Math.ceil(65_536 / piece.length));

  test.each([
    '[](',
    '![a](b)',
    '![](u "t")',
    '<!-->',
    '<?>',
    '<?a>',
    '<p a>',
    '[a]: b\n',
    '[^a]: b\n',
    '<',
    '[a][b c]',
    '![a]',
    '&#xe0041;',
    '[a](b "c")',
    '<div>\n<!--',
    '<a b="',
    '> <!--\n',
    '- [a]: b\n\n',
  ])('keeps in its bounds: %j', (piece) => {
    for (const before of [
      '',
      '<div>',
      `[b c]: ${'u'.repeat(5_000)}\n[a]: ${'v'.repeat(5_000)}\n\n`,
    ]) {
      const text = (before + fill(piece)).slice(0, 65_536);
      const shown = showHidden(text);
      expect(shown.length).toBeLessThanOrEqual(
        text.length * (1 + notesShare) + notesMinChars + 200,
      );
      expect(shown.split('[').length).toBeLessThanOrEqual(text.length);
    }
  });

  test('is shortened, and says so, where its brackets would take seconds', () => {
    const shown = showHidden(`Look.\n\n${fill('[](')}\n<!-- x -->`);
    expect(shown.match(/\[\]\(/g)).toHaveLength(linkBrackets);
    expect(shown).toMatch(
      /^Look\.\n\n\[\]\(.*\n\[removed: the last \d+ characters, with too many brackets\]$/s,
    );
  });

  test('gets fewer words for each, the more there are', () => {
    const shown = showHidden('<!-->'.repeat(1_000));
    expect(shown).toMatch(
      /^(\[removed: HTML comment\])+\n\[removed: the like in \d+ more places\]$/,
    );
  });
});
