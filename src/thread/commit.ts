import { messageOf } from '../errors.ts';
import { GitError, type Git } from '../git/git.ts';
import { guardCommit, type Guarded } from './base.ts';
import type { PullHead } from './checkout.ts';
import { fetchCommit, type Remote } from './fetch.ts';
import { shorten } from './pin.ts';
import { describe, type Position } from './workspace.ts';

/** Which commit an agent elsewhere is to work in, and what it and the reply must be told of it. */
export interface Chosen extends Guarded {
  /** Empty where all is as it should be. */
  note: string;
  /** The pull request's head, where it is that. */
  headSha?: string;
  /** False where a guard was asked for and could not be had. */
  isGuarded: boolean;
}

/** A checkout, and what is wanted of it. */
export interface Wanted {
  git: Git;
  position: Position;
  /** Undefined on whatever is no pull request. */
  pull: PullHead | undefined;
  remote: Remote;
}

/**
 * The pinned head of the pull request, or else the commit that the workspace stands at, with the
 * guard on either: as `openHead` shows it, but that nothing in the workspace is changed. What is
 * uncommitted there is left out. Throws the signal's reason only.
 */
export async function chooseCommit(wanted: Wanted, signal: AbortSignal): Promise<Chosen> {
  const { git, position, pull, remote } = wanted;
  if (pull === undefined) return { sha: position.sha, setAside: [], note: '', isGuarded: true };
  let note = '';
  try {
    await fetchHeadCommit(git, remote, pull.headSha, signal);
    const guarded = await guardPull(git, remote, { pull, sha: pull.headSha }, signal);
    return { ...guarded, note, headSha: pull.headSha, isGuarded: true };
  } catch (thrown) {
    signal.throwIfAborted();
    note = notTheHead(pull, position, messageOf(thrown));
  }
  try {
    const guarded = await guardPull(git, remote, { pull, sha: position.sha }, signal);
    return { ...guarded, note, isGuarded: true };
  } catch (thrown) {
    signal.throwIfAborted();
    note = `${note} ${notGuarded(messageOf(thrown))}`;
    return { sha: position.sha, setAside: [], note, isGuarded: false };
  }
}

/** A commit with what configures an agent taken from the base, where that is asked for. */
export async function guardPull(
  git: Git,
  remote: Remote,
  { pull, sha }: { pull: PullHead; sha: string },
  signal: AbortSignal,
): Promise<Guarded> {
  if (pull.guard === undefined) return { sha, setAside: [] };
  const { baseSha, config } = pull.guard;
  const base = await fetchCommit(git, remote, baseSha, signal).then(
    () => baseSha,
    () => undefined,
  );
  signal.throwIfAborted();
  return await guardCommit(git, sha, { base, config }, signal);
}

/** Has the head of a pull request here; what keeps it from being had is thrown, as half a sentence. */
export async function fetchHeadCommit(
  git: Git,
  remote: Remote,
  headSha: string,
  signal: AbortSignal,
): Promise<void> {
  await fetchCommit(git, remote, headSha, signal).catch((thrown: unknown) => {
    signal.throwIfAborted();
    const gone = /not our ref|no such|did not send all/i.test(messageOf(thrown));
    if (!gone) throw thrown;
    const why = `its commit ${shorten(headSha)} is there no more: another was pushed in its place`;
    throw new GitError(why, undefined);
  });
}

/** Says that the head is not shown, and what is instead. */
export function notTheHead({ number, name }: PullHead, position: Position, why: string): string {
  const what = name ?? `head of pull request #${number}`;
  const instead = `The workspace shows ${describe(position)} instead.`;
  return `The ${what} could not be checked out: ${why}. ${instead}`;
}

/** Says that the guard could not be had. */
export function notGuarded(why: string): string {
  return `What configures an agent could not be taken from the base branch (${why}).`;
}
