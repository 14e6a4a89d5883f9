import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = ['README.md', 'examples/act/README.md'].concat(
  readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
);

/** Every name in the unions of `errors.ts` that make up `Reason`. */
function reasons(): string[] {
  const [types = ''] = read('src/errors.ts').split('/** Every value of the output `outcome`. */');
  return [...types.matchAll(/'([a-z-]+)'/g)].map(([, name = '']) => name);
}

/** GitHub's anchors of a page's headings. */
function anchors(path: string): string[] {
  const headings = [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('docs/troubleshooting.md', () => {
  test('has a section for every reason, and for nothing else', () => {
    const sections = read('docs/troubleshooting.md').matchAll(/^### (.*)$/gm);
    const titles = [...sections].map(([, title = '']) => title);
    expect(titles.toSorted()).toEqual([...new Set(reasons())].toSorted());
  });

  test('is where action.yml and the README lead to', () => {
    expect(read('action.yml')).toContain('docs/troubleshooting.md');
    expect(read('README.md')).toContain('(docs/troubleshooting.md)');
  });
});

describe('the README', () => {
  test('has the two commands before everything but what the action does', () => {
    const [first] = /```sh\n(.*?)```/s.exec(read('README.md'))?.slice(1) ?? [];
    expect(first).toBe('npm install && npm run try\nnpm test\n');
  });

  test('shows the workflow of examples/local.yml, which is under 20 lines', () => {
    const workflow = read('examples/local.yml');
    expect(read('README.md')).toContain(`\`\`\`yaml\n${workflow}\`\`\``);
    expect(workflow.trimEnd().split('\n').length).toBeLessThan(20);
  });
});

describe.each(pages)('%s', (path) => {
  test('links to pages and headings that are there', () => {
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, to = '']) => to);
    const broken = links.filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchors(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('names only commands that package.json has', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
    const named = [...read(path).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

describe('docs/security.md', () => {
  test('names tests that are there', () => {
    const lines = [...read('docs/security.md').matchAll(/^ +- `(__tests__[^`]+)`: (.*)$/gm)];
    const missing = lines.flatMap(([, path = '', names = '']) => {
      const text = read(path);
      const quoted = [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
      return quoted.filter((name) => !text.includes(name));
    });
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(missing).toEqual([]);
  });
});

describe('docs/design.md', () => {
  test('names only modules and folders of src that are there', () => {
    const named = [...read('docs/design.md').matchAll(/`([\w-]+(?:\.ts|\/(?:[\w-]+)?))`/g)];
    const paths = named.map(([, path = '']) => path).filter((path) => path !== 'playground/');
    const missing = paths.filter((path) => {
      const file = path.includes('.') || path.endsWith('/') ? path : `${path}.ts`;
      return !existsSync(join(root, 'src', file)) && !existsSync(join(root, file));
    });
    expect(paths.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });
});
