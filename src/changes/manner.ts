import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { filterKeys, withoutFilters } from '../git/filters.ts';
import { type Git, GitError } from '../git/git.ts';

/** How a checkout's git reads the working tree, as the files of a git folder. */
export interface Manner {
  config: string;
  /** For `info/exclude`. */
  exclude: string;
  /** For `info/attributes`, which count more than those of the working tree... */
  attributes: string;
  /** ...and for `core.attributesFile`, which count less. */
  fallbackAttributes: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Settings that decide what of a file is stored, and that are a word at most. */
const kept = String.raw`^core\.(autocrlf|eol|filemode|symlinks|ignorecase|precomposeunicode|longpaths)$`;
const word = /^[a-z]*$/;

/** Lists of exclusions and attributes are never so large. */
const listBytes = 1024 * 1024;

/**
 * Reads what of a checkout's settings decides what git would store, wherever they are set: to be
 * read before the agent starts. No filter is among them but Git LFS as it sets itself up.
 */
export async function readManner(git: Git, env: Env, signal: AbortSignal): Promise<Manner> {
  const get = (...asked: string[]): Promise<string> => printOrNothing(git, asked, signal);
  const settings = entriesOf(await get('-z', '--get-regexp', kept));
  const filters = await get('-z', '--get-regexp', filterKeys);
  const home = env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config');
  const own = join(home, 'git');
  const path = async (key: string, fallback: string): Promise<string> =>
    (await get('--type=path', '--get', key)).trimEnd() || join(own, fallback);
  const info = async (name: string): Promise<string> =>
    (
      await git(['rev-parse', '--path-format=absolute', '--git-path', `info/${name}`], signal)
    ).trimEnd();
  const exclude = await Promise.all(
    [await path('core.excludesFile', 'ignore'), await info('exclude')].map(readList),
  );
  return {
    config: printConfig([...settings.filter(([, value]) => word.test(value)), ...lfsOf(filters)]),
    // What comes later counts more.
    exclude: exclude.join('\n'),
    attributes: await readList(await info('attributes')),
    fallbackAttributes: await readList(await path('core.attributesFile', 'attributes')),
  };
}

/** `git config` answers 1 where nothing is set. */
async function printOrNothing(
  git: Git,
  asked: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  try {
    return await git(['config', ...asked], signal);
  } catch (thrown) {
    if (thrown instanceof GitError && thrown.exitCode === 1) return '';
    throw thrown;
  }
}

function entriesOf(printed: string): [key: string, value: string][] {
  const entries = printed.split('\0').filter((entry) => entry.includes('\n'));
  return entries.map((entry) => {
    const end = entry.indexOf('\n');
    return [entry.slice(0, end), entry.slice(end + 1)];
  });
}

/** Git LFS as it is set, unless that is another command than its own. */
function lfsOf(printed: string): [key: string, value: string][] {
  const isForeign = withoutFilters(printed).some(([key]) => key.startsWith('filter.lfs.'));
  if (isForeign) return [];
  return entriesOf(printed).filter(([key]) => key.startsWith('filter.lfs.'));
}

/**
 * Over that, what the checkout has no say in: no list or file beside ours, stat data in full, nothing
 * written to disk in waiting (`fsync`), and names that are `.git` on another system refused.
 */
function printConfig(entries: readonly (readonly [key: string, value: string])[]): string {
  const lines = [
    ...entries,
    ['core.repositoryFormatVersion', '0'],
    ['core.bare', 'false'],
    ['core.excludesFile', '/dev/null'],
    ['core.checkStat', 'default'],
    ['core.trustCtime', 'true'],
    ['core.untrackedCache', 'false'],
    ['core.splitIndex', 'false'],
    ['core.safeCrlf', 'false'],
    // A fetch would ask the checkout's git for its references.
    ['core.alternateRefsCommand', 'true'],
    ['core.protectHFS', 'true'],
    ['core.protectNTFS', 'true'],
    ['core.fsync', 'none'],
    ['core.quotePath', 'false'],
  ] as const;
  return lines
    .map(([key, value]) => `[${sectionOf(key)}]\n\t${nameOf(key)} = "${value}"\n`)
    .join('');
}

function sectionOf(key: string): string {
  const [section = '', ...rest] = key.split('.').slice(0, -1);
  return rest.length === 0 ? section : `${section} "${rest.join('.')}"`;
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

/** Nothing of what is no regular file: opening a pipe would wait for whoever writes to it. */
async function readList(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || found.size > listBytes) return '';
  return await readFile(path, 'utf8').catch(() => '');
}
