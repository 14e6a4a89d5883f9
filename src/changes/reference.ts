import { messageOf } from '../errors.ts';
import { pause, retryPauseMs } from '../github-retry.ts';
import { githubAttempts } from '../limits.ts';
import { commitsBack } from '../limits/changes.ts';
import { on, readTip, refusalOf, type Place } from './repository.ts';

/** A branch, the commit that it is to show, and the one before. */
export interface Step {
  branch: string;
  commit: string;
  /** Where `isNew`, another branch's. */
  parent: string;
  isNew: boolean;
}

/** What became of a branch. */
export type Stepped =
  | { is: 'pushed' }
  /** Somebody else pushed to it meanwhile. */
  | { is: 'moved' }
  /** It was to be new, and is there with other commits. */
  | { is: 'taken' }
  /** It was to be there. */
  | { is: 'gone' }
  /** A rule of the repository forbids it; `said` is GitHub's own. */
  | { is: 'protected'; said: string };

/**
 * Makes a branch, or moves it forward. Whatever GitHub refuses, or does not answer, is judged by
 * what the branch shows then, not by words: so a lost answer moves nothing twice. Throws what
 * GitHub refuses for want of a permission (403, 404), and what it does not answer.
 */
export async function step(place: Place, wanted: Step, signal: AbortSignal): Promise<Stepped> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send(place, wanted, signal);
      return { is: 'pushed' };
    } catch (thrown) {
      signal.throwIfAborted();
      const status = refusalOf(thrown);
      if (status === 403) throw thrown;
      const found = await look(place, wanted, signal);
      if (found !== undefined) return found;
      if (status === 409 || status === 422) return { is: 'protected', said: messageOf(thrown) };
      const pauseMs = retryPauseMs(thrown, attempt);
      if (attempt >= githubAttempts || pauseMs === undefined) throw thrown;
      await pause(pauseMs, signal);
    }
  }
}

async function send(place: Place, { branch, commit, isNew }: Step, signal: AbortSignal) {
  const { git } = place.github.rest;
  const at = { ...on(place, signal), sha: commit };
  if (isNew) await git.createRef({ ...at, ref: `refs/heads/${branch}` });
  // The name is part of the path: its slashes stay.
  else await git.updateRef({ ...at, ref: `heads/${branch}`, force: false });
}

/** What the branch shows now; undefined where it shows what it did before. */
async function look(place: Place, wanted: Step, signal: AbortSignal): Promise<Stepped | undefined> {
  const { branch, commit, parent, isNew } = wanted;
  const tip = await readTip(place, branch, signal);
  if (tip === undefined) return isNew ? undefined : { is: 'gone' };
  if (tip === parent && !isNew) return undefined;
  if (await leadsBackTo(place, tip, commit, signal)) return { is: 'pushed' };
  return { is: isNew ? 'taken' : 'moved' };
}

/** Whether a commit is among the last ones: others may have pushed on top of ours already. */
async function leadsBackTo(
  place: Place,
  tip: string,
  commit: string,
  signal: AbortSignal,
): Promise<boolean> {
  const waiting = [tip];
  for (const sha of waiting) {
    if (sha === commit) return true;
    if (waiting.length > commitsBack) continue;
    const asked = { ...on(place, signal), commit_sha: sha };
    const { data } = await place.github.rest.git.getCommit(asked);
    const parents = data.parents.map((parent) => parent.sha);
    waiting.push(...parents.filter((parent) => !waiting.includes(parent)));
  }
  return false;
}
