// Cuts the calls that the emulator answers out of GitHub's own OpenAPI description, without prose
// and examples. Run it again for a newer description: node scripts/derive-openapi.ts
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SOURCE = '@octokit/openapi@23.0.2';
const MEMBER = 'package/generated/api.github.com.json';
const TARGET = 'playground/github/openapi.json';
const REPO = '/repos/{owner}/{repo}';

/** Path (below the repository where it begins with a dot) and the methods in use. */
const CALLS: Record<string, string[]> = {
  '/user': ['get'],
  '/users/{username}': ['get'],
  './': ['get'],
  './collaborators/{username}/permission': ['get'],
  './labels': ['get', 'post'],
  './labels/{name}': ['get'],
  './issues/{issue_number}': ['get'],
  './issues/{issue_number}/comments': ['get', 'post'],
  './issues/{issue_number}/labels': ['get', 'post'],
  './issues/{issue_number}/labels/{name}': ['delete'],
  './issues/{issue_number}/reactions': ['get', 'post'],
  './issues/{issue_number}/reactions/{reaction_id}': ['delete'],
  './issues/comments/{comment_id}': ['get', 'patch', 'delete'],
  './issues/comments/{comment_id}/reactions': ['get', 'post'],
  './issues/comments/{comment_id}/reactions/{reaction_id}': ['delete'],
  './actions/caches': ['get'],
  './actions/caches/{cache_id}': ['delete'],
  './actions/runs/{run_id}/attempts/{attempt_number}': ['get'],
  './branches/{branch}': ['get'],
  './compare/{basehead}': ['get'],
  './git/blobs': ['post'],
  './git/blobs/{file_sha}': ['get'],
  './git/commits': ['post'],
  './git/commits/{commit_sha}': ['get'],
  './git/matching-refs/{ref}': ['get'],
  './git/ref/{ref}': ['get'],
  './git/refs': ['post'],
  './git/refs/{ref}': ['patch', 'delete'],
  './git/trees': ['post'],
  './git/trees/{tree_sha}': ['get'],
  './pulls': ['get', 'post'],
  './pulls/{pull_number}': ['get'],
  './pulls/{pull_number}/files': ['get'],
  './pulls/{pull_number}/comments': ['get'],
  './pulls/{pull_number}/comments/{comment_id}/replies': ['post'],
  './pulls/{pull_number}/reviews': ['get', 'post'],
  './pulls/{pull_number}/reviews/{review_id}': ['put'],
  './pulls/{pull_number}/reviews/{review_id}/comments': ['get'],
  './pulls/comments/{comment_id}': ['get', 'patch', 'delete'],
  './pulls/comments/{comment_id}/reactions': ['get', 'post'],
  './pulls/comments/{comment_id}/reactions/{reaction_id}': ['delete'],
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };

/** What no check needs, beside GitHub's own `x-` remarks. */
const PROSE = new Set([
  'description',
  'summary',
  'title',
  'tags',
  'externalDocs',
  'example',
  'examples',
]);
/** Below these, keys are names of things, which may well be called `description`. */
const NAMES = new Set(['properties', 'headers', 'schemas', 'parameters', 'responses']);

function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same without prose and examples, in words that a JSON schema validator takes. */
function strip(value: Json, keysAreNames = false): Json {
  if (Array.isArray(value)) return value.map((item) => strip(item));
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(
    ([key]) => keysAreNames || !(PROSE.has(key) || key.startsWith('x-')),
  );
  const stripped = Object.fromEntries(
    kept.map(([key, item]) => [key, strip(item, !keysAreNames && NAMES.has(key))]),
  );
  return keysAreNames ? stripped : allowNull(stripped);
}

/** OpenAPI's `nullable` needs a `type` beside it and null in `enum`; GitHub leaves both out. */
function allowNull(schema: Fields): Fields {
  const { nullable, ...rest } = schema;
  if (nullable !== true) return schema;
  if (rest['type'] === undefined)
    return { anyOf: [rest, { type: 'string', nullable, enum: [null] }] };
  return Array.isArray(rest['enum']) ? { ...schema, enum: [...rest['enum'], null] } : schema;
}

/** Every `#/components/...` that a value refers to. */
function references(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isFields(value)) return [];
  const own = typeof value['$ref'] === 'string' ? [value['$ref']] : [];
  return [...own, ...Object.values(value).flatMap(references)];
}

function at(root: Fields, path: string[]): Json {
  let value: Json = root;
  for (const key of path) {
    const next: Json | undefined = isFields(value) ? value[key] : undefined;
    if (next === undefined) throw new Error(`${SOURCE} has no ${path.join(' ')}`);
    value = next;
  }
  return value;
}

function pick(whole: Fields): Fields {
  const paths: Fields = {};
  for (const [short, methods] of Object.entries(CALLS)) {
    const path = short === './' ? REPO : short.replace(/^\./, REPO);
    const picked = methods.map((method) => [method, strip(at(whole, ['paths', path, method]))]);
    paths[path] = Object.fromEntries(picked) as Fields;
  }
  return paths;
}

function componentsOf(whole: Fields, paths: Fields): Fields {
  const found: Record<string, Fields> = {};
  const waiting = references(paths);
  for (let reference = waiting.pop(); reference !== undefined; reference = waiting.pop()) {
    const [, , group = '', name = ''] = reference.split('/');
    found[group] ??= {};
    if (name in found[group]) continue;
    const component = strip(at(whole, ['components', group, name]));
    found[group][name] = component;
    waiting.push(...references(component));
  }
  return found;
}

/** One path or component a line: small, and a newer description still gives a readable diff. */
function print(value: Json, depth = 3): string {
  if (depth === 0 || !isFields(value)) return JSON.stringify(value);
  const lines = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${print(value[key] ?? null, depth - 1)}`);
  return `{\n${lines.join(',\n')}\n}`;
}

const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
try {
  const { stdout } = await run('npm', ['pack', '--silent', SOURCE], { cwd: folder });
  await run('tar', ['xzf', stdout.trim(), MEMBER], { cwd: folder });
  const whole = JSON.parse(await readFile(join(folder, MEMBER), 'utf8')) as Fields;
  const paths = pick(whole);
  const info = {
    title: `A part of ${SOURCE} (MIT)`,
    version: at(whole, ['info', 'version']),
  };
  const derived = { openapi: '3.0.3', info, paths, components: componentsOf(whole, paths) };
  await writeFile(TARGET, `${print(derived)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
