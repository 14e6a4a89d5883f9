import { branchesPerThread } from '../limits/changes.ts';
import { isOwnMessage } from './message.ts';
import { findPulls, type OwnPull } from './pull-request.ts';
import { on, type Place } from './repository.ts';

/** A branch that a former run made for the same thread, to go on with. */
export interface OpenWork {
  branch: string;
  /** Undefined where Actions may not open one, and no person has. */
  pull: OwnPull | undefined;
}

/** The names of all branches that begin so. Throws what GitHub refuses. */
export async function listBranches(
  place: Place,
  prefix: string,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const asked = { ...on(place, signal), ref: `heads/${prefix}` };
  const { data } = await place.github.rest.git.listMatchingRefs(asked);
  const pairs = data.map(
    ({ ref, object }) => [ref.replace(/^refs\/heads\//, ''), object.sha] as const,
  );
  return new Map(pairs.filter(([name]) => name.startsWith(prefix)));
}

/**
 * The branch to go on with: one whose pull request we opened and nobody closed, or else one that has
 * never had a pull request and whose last commit is ours. Another's is left alone.
 */
export async function findWork(
  place: Place,
  branches: ReadonlyMap<string, string>,
  { login, serverUrl }: { login: string; serverUrl: string },
  signal: AbortSignal,
): Promise<OpenWork | undefined> {
  let bare: OpenWork | undefined;
  for (const [branch, sha] of [...branches].slice(-branchesPerThread)) {
    const { own, isAny } = await findPulls(place, { branch, login }, signal);
    if (own !== undefined) return { branch, pull: own };
    if (!isAny && (await isOwnCommit(place, sha, serverUrl, signal))) {
      bare = { branch, pull: undefined };
    }
  }
  return bare;
}

async function isOwnCommit(
  place: Place,
  sha: string,
  serverUrl: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { owner, name } = place.repository;
  const asked = { ...on(place, signal), commit_sha: sha };
  const { data } = await place.github.rest.git.getCommit(asked);
  return isOwnMessage(data.message, serverUrl, `${owner}/${name}`);
}
