import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitOutputChars } from '../limits.ts';
import {
  configurationSpecs,
  isOpenCodeConfig,
  namedBy,
  specOf,
  targetOf,
} from './configuration.ts';
import { GitError, type Git } from '../git/git.ts';

/** How the files that configure an agent are taken from a pull request's base. */
export interface Guard {
  /** The base commit; undefined where it cannot be had: those files are absent then. */
  base: string | undefined;
  /** OpenCode's configuration as JSON that the workflow gives, which may name files too. */
  config: string;
}

/** A commit that shows another one with the base's configuration. */
export interface Guarded {
  sha: string;
  /** The files that differ from the pull request's, sorted. */
  setAside: string[];
}

/** One file of a tree that is not as in another; mode `000000` and a sha of zeros: it is not there. */
interface Difference {
  path: string;
  mode: string;
  sha: string;
}

/** Paths in one call, well within the length of a command line. */
const pathsAtOnce = 100;

/** Links of the base's configuration to further files are followed this often. */
const linkDepth = 5;

/**
 * Makes a commit on top of `sha` in which all that configures an agent is the base's, or absent: so
 * git sees no change in it, and what the agent does to those files is its own. The same commit where
 * nothing differs. Changes neither the workspace nor its index. Throws `GitError`.
 */
export async function guardCommit(
  git: Git,
  sha: string,
  { base, config }: Guard,
  signal: AbortSignal,
): Promise<Guarded> {
  const empty = (await git(['mktree'], signal)).trim();
  const from = base ?? empty;
  const specs = [
    ...configurationSpecs,
    ...(await hooksSpecs(git, signal)),
    ...namedBy(config, ''),
    ...(base === undefined ? [] : await namedByBase(git, empty, base, signal)),
  ];
  const differences = await compare(git, [sha, from], specs, signal);
  if (differences.length === 0) return { sha, setAside: [] };
  const setAside = differences.map(({ path }) => path).toSorted();
  return { sha: await commitOn(git, sha, differences, signal), setAside };
}

/** Where hooks of the repository's own are. */
async function hooksSpecs(git: Git, signal: AbortSignal): Promise<string[]> {
  try {
    const asked = ['config', '--local', '--includes', '--get', 'core.hooksPath'];
    const path = targetOf('.', (await git(asked, signal)).trim());
    return path === '' ? [] : [specOf(path)];
  } catch (thrown) {
    if (thrown instanceof GitError && thrown.exitCode === 1) return [];
    throw thrown;
  }
}

/** What the base's own configuration names, and where its links lead. */
async function namedByBase(
  git: Git,
  empty: string,
  base: string,
  signal: AbortSignal,
): Promise<string[]> {
  const found: string[] = [];
  let asked: readonly string[] = configurationSpecs;
  for (let depth = 0; depth < linkDepth && asked.length > 0; depth += 1) {
    const entries = await compare(git, [empty, base], asked, signal);
    const named: string[] = [];
    for (const { path, mode, sha } of entries) {
      const isLink = mode === '120000';
      if (!isLink && !isOpenCodeConfig(path)) continue;
      const text = await git(['cat-file', 'blob', sha], signal);
      const target = isLink ? targetOf(path, text) : '';
      if (isLink && target !== '') named.push(specOf(target));
      if (!isLink) named.push(...namedBy(text, path.includes('/') ? '.opencode' : ''));
    }
    asked = named.filter((spec) => !found.includes(spec));
    found.push(...asked);
  }
  return found;
}

/** What is in the second tree other than in the first, as the second has it. */
async function compare(
  git: Git,
  trees: readonly [string, string],
  specs: readonly string[],
  signal: AbortSignal,
): Promise<Difference[]> {
  const how = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev'];
  const printed = await git(['diff-tree', ...how, ...trees, '--', ...specs], signal);
  if (printed.length >= gitOutputChars) throw new GitError('too many files configure', undefined);
  const fields = printed.split('\0');
  const found: Difference[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = '', , sha = ''] = (fields[at] ?? '').split(' ');
    found.push({ path: fields[at + 1] ?? '', mode, sha });
  }
  return found;
}

async function commitOn(
  git: Git,
  parent: string,
  differences: readonly Difference[],
  signal: AbortSignal,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mention-loop-'));
  try {
    const env = { ...author, GIT_INDEX_FILE: join(folder, 'index') };
    const call = (...args: string[]): Promise<string> => git(args, signal, { env });
    const isThere = ({ mode }: Difference): boolean => !/^0+$/.test(mode);
    await call('read-tree', parent);
    // First what goes: a folder may stand where the base has a file.
    for (const some of chunks(differences)) {
      await call('update-index', '--force-remove', '--', ...some.map(({ path }) => path));
    }
    for (const some of chunks(differences.filter(isThere))) {
      const infos = some.flatMap((one) => ['--cacheinfo', `${one.mode},${one.sha},${one.path}`]);
      await call('update-index', '--add', '--replace', ...infos);
    }
    const tree = (await call('write-tree', '--missing-ok')).trim();
    return (await call('commit-tree', '-p', parent, '-m', message, tree)).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const message = "Mention Loop: what configures an agent is the base branch's here";

const author = {
  GIT_AUTHOR_NAME: 'Mention Loop',
  GIT_AUTHOR_EMAIL: 'mention-loop@localhost',
  GIT_COMMITTER_NAME: 'Mention Loop',
  GIT_COMMITTER_EMAIL: 'mention-loop@localhost',
};

function chunks<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / pathsAtOnce);
  return Array.from({ length: count }, (_, at) =>
    items.slice(at * pathsAtOnce, (at + 1) * pathsAtOnce),
  );
}
