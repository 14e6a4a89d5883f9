import { existsSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import { gitLockMs } from '../limits.ts';
import { gitIn, GitError, type Git } from '../git/git.ts';
import { isGuardTouched, leaveGuard } from './guard.ts';
import {
  carefully,
  changeFiles,
  describe,
  isChanged,
  isHalfChanged,
  isSame,
  readPosition,
  type Position,
} from './workspace.ts';

/** Plain data, from which the workspace can be put back by another process. */
export interface CheckoutFacts {
  workspace: string;
  pull: number;
  /** The commit that was put there: the head, or the guarded one on top of it. */
  headSha: string;
  previous: { sha: string; branch?: string };
  /** Only the guard differs from the commit that was there before: whatever else was changed stays. */
  stays?: boolean;
}

/** What became of the workspace. */
export interface Restored {
  isBack: boolean;
  /** What a person must know; empty where all is as it was. */
  said: string;
}

/**
 * Puts the workspace back to where it was before `openHead`; never rejects. Repeating it changes
 * nothing, and completes what was stopped half-way.
 * Unless `isSaved`, which says that the agent's work is pushed or in a patch, commits that it made on the detached head, and its
 * uncommitted changes to tracked files, are kept as a commit under `refs/mention-loop/` of the same
 * repository, which the log names (changes can be had back by `git stash apply`). New files stay
 * where they are. Where git cannot keep something, an unfinished merge for one, all is left as the
 * agent left it.
 */
export async function restoreCheckout(
  facts: CheckoutFacts & { isSaved?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Restored> {
  const previous: Position = { sha: facts.previous.sha, branch: facts.previous.branch };
  let kept = '';
  try {
    const directory = await realpath(facts.workspace);
    const git = gitIn(directory, env);
    await freeIndex(git, directory, signal);
    const position = await readPosition(git, signal);
    if (position === undefined) throw new GitError('it has no commit', undefined);
    const isHalfWay = await isHalfChanged(git, signal);
    if (isSame(position, previous) && !isHalfWay) return { isBack: true, said: '' };
    if (facts.isSaved === true) kept = '';
    else if (facts.stays === true) kept = await keepGuarded(git, facts, position, signal);
    else if (!isHalfWay) kept = await keepWork(git, facts, position, signal);
    if (facts.stays === true) await leaveGuard(git, facts, signal);
    else await goTo(git, previous, isHalfWay, signal);
    return { isBack: true, said: kept };
  } catch (thrown) {
    const why = messageOf(thrown);
    const said = `${kept} The workspace could not be put back to ${describe(previous)}: ${why}.`;
    return { isBack: false, said: said.trim() };
  }
}

/**
 * Waits for whoever holds git's index, and then takes the lock for left over: the agent has ended,
 * and a git that a killed run has left behind is about to do what we do.
 */
async function freeIndex(git: Git, directory: string, signal: AbortSignal): Promise<void> {
  const path = (await git(['rev-parse', '--git-path', 'index.lock'], signal)).trim();
  const lock = resolve(directory, path);
  const deadline = performance.now() + gitLockMs;
  while (existsSync(lock) && performance.now() < deadline) await pause(50, undefined, { signal });
  await rm(lock, { force: true });
}

async function keepWork(
  git: Git,
  { pull, headSha }: CheckoutFacts,
  { sha, branch }: Position,
  signal: AbortSignal,
): Promise<string> {
  // Where nothing but the files' owner has changed, a stash fails unless the index knows.
  await git(['update-index', '-q', '--unmerged', '--refresh'], signal);
  const changes = (await git(['stash', 'create', `Left on pull request ${pull}`], signal)).trim();
  const isOnlyHere = branch === undefined && sha !== headSha;
  const commit = changes === '' && isOnlyHere ? sha : changes;
  return commit === '' ? '' : await keepAs(git, pull, commit, signal);
}

/** What the agent did to the files of the guard, and what it committed; all else stays where it is. */
async function keepGuarded(
  git: Git,
  facts: CheckoutFacts,
  position: Position,
  signal: AbortSignal,
): Promise<string> {
  const { pull, headSha } = facts;
  if (await isGuardTouched(git, facts, signal)) return await keepWork(git, facts, position, signal);
  const isOnlyHere = position.branch === undefined && position.sha !== headSha;
  const isOurs = position.sha === facts.previous.sha;
  return isOnlyHere && !isOurs ? await keepAs(git, pull, position.sha, signal) : '';
}

async function keepAs(
  git: Git,
  pull: number,
  commit: string,
  signal: AbortSignal,
): Promise<string> {
  const ref = `refs/mention-loop/pull-${pull}-${commit.slice(0, 12)}`;
  await git(['update-ref', ref, commit], signal);
  return `What the agent left on pull request #${pull} is kept in the workspace's git as \`${ref}\`.`;
}

/** What was changed is kept by now; what lies about half-way is written over, whatever it is. */
async function goTo(
  git: Git,
  { sha, branch }: Position,
  isHalfWay: boolean,
  signal: AbortSignal,
): Promise<void> {
  const refs = await git(['for-each-ref', `refs/heads/${branch ?? ''}`], signal);
  const target = branch === undefined || refs === '' ? ['--detach', sha] : ['--no-guess', branch];
  const how = isHalfWay ? ['--quiet', '--force'] : carefully;
  await changeFiles(git, signal, async () => {
    if (!isHalfWay) await git(['reset', '--quiet', '--hard'], signal);
    await git(['checkout', ...how, ...target, '--'], signal);
    // Git says that it succeeded where it could not write or read some of the files.
    if (await isChanged(git, signal)) throw new GitError('files are missing or differ', undefined);
  });
}
