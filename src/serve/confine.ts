import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { type Answer, answers } from './answers.ts';
import { type RawHeaders, valuesOf } from './headers.ts';
import { isInside } from './options.ts';
import type { Route } from './routes.ts';

/** Where directories are confined to. */
export interface Bounds {
  /** Resolved; empty: nothing is confined. */
  roots: readonly string[];
  /** OpenCode's own working directory, which counts where none is given; undefined: unknown. */
  directory: string | undefined;
}

/** What passes on in place of what came, or the answer to what must not pass. */
export type Confined =
  | {
      search: string;
      /** What the request is about; undefined: OpenCode's own working directory. */
      directory: string | undefined;
      /** Headers that have been dealt with. */
      drop: readonly string[];
      /** A body that was read and checked already; undefined: it goes on as it comes. */
      body?: Buffer | undefined;
    }
  | { answer: Answer };

const header = 'x-opencode-directory';

/** What passes on where nothing is confined: all of it, about the directory that it names first. */
export function passAnywhere(search: string, rawHeaders: RawHeaders): Confined {
  return { search, directory: decoded(namedBy(search, rawHeaders)[0]), drop: [] };
}

/** The directories that a request names. */
function namedBy(search: string, rawHeaders: RawHeaders): string[] {
  const queried = search === '' ? [] : new URLSearchParams(search).getAll('directory');
  return queried.concat(valuesOf(rawHeaders, header)).filter((each) => each !== '');
}

/**
 * Reads which directory a request is about. Every spelling of it (query and header, repeated or not)
 * must lead to one directory inside of the roots, symlinks resolved; the resolved path alone goes on, so that OpenCode cannot read it in another way. What somebody swaps for a
 * symlink after that is not seen: whoever can do that has the machine's shell already.
 */
export async function confine(
  { roots, directory: own }: Bounds,
  route: Route,
  search: string,
  rawHeaders: RawHeaders,
): Promise<Confined> {
  const query = new URLSearchParams(search);
  const given = namedBy(search, rawHeaders);
  // OpenCode knows these as ways to other directories; `directory[]` and the like as lists of them.
  if ([...query.keys()].some((name) => /^(workspace|location|scope|directory.)/.test(name)))
    return { answer: answers.forbidden };
  // It is about no directory: and there may be none that this token may use.
  if (given.length === 0 && route.template === '/global/health')
    return { search: '', directory: undefined, drop: [header] };
  const spellings = given.length > 0 ? given.map((each) => decoded(each) ?? '') : [own ?? ''];
  const found = await Promise.all(spellings.map((each) => locate(roots, own ?? '/', each)));
  const [first] = found;
  if (first === undefined || found.some(({ path }) => path === undefined || path !== first.path))
    return { answer: answers.forbidden };
  if (first.path === undefined) return { answer: answers.forbidden };
  if (!first.isThere) return { answer: answers.noDirectory };
  if (/^\/file(\/content)?$/.test(route.template)) {
    for (const path of query.getAll('path')) {
      if ((await locate(roots, first.path, path)).path === undefined)
        return { answer: answers.forbidden };
    }
  }
  query.delete('directory');
  // OpenCode decodes it once more than a query is: a `%` of its name must survive that.
  query.set('directory', first.path.replaceAll('%', '%25'));
  return { search: `?${query.toString()}`, directory: first.path, drop: [header] };
}

/** OpenCode decodes a directory after the query or the header was read; where it cannot, it does not. */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Checks a body, and gives it as it goes on: written anew, so that what was checked is what is read.
 * Every `file:` part of a prompt must lead into the roots. A new session may name no workspace.
 */
export async function confineBody(
  roots: readonly string[],
  directory: string,
  kind: 'prompt' | 'session',
  body: Buffer,
): Promise<Buffer | Answer> {
  const read = parse(body);
  if (read === undefined) return answers.malformed;
  if (kind === 'session') {
    if (Object.hasOwn(read, 'workspaceID')) return answers.forbidden;
    return Buffer.from(JSON.stringify(read));
  }
  const parts: unknown = read['parts'];
  if (!Array.isArray(parts)) return answers.malformed;
  const checked = await Promise.all(parts.map((part) => confinePart(roots, directory, part)));
  if (checked.includes(undefined)) return answers.forbidden;
  return Buffer.from(JSON.stringify({ ...read, parts: checked }));
}

/** The part as it goes on; undefined where it must not. */
async function confinePart(
  roots: readonly string[],
  directory: string,
  part: unknown,
): Promise<unknown> {
  if (!isRecord(part)) return undefined;
  const source = part['source'];
  if (isRecord(source) && typeof source['path'] === 'string') {
    if ((await locate(roots, directory, source['path'])).path === undefined) return undefined;
  }
  if (part['url'] === undefined) return part['type'] === 'file' ? undefined : part;
  const url = typeof part['url'] === 'string' ? URL.parse(part['url']) : null;
  if (url === null) return undefined;
  if (['data:', 'http:', 'https:'].includes(url.protocol)) return part;
  if (url.protocol !== 'file:') return undefined;
  const path = pathOf(url);
  const found = path === undefined ? undefined : await locate(roots, directory, path);
  if (found?.path === undefined) return undefined;
  return { ...part, url: pathToFileURL(found.path).href + url.search };
}

function pathOf(url: URL): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** Whether an absolute path leads into the roots, symlinks resolved. */
export async function isWithin(roots: readonly string[], path: string): Promise<boolean> {
  return (await locate(roots, '/', path)).path !== undefined;
}

/** Where a path leads to: undefined where that is outside of all roots. */
async function locate(
  roots: readonly string[],
  base: string,
  text: string,
): Promise<{ path: string | undefined; isThere: boolean }> {
  const { path, isThere } = await follow(resolve(base, text));
  const isIn = path !== undefined && roots.some((root) => isInside(root, path));
  return { path: isIn ? path : undefined, isThere };
}

/** Resolves symlinks, those of what is there where the rest is not. */
async function follow(path: string): Promise<{ path: string | undefined; isThere: boolean }> {
  try {
    return { path: await realpath(path), isThere: true };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isMissing || path === dirname(path)) return { path: undefined, isThere: false };
  }
  const above = await follow(dirname(path));
  return {
    path: above.path === undefined ? undefined : join(above.path, basename(path)),
    isThere: false,
  };
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const read: unknown = JSON.parse(text);
    return isRecord(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
