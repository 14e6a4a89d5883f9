import type { Repository } from '../event/trigger.ts';
import type { GitHub } from '../github.ts';

/** The pull request that is reviewed, and the GitHub that it is on. */
export interface ReviewedPull {
  github: GitHub;
  repository: Repository;
  number: number;
}

/** What every call on the pull request says. */
export function on({ repository, number }: ReviewedPull, signal: AbortSignal) {
  const { owner, name } = repository;
  return { owner, repo: name, pull_number: number, request: { signal } };
}
