import { createHash } from 'node:crypto';
import type { Repository } from '../event/trigger.ts';
import { GitError, type Git, type Setting } from '../git/git.ts';

/** Where to fetch from, and the settings that hold the token. */
export interface Remote {
  url: string;
  settings: Setting[];
}

/**
 * The repository's own address, whatever `origin` says. `actions/checkout` may have left a header
 * of its own in the configuration, and GitHub answers two with 400: the empty value drops it. Bound
 * to the whole address, ours comes last of all that match.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpextraHeader
 */
export function remoteOf({
  serverUrl,
  repository,
  token,
}: {
  serverUrl: string;
  repository: Repository;
  token: string;
}): Remote {
  const url = `${serverUrl.replace(/\/+$/, '')}/${repository.owner}/${repository.name}.git`;
  if (token === '') return { url, settings: [] };
  const key = `http.${url}.extraheader`;
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    url,
    settings: [
      [key, ''],
      [key, `AUTHORIZATION: basic ${basic}`],
    ],
  };
}

/**
 * Fetches a commit that is not there yet, by its name, so that a push in between does not change what
 * was asked for; `isAlone` without those before it, as where the clone is shallow. Throws `GitError`, or the signal's reason.
 */
export async function fetchCommit(
  git: Git,
  remote: Remote,
  sha: string,
  signal: AbortSignal,
  isAlone = false,
): Promise<void> {
  if (await hasCommit(git, sha, signal)) return;
  const isShallow =
    isAlone || (await git(['rev-parse', '--is-shallow-repository'], signal)).trim() === 'true';
  const depth = isShallow ? ['--depth=1'] : [];
  const quietly = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
  await git(['fetch', ...quietly, ...depth, remote.url, sha], signal, {
    settings: remote.settings,
  });
}

/**
 * Throws `GitError` where git takes something else for a commit: whoever can write to a checkout can
 * put any object there under any name. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
export async function verifyCommit(git: Git, sha: string, signal: AbortSignal): Promise<void> {
  const pieces: Buffer[] = [];
  await git(['cat-file', 'commit', sha], signal, { onOutput: (piece) => pieces.push(piece) });
  const content = Buffer.concat(pieces);
  const hash = createHash(sha.length === 40 ? 'sha1' : 'sha256');
  const is = hash.update(`commit ${content.length}\0`).update(content).digest('hex');
  if (is !== sha) throw new GitError(`commit ${sha} is not what its name says`, undefined);
}

async function hasCommit(git: Git, sha: string, signal: AbortSignal): Promise<boolean> {
  try {
    await git(['cat-file', '-e', `${sha}^{commit}`], signal);
    return true;
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof GitError && thrown.exitCode !== undefined) return false;
    throw thrown;
  }
}
