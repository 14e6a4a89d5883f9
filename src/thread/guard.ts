import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { gitOutputChars } from '../limits.ts';
import { GitError, type Git } from '../git/git.ts';
import type { CheckoutFacts } from './restore.ts';
import { changeFiles } from './workspace.ts';

/** The commit with the guard, and the one that was there before. */
type Facts = Pick<CheckoutFacts, 'headSha' | 'previous'>;

/** Paths in one call, well within the length of a command line. */
const pathsAtOnce = 100;

/**
 * Whether the agent has changed, removed or made one of the files that the guard took from the base.
 * They are in the index from then on, new ones too, so that a stash keeps them. Throws `GitError`.
 */
export async function isGuardTouched(
  git: Git,
  facts: Facts,
  signal: AbortSignal,
): Promise<boolean> {
  const paths = await guardedPaths(git, facts, signal);
  const root = (await git(['rev-parse', '--show-toplevel'], signal)).trim();
  for (const some of chunks(paths)) {
    const there = some.filter((path) => existsSync(resolve(root, path)));
    if (there.length > 0) await git(['add', '--force', '--', ...there.map(literal)], signal);
    const asked = ['diff-index', '--name-only', facts.headSha, '--', ...some.map(literal)];
    if ((await git(asked, signal)) !== '') return true;
  }
  return false;
}

/**
 * Puts the files of the guard back to the commit that was there before, and HEAD with them; nothing
 * else is touched. May be repeated. Throws `GitError`.
 */
export async function leaveGuard(git: Git, facts: Facts, signal: AbortSignal): Promise<void> {
  const { sha, branch } = facts.previous;
  const added = await guardedPaths(git, facts, signal, 'A');
  const others = await guardedPaths(git, facts, signal, 'a');
  await changeFiles(git, signal, async () => {
    const rm = ['rm', '--quiet', '--force', '--ignore-unmatch', '--'];
    for (const some of chunks(added)) await git([...rm, ...some.map(literal)], signal);
    const checkout = ['checkout', '--quiet', sha, '--'];
    for (const some of chunks(others)) await git([...checkout, ...some.map(literal)], signal);
    const ref = branch === undefined ? '' : `refs/heads/${branch}`;
    const isThere = ref !== '' && (await git(['for-each-ref', ref], signal)) !== '';
    if (isThere) await git(['symbolic-ref', 'HEAD', ref], signal);
    else await git(['update-ref', '--no-deref', 'HEAD', sha], signal);
  });
}

async function guardedPaths(
  git: Git,
  { headSha, previous }: Facts,
  signal: AbortSignal,
  filter: 'A' | 'a' | '' = '',
): Promise<string[]> {
  const how = ['-r', '-z', '--name-only', '--no-renames', `--diff-filter=${filter}`];
  const printed = await git(['diff-tree', ...how, previous.sha, headSha], signal);
  if (printed.length >= gitOutputChars) throw new GitError('too many files differ', undefined);
  return printed.split('\0').filter((path) => path !== '');
}

function literal(path: string): string {
  return `:(literal,top)${path}`;
}

function chunks(paths: readonly string[]): string[][] {
  const count = Math.ceil(paths.length / pathsAtOnce);
  return Array.from({ length: count }, (_, at) =>
    paths.slice(at * pathsAtOnce, (at + 1) * pathsAtOnce),
  );
}
