import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { type ParseResult, parse } from '@babel/parser';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const modules = tracked.filter((path) =>
  /^(src|playground|scripts|bench|faults)\/.*\.ts$/.test(path),
);
const source = modules.filter((path) => path.startsWith('src/'));

/** The way of the data through src/: a folder may know the types of those above it. */
const way = [
  'event',
  'gate',
  'thread',
  'attachments',
  'session',
  'cache',
  'prompt',
  'relay',
  'isolation',
  'opencode',
  'turn',
  'changes',
  'review',
  'reply',
  'journal',
  'lock',
];
/** What stands beside the way, and knows nothing of the run. */
const apart = ['serve'];
/** What every folder may use, folders of it included. They know nothing but each other. */
const shared = ['git', 'limits', 'markdown', 'redact'];
const common = [
  'src/errors.ts',
  'src/limits.ts',
  'src/github.ts',
  'src/github-pages.ts',
  'src/github-redact.ts',
  'src/github-repeat.ts',
  'src/github-retry.ts',
  'src/marker.ts',
  ...source.filter((path) => shared.includes(folderOf(path) ?? '')),
];
/** Who may look at the environment. Everybody else is handed what he needs. */
const environmentReaders = [
  'src/inputs.ts',
  'src/outputs.ts',
  'src/main.ts',
  'src/post.ts',
  'src/serve.ts',
];

interface Node {
  type: string;
  start: number;
  end: number;
  loc?: { start: { line: number }; end: { line: number } };
}

const trees = new Map(
  modules.map((path) => [
    path,
    parse(read(path), { sourceType: 'module', plugins: ['typescript'] }),
  ]),
);

function tree(path: string): ParseResult {
  const found = trees.get(path);
  if (found === undefined) throw new Error(`${path} is no module`);
  return found;
}

interface Import {
  to: string;
  isTypeOnly: boolean;
}

/** The imports and re-exports of our own modules, as paths from the root. */
function importsOf(path: string): Import[] {
  return tree(path).program.body.flatMap((node) => {
    const isImport = node.type === 'ImportDeclaration';
    if (!isImport && node.type !== 'ExportNamedDeclaration' && node.type !== 'ExportAllDeclaration')
      return [];
    const from = node.source?.value;
    if (from === undefined || from === null || !from.startsWith('.')) return [];
    const kind = isImport ? node.importKind : node.exportKind;
    const areTypes =
      isImport &&
      node.specifiers.length > 0 &&
      node.specifiers.every(
        (each) => each.type === 'ImportSpecifier' && each.importKind === 'type',
      );
    const to = relative(root, join(root, dirname(path), from));
    return [{ to, isTypeOnly: kind === 'type' || areTypes }];
  });
}

/** The folder of src/ that a module is in; undefined for the files beside the folders. */
function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** What of a module's imports the rule of the way forbids. */
function offences(path: string): string[] {
  const folder = folderOf(path);
  const above = way.slice(0, way.indexOf(folder ?? ''));
  return importsOf(path)
    .filter(({ to, isTypeOnly }) => {
      if (common.includes(to)) return false;
      const from = folderOf(to);
      if (from === folder) return false;
      return from === undefined || !above.includes(from) || !isTypeOnly;
    })
    .map(({ to, isTypeOnly }) => `${path} imports ${isTypeOnly ? 'types of ' : ''}${to}`);
}

/** Every node below one, itself included. */
function* walk(node: unknown): Generator<Node> {
  if (Array.isArray(node)) for (const each of node) yield* walk(each);
  if (typeof node !== 'object' || node === null || !('type' in node)) return;
  yield node as Node;
  for (const [key, value] of Object.entries(node)) {
    if (!/^(loc|errors|tokens|.*[cC]omments)$/.test(key)) yield* walk(value);
  }
}

function linesOf({ loc }: Node): number {
  return loc === undefined ? 0 : loc.end.line - loc.start.line + 1;
}

