import { describe, expect, jest, test } from '@jest/globals';
import {
  configurationSpecs,
  isOpenCodeConfig,
  namedBy,
  specOf,
  targetOf,
} from '../../src/thread/configuration.ts';
import { commitFiles } from '../runs/stranger.ts';
import { git, newFolder } from './repository.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

/** The files of a commit that git's pathspecs match. */
function matched(files: readonly string[], specs: readonly string[]): string[] {
  const at = newFolder();
  git(at, 'init', '--quiet');
  commitFiles(at, Object.fromEntries(files.map((path) => [path, 'x\n'])));
  const found = git(at, '-c', 'core.quotePath=false', 'ls-files', '--', ...specs);
  return found === '' ? [] : found.split('\n');
}

describe('what configures an agent', () => {
  test('is found at any depth, in any letter case, and below a folder of such a name', () => {
    const files = [
      'AGENTS.md',
      'a/b/agents.MD',
      'CLAUDE.md',
      'x/CONTEXT.md',
      'opencode.json',
      'Opencode.JSONC',
      '.opencode/plugin/x.js',
      'deep/.OpenCode/agent/y.md',
      '.claude/skills/z/SKILL.md',
      '.agents/skills/z/SKILL.md',
      '.mcp.json',
      '.husky/pre-commit',
      '.githooks/pre-push',
      'lefthook.yml',
      '.lefthook-local.yaml',
      '.pre-commit-config.yaml',
      '.github/copilot-instructions.md',
    ];
    expect(matched(files, configurationSpecs).toSorted()).toEqual(files.toSorted());
  });

  test('is nothing else', () => {
    const files = ['src/agents.ts', 'docs/AGENTS.md.txt', 'my.opencode/x', 'claude.md.js', 'a.md'];
    expect(matched(files, configurationSpecs)).toEqual([]);
  });

  test.each([
    ['opencode.json', true],
    ['.opencode/opencode.jsonc', true],
    ['sub/opencode.json', false],
  ])('%s is a configuration of OpenCode’s: %s', (path, is) => {
    expect(isOpenCodeConfig(path)).toBe(is);
  });
});

describe('what a configuration names', () => {
  const files = [
    'docs/rules/a.md',
    'docs/rules/b.md',
    'docs/other.md',
    'one.txt',
    'two.txt',
    'tools/server.js',
    'tools/plugin.ts',
    'prompts/review.txt',
    'src/index.ts',
    'skills/x/SKILL.md',
    '.opencode/near.md',
    'we[i]rd.md',
  ];
  const named = (config: unknown, folder = ''): string[] => {
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    const specs = namedBy(text, folder);
    return specs.length === 0 ? [] : matched(files, specs);
  };

  test.each<[string, unknown, string[]]>([
    ['nothing', {}, []],
    ['a file', { instructions: ['./one.txt'] }, ['one.txt']],
    ['a pattern', { instructions: ['docs/rules/*.md'] }, ['docs/rules/a.md', 'docs/rules/b.md']],
    ['a choice', { instructions: ['{one,two}.txt'] }, ['one.txt', 'two.txt']],
    ['a plugin', { plugin: ['./tools/plugin.ts', 'some-package@1.2'] }, ['tools/plugin.ts']],
    ['one with options', { plugin: [['./tools/plugin.ts', { a: 1 }]] }, ['tools/plugin.ts']],
    ['one by an address', { plugin: ['file://tools/plugin.ts'] }, ['tools/plugin.ts']],
    ['folders of skills', { skills: { paths: ['skills'] } }, ['skills/x/SKILL.md']],
    ['a command', { mcp: { a: { command: ['node', 'tools/server.js'] } } }, ['tools/server.js']],
    [
      'a word of a command',
      { lsp: { a: { command: ['sh', '-c', 'cd .; node "tools/server.js" x'] } } },
      ['tools/server.js'],
    ],
    [
      'no folder that a command looks at',
      { formatter: { a: { command: ['fmt', 'src', '.'] } } },
      [],
    ],
    [
      'a file in a text',
      { agent: { a: { prompt: '{file:./prompts/review.txt}' } } },
      ['prompts/review.txt'],
    ],
    ['nothing by patterns of permissions', { permission: { edit: { '*': 'deny' } } }, []],
    [
      'nothing outside',
      { instructions: ['../one.txt', '/etc/passwd', '~/one.txt', 'https://x.y/z'] },
      [],
    ],
    [
      'JSON with comments and trailing commas',
      '{ // see "https://x"\n "instructions": ["one.txt", /* no */ "two.txt",], }',
      ['one.txt', 'two.txt'],
    ],
    ['what is no JSON, as far as it says so', '{ "x": {file:one.txt} ', ['one.txt']],
  ])('%s', (_, config, found) => {
    expect(named(config)).toEqual(found);
  });

  test('counts from the configuration’s own folder too', () => {
    expect(named({ instructions: ['near.md'] }, '.opencode')).toEqual(['.opencode/near.md']);
  });

  test('is taken to the letter where it is a path', () => {
    expect(matched(files, [specOf('we[i]rd.md')])).toEqual(['we[i]rd.md']);
  });

  test.each([
    ['CLAUDE.md', 'AGENTS.md', 'AGENTS.md'],
    ['sub/CLAUDE.md', '../docs/rules', 'docs/rules'],
    ['CLAUDE.md', '../../etc/passwd', ''],
    ['CLAUDE.md', '/etc/passwd', ''],
  ])('a link at %s to %s leads to %s', (path, target, found) => {
    expect(targetOf(path, target)).toBe(found);
  });
});
