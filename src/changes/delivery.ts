import type { ThreadRef } from '../event/trigger.ts';
import type { Git } from '../git/git.ts';
import type { RunIdentity } from '../marker.ts';
import type { ChangeSet, Delivered } from './change.ts';
import { commitMessage, type Requester } from './message.ts';
import type { PullWork } from './decide.ts';
import type { Applied } from './onto.ts';
import { push, type Push, type Pushed } from './push.ts';
import type { Place } from './repository.ts';

/** What delivering needs of the run. No text in it holds a secret. */
export interface Delivery extends Place {
  /** Finds the objects of the change set, and whatever `fetchCommit` fetches. */
  git: Git;
  changeSet: ChangeSet;
  /** The input `changes`. */
  way: 'push' | 'patch' | 'none';
  /** Why nothing may be pushed, as a sentence: limits, secrets, an early end. Empty: it may. */
  hindrance: string;
  thread: ThreadRef | undefined;
  /** The thread's title; empty where there is none. */
  title: string;
  /** Undefined on whatever is no pull request. */
  pull: PullWork | undefined;
  /** The agent's answer, in its own Markdown. */
  answer: string;
  /** Undefined where nobody did, as on `schedule`. */
  requester: Requester | undefined;
  identity: RunIdentity;
  runUrl: string;
  serverUrl: string;
  /** Has a commit in git's object database, from GitHub where it is not there yet. */
  fetchCommit: (sha: string, signal: AbortSignal) => Promise<void>;
  /** Merges the change set onto a commit that is there. */
  applyOnto: (sha: string, signal: AbortSignal) => Promise<Applied>;
  /** Writes the change set as a patch; resolves to its path. */
  savePatch: (signal: AbortSignal) => Promise<string>;
  /** An answer as it may stand on GitHub (`renderHarmless`). */
  harmless: (text: string) => string;
}

/** What became of putting the changes on a commit and pushing them. */
export type Landed = Pushed | { is: 'conflicts'; paths: string[] };

/** Merges the changes onto a commit, and pushes them as the next one. */
export async function land(
  delivery: Delivery,
  target: Pick<Push, 'branch' | 'isNew' | 'parent'>,
  signal: AbortSignal,
): Promise<Landed> {
  await delivery.fetchCommit(target.parent, signal);
  const applied = await delivery.applyOnto(target.parent, signal);
  if ('conflicts' in applied) return { is: 'conflicts', paths: applied.conflicts };
  const { answer, thread, identity, runUrl, serverUrl, requester } = delivery;
  const fallback = fallbackTitle(thread, identity.runId);
  const message = commitMessage(answer, { fallback, runUrl, serverUrl, requester });
  return await push(delivery, delivery.git, { ...target, tree: applied.tree, message }, signal);
}

/** What changes are called where the answer does not say. */
export function fallbackTitle(thread: ThreadRef | undefined, runId: string): string {
  return thread === undefined
    ? `Changes of run ${runId}`
    : `Changes asked for in #${thread.number}`;
}

/** Where the changes are by now; or why they are nowhere, so that a patch is to be made. */
export type Outcome = Delivered | { patchFor: string[] };

/** Whether nobody but a person can push the changes: another branch does not help. */
export function isHopeless(landed: Landed): boolean {
  return ['denied', 'workflows-denied', 'unfit'].includes(landed.is);
}