describe('the way of the data', () => {
  test('every folder of src has its place on it, or reads the inputs', () => {
    const folders = new Set(source.map(folderOf).filter((folder) => folder !== undefined));
    expect([...folders].toSorted()).toEqual([...way, ...apart, ...shared, 'inputs'].toSorted());
  });

  test.each(way)('%s/ knows only types of what is above it, beside what is common', (folder) => {
    const found = source.filter((path) => folderOf(path) === folder).flatMap(offences);
    expect(found).toEqual([]);
  });

  test.each(apart)('%s/ knows nothing of the run but how it fails', (folder) => {
    const own = source.filter((path) => folderOf(path) === folder);
    const foreign = own.flatMap(importsOf).filter(({ to }) => folderOf(to) !== folder);
    const known = ['src/errors.ts', 'src/git/index-file.ts'];
    expect(new Set(foreign.map(({ to }) => to))).toEqual(new Set(known));
  });

  test('what is common to all knows nothing else', () => {
    const found = common.flatMap((path) => importsOf(path).map(({ to }) => to));
    expect(found.filter((to) => !common.includes(to))).toEqual([]);
  });

  test('reading the inputs takes no more of the run than its types and the names of permissions', () => {
    const readers = ['src/inputs.ts', ...source.filter((path) => folderOf(path) === 'inputs')];
    const used = readers.flatMap(importsOf).filter(({ isTypeOnly }) => !isTypeOnly);
    const foreign = used.map(({ to }) => to).filter((to) => folderOf(to) !== 'inputs');
    expect(foreign.filter((to) => !common.includes(to))).toEqual(['src/gate/decide.ts']);
  });

  test('only inputs, outputs and entrypoints look at the environment', () => {
    const found = source.filter(readsEnvironment);
    expect(found.filter((path) => !environmentReaders.includes(path))).toEqual([]);
  });

  test('only opencode/ knows OpenCode’s own types, and nobody its client', () => {
    const found = source.filter((path) => read(path).includes("'@opencode-ai/sdk"));
    expect(found.filter((path) => folderOf(path) !== 'opencode')).toEqual([]);
    const packages = found.flatMap((path) => read(path).match(/.*'@opencode-ai\/sdk.*/g) ?? []);
    expect(packages.filter((line) => !line.startsWith('import type '))).toEqual([]);
  });
});

/** The ways to get at the environment, as the text of a node. */
const environment =
  /^process(\.env|\['env'\])$|^\{[^=]*\benv\b[^=]*\} = process$|^import .* from '(node:)?process'/s;

function readsEnvironment(path: string): boolean {
  const text = read(path);
  return [...walk(tree(path).program)].some(({ start, end }) =>
    environment.test(text.slice(start, end)),
  );
}

describe('size', () => {
  test('no module is over 250 lines', () => {
    const long = modules.map((path) => ({ path, lines: read(path).split('\n').length - 1 }));
    expect(long.filter(({ lines }) => lines > 250)).toEqual([]);
  });

  test('no function is over 50 lines', () => {
    const functions =
      /^(Function(Declaration|Expression)|ArrowFunctionExpression|(Class|Object)Method)$/;
    const long = modules.flatMap((path) =>
      [...walk(tree(path).program)]
        .filter((node) => functions.test(node.type) && linesOf(node) > 50)
        .map((node) => `${path}:${node.loc?.start.line} has ${linesOf(node)} lines`),
    );
    expect(long).toEqual([]);
  });

  test('the whole story of a run is under 80 lines', () => {
    expect(read('src/run.ts').trimEnd().split('\n').length).toBeLessThan(80);
  });
});

describe('what is exported', () => {
  test('has a docstring, and a name', () => {
    const found = modules.flatMap((path) =>
      tree(path).program.body.flatMap((node) => {
        if (node.type === 'ExportDefaultDeclaration') return [`${path}: a default export`];
        if (node.type !== 'ExportNamedDeclaration' || !node.declaration) return [];
        const before = node.leadingComments?.at(-1);
        const isSaid = before?.type === 'CommentBlock' && before.value.startsWith('*');
        return isSaid ? [] : [`${path}:${node.loc?.start.line}`];
      }),
    );
    expect(found).toEqual([]);
  });
});

describe('the repository stands alone', () => {
  const text = tracked.filter((path) => !/\.(png|jpg|gif|tgz)$/.test(path));

  test('no bundle names a folder of the machine that it was built on', () => {
    // ncc names a linked node_modules by the way to it, out of the project.
    const leadsOut = /(?:\.\.\/){2,}(?!node_modules)[^\s"']*\/node_modules\//;
    const bundles = text.filter((path) => path.startsWith('dist/'));
    expect(bundles.filter((path) => leadsOut.test(read(path)))).toEqual([]);
  });

  test('no file says where packages are downloaded from', () => {
    const registry = new RegExp('registry' + String.raw`\.(npmjs|yarnpkg)`, 'i');
    expect(text.filter((path) => registry.test(read(path)))).toEqual([]);
    expect(read('package-lock.json')).not.toContain('"resolved"');
  });
});
