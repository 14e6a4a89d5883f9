import { posix } from 'node:path';

/**
 * What OpenCode reads as instructions, settings or code, tried out on 1.18.33: the first line, at
 * the root (`AGENTS.md` and its like in every folder that a file is read in). The rest is read by other
 * agents, by MCP hosts, and by git's hooks, when the agent or a later step runs git.
 */
const names = `AGENTS.md CLAUDE.md CONTEXT.md opencode.json opencode.jsonc .opencode .claude .agents
  AGENT.md AGENTS.override.md CLAUDE.local.md GEMINI.md .mcp.json .cursor .cursorrules .codex .gemini
  .windsurfrules copilot-instructions.md .husky .githooks .pre-commit-config.yaml
  .pre-commit-config.yml .envrc lefthook*.yml lefthook*.yaml lefthook*.json lefthook*.toml
  .lefthook*.yml .lefthook*.yaml .lefthook*.json .lefthook*.toml`.split(/\s+/);

/**
 * Those files as git's pathspecs: at any depth, in any letter case, and whatever stands under such a
 * name, be it a file, a link or a folder.
 * https://git-scm.com/docs/gitglossary#Documentation/gitglossary.txt-pathspec
 */
export const configurationSpecs: readonly string[] = names.flatMap((name) => [
  `:(glob,icase)**/${name}`,
  `:(glob,icase)**/${name}/**`,
]);

/** Whether a path is a configuration of OpenCode's, which may name further files. */
export function isOpenCodeConfig(path: string): boolean {
  return /^(\.opencode\/)?opencode\.jsonc?$/i.test(path);
}

/** The pathspec of a file or of a folder with all in it. */
export function specOf(path: string): string {
  return `:(glob,icase)${escape(path)}`;
}

/**
 * What an OpenCode configuration in `folder` (relative; empty for the root) makes OpenCode read or
 * run from the repository, as pathspecs: `instructions`, `plugin`, `skills.paths`, `{file:...}`, and
 * words of the commands of `mcp`, `lsp` and `formatter` that are files. A text that is no JSON names
 * what its `{file:...}` say.
 */
export function namedBy(text: string, folder: string): string[] {
  const config = parse(text);
  const patterns = [
    ...strings(config['instructions']),
    ...strings(config['plugin']),
    ...strings(record(config['skills'])['paths']),
  ];
  const files = [...text.matchAll(/\{file:([^}]+)\}/g)].map(([, path = '']) => path.trim());
  const commands = ['mcp', 'lsp', 'formatter'].flatMap((kind) =>
    Object.values(record(config[kind])).flatMap((each) => strings(record(each)['command'])),
  );
  const words = commands.flatMap((part) => part.split(/[\s'"=;|&()]+/));
  const within = (paths: readonly string[]): string[] =>
    paths.flatMap((path) => [inside(path, folder), inside(path, '')].filter((one) => one !== ''));
  const specs = [
    ...within(patterns)
      .flatMap(alternatives)
      .map((pattern) => `:(glob,icase)${pattern}`),
    ...within(files).map(specOf),
    // A word may be a folder that a tool is to look at: only a file is what is run.
    ...within(words).map((word) => `:(glob,icase)${escape(word.slice(0, -1))}\\${word.slice(-1)}`),
  ];
  return [...new Set(specs)];
}

/** Where a link at `path` leads to in the repository; empty where it leads out of it. */
export function targetOf(path: string, target: string): string {
  return inside(target, posix.dirname(path));
}

/** The path from the root; empty for the root itself and for what is not in the repository. */
function inside(path: string, folder: string): string {
  const plain = path.replace(/^file:(\/\/)?/, '');
  if (plain === '' || /^(\/|~|[a-z][\w+.-]*:)/i.test(plain)) return '';
  const joined = posix.join(folder, plain).replace(/\/+$/, '');
  return joined === '.' || joined === '..' || joined.startsWith('../') ? '' : joined;
}

function escape(path: string): string {
  return path.replaceAll(/[*?[\]\\]/g, String.raw`\$&`);
}

/** Git's globs know no `{a,b}`. */
function alternatives(pattern: string): string[] {
  const found = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(pattern);
  if (found === null) return [pattern];
  const [, before = '', choice = '', after = ''] = found;
  return choice.split(',').flatMap((each) => alternatives(`${before}${each}${after}`));
}

/** JSON with comments and trailing commas, as OpenCode takes it; nothing where it is neither. */
function parse(text: string): Record<string, unknown> {
  const bare = text
    .replaceAll(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1')
    .replaceAll(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, '$1');
  try {
    return record(JSON.parse(bare));
  } catch {
    return {};
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The strings of a list, and the first of a list in it: a plugin with its options. */
function strings(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .map((item: unknown) => (Array.isArray(item) ? (item as unknown[])[0] : item))
    .filter((item) => typeof item === 'string');
}
