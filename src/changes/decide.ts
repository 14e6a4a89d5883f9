import type { ThreadRef } from '../event/trigger.ts';

/** What decides where changes go. */
export interface Facts {
  /** The input `changes`. */
  way: 'push' | 'patch' | 'none';
  isChanged: boolean;
  /** Why nothing may be pushed, as a sentence: limits, secrets, an early end. Empty: it may. */
  hindrance: string;
  thread: ThreadRef | undefined;
  /** Undefined on whatever is no pull request. */
  pull: PullWork | undefined;
}

/** The pull request that the agent worked on. */
export interface PullWork {
  isFork: boolean;
  /** The head that the agent worked in; undefined where the workspace shows another commit. */
  headSha: string | undefined;
  /** Why the workspace shows another one, as sentences. */
  note: string;
}

/** Where changes go. */
export type Plan =
  | { to: 'nothing' }
  | { to: 'patch'; note: string }
  /** A commit on the pull request's head branch. */
  | { to: 'head'; headSha: string }
  /** A branch of its own, and a pull request. */
  | { to: 'branch' };

/** Why the changes of a fork's pull request are a patch. */
export const forkNote = 'This pull request comes from a fork: nothing is pushed to it.';

/** Decides where changes go, before GitHub is asked. */
export function decide({ way, isChanged, hindrance, thread, pull }: Facts): Plan {
  if (!isChanged || way === 'none') return { to: 'nothing' };
  if (way === 'patch') return { to: 'patch', note: '' };
  if (hindrance !== '') return { to: 'patch', note: hindrance };
  if (thread?.kind !== 'pull') return { to: 'branch' };
  if (pull?.isFork === true) return { to: 'patch', note: forkNote };
  if (pull?.headSha === undefined) return { to: 'patch', note: notInHead(pull) };
  return { to: 'head', headSha: pull.headSha };
}

function notInHead(pull: PullWork | undefined): string {
  const why = pull?.note ?? '';
  const what = "The agent could not work in the pull request's head, so nothing is pushed to it.";
  return why === '' ? what : `${what} ${why}`;
}
