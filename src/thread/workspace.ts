import type { Repository } from '../event/trigger.ts';
import { GitError, type Git } from '../git/git.ts';

/** Where a checkout stands: on a branch, or detached at a commit. */
export interface Position {
  sha: string;
  /** Short name; undefined where HEAD is detached. */
  branch: string | undefined;
}

/** Where the workspace stands; undefined where it holds no git checkout, or one without a commit. */
export async function readPosition(git: Git, signal: AbortSignal): Promise<Position | undefined> {
  const sha = await orUndefined(git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], signal));
  if (sha === undefined) return undefined;
  const branch = await orUndefined(git(['symbolic-ref', '--quiet', '--short', 'HEAD'], signal));
  return { sha: sha.trim(), branch: branch?.trim() };
}

/** A position in words: `branch main` or `commit 1a2b3c4`, the name as code. */
export function describe({ sha, branch }: Position): string {
  return branch === undefined ? `commit \`${sha.slice(0, 7)}\`` : `branch \`${branch}\``;
}

/** Whether two positions are the same; commits made on a branch meanwhile make no difference. */
export function isSame(one: Position, other: Position): boolean {
  if (one.branch !== undefined || other.branch !== undefined) return one.branch === other.branch;
  return one.sha === other.sha;
}

/**
 * Why another commit may not be checked out here, as half a sentence; undefined where it may.
 * Files that git does not know are no hindrance: git itself refuses to write over them.
 */
export async function findHindrance(
  git: Git,
  at: { serverUrl: string; repository: Repository },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { owner, name } = at.repository;
  const urls = await orUndefined(
    git(['config', '--get-regexp', String.raw`^remote\..*\.url$`], signal),
  );
  const remotes = (urls ?? '').split('\n').map((line) => line.slice(line.indexOf(' ') + 1));
  const wanted = placeOf(`${at.serverUrl}/${owner}/${name}`);
  if (!remotes.some((url) => placeOf(url) === wanted)) {
    return `the workspace is no checkout of ${owner}/${name}`;
  }
  return (await isChanged(git, signal)) ? 'the workspace has uncommitted changes' : undefined;
}

/** Whether files that git knows differ from the commit. */
export async function isChanged(git: Git, signal: AbortSignal): Promise<boolean> {
  const status = ['status', '--porcelain', '--untracked-files=no', '--ignore-submodules=all'];
  return (await git(status, signal)) !== '';
}

/** `host/owner/name` of a remote's address in any of git's spellings, in lower case. */
function placeOf(url: string): string | undefined {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/.exec(url);
  const parsed = scp === null ? URL.parse(url) : undefined;
  const [host, path] = scp === null ? [parsed?.hostname, parsed?.pathname] : [scp[1], scp[2]];
  if (host === undefined || path === undefined) return undefined;
  return `${host}/${path.replaceAll(/^\/+|(?:\.git)?\/*$/g, '')}`.toLowerCase();
}

/** Git answers "there is none" with exit code 1; anything else is thrown on. */
async function orUndefined(answer: Promise<string>): Promise<string | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof GitError && thrown.exitCode === 1) return undefined;
    throw thrown;
  }
}

/** A checkout that writes over nothing that git does not know. */
export const carefully = ['--quiet', '--no-overwrite-ignore'];

/** There while the files are being changed, and after a kill: files of two commits lie about then. */
const halfWay = 'refs/mention-loop/half-way';

/** Whether a change of the files was stopped half-way, by whatever. */
export async function isHalfChanged(git: Git, signal: AbortSignal): Promise<boolean> {
  return (await git(['for-each-ref', halfWay], signal)) !== '';
}

/**
 * Runs git commands that change the workspace's files. Git itself changes all or nothing; only where
 * it is stopped, `isHalfChanged` from then on.
 */
export async function changeFiles(
  git: Git,
  signal: AbortSignal,
  change: () => Promise<unknown>,
): Promise<void> {
  await git(['update-ref', halfWay, 'HEAD'], signal);
  try {
    await change();
  } catch (thrown) {
    if (!wasStopped(thrown)) await git(['update-ref', '-d', halfWay], signal);
    throw thrown;
  }
  await git(['update-ref', '-d', halfWay], signal);
}

/** Whether a git command was ended before its end: what it did is half done. */
export function wasStopped(thrown: unknown): boolean {
  return !(thrown instanceof GitError) || thrown.exitCode === undefined;
}
