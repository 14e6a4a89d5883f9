import type { PullPin, Repository, ThreadRef, Trigger } from '../event/trigger.ts';
import type { GitHub } from '../github.ts';
import { readPull, type PullFacts } from './pull.ts';

/** What a run on a pull request holds on to from its start to its end. */
export interface Pinned extends PullPin {
  ref: ThreadRef;
  /** The pull request as it was read for the pin; undefined where the payload had it all. */
  facts: PullFacts | undefined;
}

/**
 * Pins a run on a pull request to one head commit: the payload's, or else the one that GitHub names
 * now; undefined on whatever is no pull request. Throws `github-error`.
 */
export async function pinPull(
  github: GitHub,
  { repository, thread: ref, pull }: Pick<Trigger, 'repository' | 'thread' | 'pull'>,
  signal: AbortSignal,
): Promise<Pinned | undefined> {
  if (ref?.kind !== 'pull') return undefined;
  if (pull !== undefined) return { ...pull, ref, facts: undefined };
  const facts = await readPull(github, repository, ref, signal);
  const { headSha, baseSha, isFork, headRepositoryId } = facts.branches;
  const { author } = facts.heading;
  return { headSha, baseSha, isFork, headRepositoryId, author, ref, facts };
}

/**
 * What the reply must say where the head has moved since it was pinned; empty where it has not.
 * Throws `github-error`.
 */
export async function noteMove(
  github: GitHub,
  repository: Repository,
  { ref, headSha }: Pinned,
  signal: AbortSignal,
): Promise<string> {
  const { branches } = await readPull(github, repository, ref, signal);
  if (branches.headSha === headSha) return '';
  const [about, now] = [shorten(headSha), shorten(branches.headSha)];
  return `The pull request has moved since: this is about ${about}, its head is now ${now}.`;
}

/** A commit as code, in as many letters as GitHub shows. */
export function shorten(sha: string): string {
  return `\`${sha.slice(0, 7)}\``;
}
