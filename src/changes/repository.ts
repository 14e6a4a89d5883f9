import type { Repository } from '../event/trigger.ts';
import { readFailedRequest } from '../github-retry.ts';
import type { GitHub } from '../github.ts';

/** Where changes go: GitHub, and the repository there. */
export interface Place {
  github: GitHub;
  repository: Repository;
}

/** What every call on the repository says. */
export function on({ repository }: Place, signal: AbortSignal) {
  return { owner: repository.owner, repo: repository.name, request: { signal } };
}

/** The status of a refusal that is no rate limit; undefined for whatever else was thrown. */
export function refusalOf(thrown: unknown): number | undefined {
  const failed = readFailedRequest(thrown);
  const { status } = failed ?? {};
  if (status === undefined || status < 400 || status >= 500) return undefined;
  return failed?.isRateLimited === true ? undefined : status;
}

/** What is there; undefined where GitHub knows no such thing. */
export async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (thrown) {
    if (refusalOf(thrown) === 404) return undefined;
    throw thrown;
  }
}

/** The commit at a branch's tip; undefined where there is no such branch. */
export async function readTip(
  place: Place,
  branch: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const asked = { ...on(place, signal), ref: `heads/${branch}` };
  const answer = await orMissing(place.github.rest.git.getRef(asked));
  return answer?.data.object.sha;
}
