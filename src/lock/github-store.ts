import { ActionError, messageOf } from '../errors.ts';
import type { Repository } from '../event/trigger.ts';
import { type GitHub, toGitHubError } from '../github.ts';
import { readFailedRequest } from '../github-retry.ts';
import type { LockStore, Stored } from './store.ts';

/** Whose references the locks are. */
export interface GitHubPlace {
  github: GitHub;
  repository: Repository;
  /** The runner's `GITHUB_SERVER_URL`. */
  serverUrl: string;
}

/**
 * Locks as references of the repository, outside of branches and tags: the record is the message of
 * the commit that one points at, and each write a commit whose one parent is the version that it takes
 * the place of. So GitHub itself compares and swaps: it creates a reference only where there is none,
 * and moves it, without force, only to what comes after. Nothing is ever deleted: that asks no version.
 * https://docs.github.com/rest/git/refs
 */
export function openGitHubStore(place: GitHubPlace): LockStore {
  const { serverUrl } = place;
  const fullName = `${place.repository.owner}/${place.repository.name}`;
  const nameOf = (key: string): string => `refs/${referenceOf(key)} in ${fullName}`;
  const attempt = async <T>(doing: string, key: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (thrown) {
      throw toLockError(thrown, `${doing} the lock ${nameOf(key)}`);
    }
  };
  const makeTree = rememberTree(place);
  const swap: LockStore['swap'] = (key, version, text, signal) =>
    attempt('write', key, async () => {
      const tree = await makeTree(signal);
      const commit = await makeCommit(place, { tree, version, text }, signal);
      return await point(place, key, { version, commit }, signal);
    });
  return {
    reason: 'github-error',
    read: (key, signal) => attempt('read', key, () => readRecord(place, key, signal)),
    swap,
    release: async (...call) => (await swap(...call)) !== undefined,
    nameOf,
    clearCommand: (key) => {
      const { host } = new URL(serverUrl);
      const at = host === 'github.com' ? '' : `--hostname ${host} `;
      return `gh api ${at}--method DELETE repos/${fullName}/git/refs/${referenceOf(key)}`;
    },
  };
}

/** As GitHub's API writes it in addresses: without `refs/`. */
function referenceOf(key: string): string {
  return `mention-loop/locks/${key}`;
}

/** How octokit is told of the repository. */
function repoOf({ repository }: GitHubPlace): { owner: string; repo: string } {
  return { owner: repository.owner, repo: repository.name };
}

async function readRecord(
  place: GitHubPlace,
  key: string,
  signal: AbortSignal,
): Promise<Stored | undefined> {
  const { git } = place.github.rest;
  const request = { signal };
  const asked = git.getRef({ ...repoOf(place), ref: referenceOf(key), request });
  const found = await asked.catch((thrown: unknown) => {
    if (readFailedRequest(thrown)?.status === 404) return undefined;
    throw thrown;
  });
  if (found === undefined) return undefined;
  const { sha, type } = found.data.object;
  // What somebody else has put there is no record, but it is there.
  if (type !== 'commit') return { text: '', version: sha };
  const { data } = await git.getCommit({ ...repoOf(place), commit_sha: sha, request });
  return { text: data.message, version: sha };
}

const explanation = `A commit here is the record of a run lock of Mention Loop: its message says whose it is.
Leave the reference to the runs that use it.
`;

/** The tree of all records, made once: it says what they are to who finds one. */
function rememberTree(place: GitHubPlace): (signal: AbortSignal) => Promise<string> {
  let made: string | undefined;
  return async (signal) => {
    if (made !== undefined) return made;
    const file = { path: 'README', mode: '100644', type: 'blob', content: explanation } as const;
    const asked = { ...repoOf(place), tree: [file], request: { signal } };
    made = (await place.github.rest.git.createTree(asked)).data.sha;
    return made;
  };
}

async function makeCommit(
  place: GitHubPlace,
  { tree, version, text }: { tree: string; version: string | undefined; text: string },
  signal: AbortSignal,
): Promise<string> {
  const parents = version === undefined ? [] : [version];
  const asked = { ...repoOf(place), message: text, tree, parents, request: { signal } };
  const { data } = await place.github.rest.git.createCommit(asked);
  // Nothing points at it yet: nobody has to read a record that says other than was meant.
  if (data.message.trim() !== text.trim()) throw changedRecord();
  return data.sha;
}

/** The client takes secrets out of all that it writes, a record too. */
function changedRecord(): ActionError {
  return new ActionError('invalid-input', "The value of a secret is a part of the lock's record.", {
    hint: "The record holds the server's address and directory, the session and the repository. Change the secret's value, or set the input `lock: none`.",
  });
}

/**
 * Has the reference say `commit`; undefined where it did not say `version`. Both calls do no harm if
 * they are sent again: creating fails, and moving on to where it is already is nothing.
 */
async function point(
  place: GitHubPlace,
  key: string,
  { version, commit }: { version: string | undefined; commit: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { git } = place.github.rest;
  const ref = referenceOf(key);
  const to = { ...repoOf(place), sha: commit, request: { signal } };
  try {
    if (version === undefined) await git.createRef({ ...to, ref: `refs/${ref}` });
    else await git.updateRef({ ...to, ref, force: false });
    return commit;
  } catch (thrown) {
    if (readFailedRequest(thrown)?.status !== 422) throw thrown;
    if (saysWhatStandsThere.test(messageOf(thrown))) return undefined;
    // GitHub answers 422 to a race in other words, too ("Reference update failed"), and to a rule
    // of the repository's that forbids the reference.
    const stored = await readRecord(place, key, signal);
    if (stored?.version === version) throw thrown;
    return stored?.version === commit ? commit : undefined;
  }
}

const saysWhatStandsThere = /reference already exists|not a fast.forward|reference does not exist/i;

/** A token that may not write is told both ways out. https://docs.github.com/rest/git/refs#create-a-reference */
function toLockError(thrown: unknown, attempted: string): ActionError {
  const error = toGitHubError(thrown, attempted);
  const { reason, message, cause } = error;
  const failed = readFailedRequest(thrown);
  if (failed?.status === 422) {
    const hint = "Look at the repository's rules for references, or set the input `lock: none`.";
    return new ActionError(reason, message, { hint, retryable: true, cause });
  }
  const isDenied = failed?.status === 403 || failed?.status === 404;
  if (!isDenied || failed.isRateLimited) return error;
  const permission = failed.method === 'GET' ? 'contents: read' : 'contents: write';
  const hint = `Give the job the permission \`${permission}\`, or set the input \`lock: none\`.`;
  return new ActionError(reason, message, { hint, cause });
}
