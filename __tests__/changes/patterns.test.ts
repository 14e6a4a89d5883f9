import { describe, expect, test } from '@jest/globals';

import { matchOwners } from '../../src/changes/owners.ts';
import { judge, parsePatterns } from '../../src/changes/protect.ts';

const isProtected = (input: string, path: string): boolean =>
  judge({ patterns: parsePatterns(input), codeOwners: undefined })(path) === 'protected';

describe('protected paths', () => {
  test.each<[input: string, meant: string[], free: string[]]>([
    [
      '.github/**',
      ['.github/workflows/ci.yml', '.github/x', '.github', '.GitHub/workflows/ci.yml', '.GITHUB'],
      ['github/x', 'a/.github/x', '.github-x/y', '.githubx', 'x.github/y'],
    ],
    ['.github/', ['.github/a/b', '.github', 'sub/.github/x'], ['.github-x']],
    ['/infra', ['infra', 'infra/a/b'], ['sub/infra', 'infra2']],
    ['*.tf', ['main.tf', 'a/b/main.tf', 'A/MAIN.TF'], ['main.tfx', 'tf']],
    [
      '**/secrets/*.yml',
      ['secrets/a.yml', 'a/b/secrets/c.yml'],
      ['secrets/a.yaml', 'secrets/b/a.yml'],
    ],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b', 'a/b/c'], ['ab', 'a/xb']],
    ['deploy-?', ['deploy-a', 'x/deploy-b/c'], ['deploy-', 'deploy-ab', 'deploy-/']],
    ['[a-c]x[!0-9].txt', ['axy.txt', 'bx_.txt'], ['dxy.txt', 'ax1.txt']],
    ['a[]]b', ['a]b'], ['a]', 'ab']],
    [String.raw`\!important, \#x`, ['!important', '#x'], ['important', 'x']],
    ['**', ['a', 'a/b', '.x'], []],
    ['/**', ['a', 'a/b'], []],
    ['**/**', ['a', 'a/b'], []],
    ['a.b+c(d)|e$', ['a.b+c(d)|e$'], ['aXb+c(d)|e$', 'a.bbc(d)|e$']],
    ['docs/*\n!docs/*.md', ['docs/a.txt'], ['docs/a.md', 'readme.md']],
    ['!x, x', ['x'], []],
    ['a b/**, , # all of it\n c ', ['a b/x', 'c'], ['# all of it', 'a', 'b/x']],
    ['x[z-a]', ['x[z-a]'], ['xz']],
    ['ünï/**', ['ünï/x', 'ÜNÏ/x'], ['uni/x']],
    ['🙂?', ['🙂🙂'], ['🙂']],
    ['', [], ['a', '.github/x']],
    ['a', ['a', 'a\nb/a', 'b\n/a'], ['a\nb']],
  ])('%j', (input, meant, free) => {
    expect(meant.filter((path) => !isProtected(input, path))).toEqual([]);
    expect(free.filter((path) => isProtected(input, path))).toEqual([]);
  });

  test('take no more time than they must for a name that almost fits', () => {
    const start = performance.now();
    expect(isProtected('**/a*b*c/**/d', `${'a/'.repeat(1000)}${'abab'.repeat(500)}`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('code owners', () => {
  test.each<[text: string, owned: string[], free: string[]]>([
    ['* @octo', ['a', 'a/b', '.github/x'], []],
    ['*.js @octo', ['a.js', 'x/y/a.js'], ['a.ts', 'A.JS']],
    ['/build/logs/ @octo', ['build/logs/x', 'build/logs/y/z'], ['x/build/logs/y', 'build/log']],
    ['docs/* @octo', ['docs/a.md'], ['docs/sub/a.md', 'x/docs/a.md']],
    ['/* @octo', ['a'], ['a/b']],
    ['apps/ @octo', ['apps/a', 'x/apps/b/c'], ['app']],
    ['**/logs @octo', ['logs', 'build/logs/x', 'deeply/nested/logs/y'], ['log']],
    ['/apps/ @octo\n/apps/github\n', ['apps/a', 'apps/hub/x'], ['apps/github', 'apps/github/x']],
    ['/apps/ @octo\n/apps/github @doctocat', ['apps/github/x'], []],
    ['* @octo # all\n#*.md @a\n*.md # nobody', ['a.js'], ['a.md']],
    [String.raw`a\ b/ docs@example.com`, ['a b/x'], ['a', 'b/x']],
    ['!a @octo', [], ['a', '!a']],
    ['a[bc] @octo', ['a[bc]'], ['ab', 'ac']],
    ['*\t@org/team\r\n*.md\r\n', ['x'], ['x.md']],
    ['', [], ['a']],
  ])('%j', (text, owned, free) => {
    const isOwned = matchOwners(text);
    expect(owned.filter((path) => !isOwned(path))).toEqual([]);
    expect(free.filter(isOwned)).toEqual([]);
  });

  test('protect the file that names them too, where it counts', () => {
    const judged = judge({ patterns: [], codeOwners: '*.js @octo' });
    const places = ['CODEOWNERS', 'docs/CODEOWNERS', '.github/CODEOWNERS', 'a.js', 'codeowners'];
    expect(places.map(judged)).toEqual(places.map(() => 'code-owners'));
    expect(judged('sub/CODEOWNERS')).toBeUndefined();
    expect(judge({ patterns: [], codeOwners: undefined })('CODEOWNERS')).toBeUndefined();
  });

  test('are named only where nothing else protects a path', () => {
    const both = { patterns: ['*.js'], codeOwners: '* @octo' };
    expect(['a.js', 'a.ts'].map(judge(both))).toEqual(['protected', 'code-owners']);
    const free = { patterns: ['*', '!*.js'], codeOwners: '*.js @octo' };
    expect(judge(free)('a.js')).toBe('code-owners');
  });
});
