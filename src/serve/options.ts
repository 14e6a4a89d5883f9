import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { type FlagName, type Given, one, unusable } from './flags.ts';
import { bodyMiB, drainSeconds } from './limits.ts';
import { type WorkspaceOptions, readWorkspaces } from './workspaces/options.ts';
import { readFile } from './renewable.ts';
import { type Route, readRoute } from './routes.ts';

/** Where OpenCode is, in the words of the flags. */
export type Behind =
  | {
      kind: 'own';
      directory: string;
      path: string | undefined;
      version: string | undefined;
      config: unknown;
      agentEnv: string[];
      cache: string | undefined;
    }
  | { kind: 'upstream'; url: URL; authorization: string | undefined };

/** All that the command was told, checked. */
export interface Options {
  host: string;
  port: number;
  allow: Route[];
  /** Resolved; empty: every directory. */
  roots: string[];
  /** Infinity: any number. */
  maxSessions: number;
  maxBodyBytes: number;
  drainMs: number;
  /** Undefined: there are none. */
  workspaces: WorkspaceOptions | undefined;
  behind: Behind;
}

/** Checks what was set. Throws `invalid-input` in one line that names the flag. */
export function readOptions(given: Given): Options {
  const roots = readRoots(given);
  return {
    ...readListen(one(given, 'listen') ?? '127.0.0.1:9200'),
    allow: readAllowed(given),
    roots,
    maxSessions: readNumber(given, 'max-sessions', Infinity, /^[1-9]\d{0,5}$/, 'a whole number'),
    maxBodyBytes:
      readNumber(given, 'max-body', bodyMiB, /^[1-9]\d{0,3}$/, 'a whole number of MiB') * 1024 ** 2,
    drainMs: readNumber(given, 'drain', drainSeconds, /^\d{1,5}$/, 'a number of seconds') * 1_000,
    workspaces: readWorkspaces(given, roots),
    behind: readBehind(given, roots),
  };
}

function readListen(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits] =
    /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535)
    throw unusable('listen', 'is no address', '`HOST:PORT`, such as `127.0.0.1:9200`');
  return { host, port };
}

/** A number that a flag was set to. Throws `invalid-input` where it has another shape. */
export function readNumber(
  given: Given,
  name: FlagName,
  byDefault: number,
  shape: RegExp,
  expected: string,
): number {
  const text = one(given, name);
  if (text === undefined) return byDefault;
  if (!shape.test(text)) throw unusable(name, `is ${JSON.stringify(text)}`, expected);
  return Number(text);
}

function readAllowed(given: Given): Route[] {
  return (given.get('allow') ?? []).map((text) => {
    const route = readRoute(text);
    if (route !== undefined) return route;
    const expected = '`METHOD:PATH`, such as `DELETE:/session/:id`';
    throw unusable('allow', `is ${JSON.stringify(text)}`, expected);
  });
}

function readRoots(given: Given): string[] {
  return (given.get('root') ?? []).map((text) => readDirectory('root', text));
}

/** A directory, resolved. Throws `invalid-input` where there is none. */
export function readDirectory(name: FlagName, text: string): string {
  try {
    const path = realpathSync(resolve(text));
    if (statSync(path).isDirectory()) return path;
  } catch {
    // Then there is none.
  }
  throw unusable(name, `is ${JSON.stringify(text)}`, 'a directory that is there');
}

function readBehind(given: Given, roots: readonly string[]): Behind {
  const upstream = one(given, 'upstream');
  if (upstream !== undefined) {
    refuseBoth(given, ['directory', 'opencode-path', 'opencode-version', 'opencode-config']);
    return { kind: 'upstream', url: readUrl(upstream), authorization: readLogin(given) };
  }
  const directory = readDirectory('directory', one(given, 'directory') ?? roots[0] ?? '.');
  if (roots.length > 0 && !roots.some((root) => isInside(root, directory)))
    throw unusable('directory', 'is outside of --root', 'a directory inside of it');
  return {
    kind: 'own',
    directory,
    path: one(given, 'opencode-path'),
    version: readVersion(one(given, 'opencode-version')),
    config: readConfig(one(given, 'opencode-config')),
    agentEnv: readNames(one(given, 'agent-env')),
    cache: one(given, 'cache'),
  };
}

/** Whether a path is a directory or lies in it; both resolved. */
export function isInside(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function refuseBoth(given: Given, names: readonly FlagName[]): void {
  const idle = names.find((name) => given.has(name));
  if (idle === undefined) return;
  throw unusable(idle, 'is given beside --upstream', 'one of the two: that server runs already');
}

function readUrl(text: string): URL {
  const expected = 'an address alone, such as `http://127.0.0.1:4096`';
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw unusable('upstream', 'is no address', expected);
  if (url.username !== '' || url.password !== '')
    throw unusable(
      'upstream',
      'holds credentials',
      `${expected}; --upstream-password-file besides`,
    );
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw unusable('upstream', 'has a path, a query or a fragment', expected);
  return url;
}

function readLogin(given: Given): string | undefined {
  const file = one(given, 'upstream-password-file');
  const password =
    file === undefined
      ? one(given, 'upstream-password')
      : readFile('upstream-password-file', file).replace(/\r?\n$/, '');
  if (password === undefined) return undefined;
  if (password === '')
    throw unusable('upstream-password-file', 'names an empty file', 'a file with a password');
  const username = one(given, 'upstream-username') ?? 'opencode';
  // RFC 7617, section 2: the name ends at the first colon.
  if (username.includes(':'))
    throw unusable('upstream-username', 'holds a colon', 'a name without one');
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function readVersion(text: string | undefined): string | undefined {
  if (text === undefined || text === 'installed') return text;
  if (/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(text)) return text;
  const expected = 'an exact version such as `1.18.33`, or `installed`';
  throw unusable('opencode-version', `is ${JSON.stringify(text)}`, expected);
}

function readConfig(text: string | undefined): unknown {
  if (text === undefined) return {};
  try {
    const config: unknown = JSON.parse(text);
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config;
  } catch {
    // It may hold a secret: nothing of it is quoted.
  }
  throw unusable(
    'opencode-config',
    'is no JSON object',
    'one such as `{"model": "provider/name"}`',
  );
}

function readNames(text: string | undefined): string[] {
  const names = (text ?? '').split(',').flatMap((name) => name.trim() || []);
  if (names.every((name) => /^[A-Za-z_]\w*$/.test(name))) return names;
  throw unusable('agent-env', 'holds something else', 'names of variables, with commas between');
}
