import { realpath } from 'node:fs/promises';
import type { Scope } from './changes/capture.ts';
import type { PullWork } from './changes/decide.ts';
import type { Trees } from './changes/difference.ts';
import { readCodeOwners } from './changes/owners.ts';
import type { Protection } from './changes/protect.ts';
import { takeSnapshot } from './changes/snapshot.ts';
import { openStore } from './changes/store.ts';
import type { Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import { gitIn } from './git/git.ts';
import type { ChangesInputs } from './inputs.ts';
import { logInfo, logWarning } from './outputs.ts';
import type { Destination } from './prompt/system.ts';
import type { PullRun } from './pull.ts';
import type { Checkout } from './thread/checkout.ts';
import { fetchCommit, remoteOf } from './thread/fetch.ts';

/** What a run knows of what the agent changes, from before it starts. */
export interface Watched extends Scope {
  inputs: ChangesInputs;
  /** Undefined on whatever is no pull request. */
  pull: PullWork | undefined;
  /** What the agent found, as a tree; undefined where `post` cannot read what came of it. */
  before: string | undefined;
  /** The trees before and after it, when it is gone; and what the reply must say of them. */
  read(signal: AbortSignal): Promise<Trees & { notes: string[] }>;
  /** `saved` once all of it is pushed or in a patch; `left` where `post` must see to it. */
  state: 'open' | 'saved' | 'left';
  /** Whether some of it is in neither, for it may not be delivered. */
  hasLeftOut: boolean;
}

/** Where the agent works. */
export interface Workplace {
  pull: PullRun;
  /** Undefined in a directory of somebody else's server. */
  checkout: Checkout | undefined;
}

/** How what the agent changes is followed: what is known before, and how to read what came of it. */
export type Follow = (
  scope: Scope,
  signal: AbortSignal,
) => Promise<Pick<Watched, 'before' | 'read'>>;

/**
 * Looks at the working tree before the agent starts; `watched` on the desk from then on. Where that
 * cannot be done, nothing of what the agent changes comes back, and `lossNote` there says why. Throws
 * only the signal's reason.
 */
export async function watchChanges(
  desk: Desk,
  inputs: ChangesInputs,
  { pull, checkout, follow = followHere }: Workplace & { follow?: Follow },
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<void> {
  if (inputs.way === 'none') return;
  try {
    const scope = await openScope(desk, inputs, { pull, checkout }, resources, signal);
    const followed = await follow(scope, signal);
    const { before } = followed;
    if (before !== undefined) desk.journal.note({ type: 'changes', before, isSaved: false });
    const work = await workOn({ pull, checkout });
    const state = { state: 'open', hasLeftOut: false } as const;
    desk.watched = { ...scope, ...followed, inputs, pull: work, ...state };
  } catch (thrown) {
    signal.throwIfAborted();
    const said = `Nothing of what the agent changes comes back: ${messageOf(thrown)}.`;
    // Where there is no checkout, its own note says so; with a server's directory there need be none.
    if (checkout === undefined) return logInfo(said);
    if (checkout.note !== '') return;
    logWarning(said);
    desk.lossNote = said;
  }
}

/** Of a checkout on this machine. */
async function followHere(scope: Scope, signal: AbortSignal): ReturnType<Follow> {
  const { tree: before, unread: known } = await takeSnapshot(scope.store, signal);
  return {
    before,
    read: async (later) => {
      const { tree: after, unread: all } = await takeSnapshot(scope.store, later);
      const unread = all.filter((path) => !known.includes(path));
      return { before, after, unread, notes: [] };
    },
  };
}

async function openScope(
  desk: Desk,
  inputs: ChangesInputs,
  workplace: Workplace,
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Scope> {
  const { context, invocationId } = desk;
  const { temp, env, workspace } = context;
  const store = await openStore({ workspace, temp, env, invocationId }, signal);
  // `post` needs it where it must finish.
  resources.defer(() =>
    desk.watched?.state === 'left' ? undefined : store[Symbol.asyncDispose](),
  );
  return { store, protection: await readProtection(desk, inputs, workplace, store.base, signal) };
}

async function workOn({ pull, checkout }: Workplace): Promise<PullWork | undefined> {
  const pin = await pull.pinned;
  // The checkout's own note is in the reply already.
  return pin && { isFork: pin.isFork, headSha: checkout?.headSha, note: '' };
}

/** On a pull request the CODEOWNERS of its base counts, as on GitHub. */
async function readProtection(
  { context, trigger, token }: Desk,
  { protectedPaths: patterns, respectsCodeowners }: ChangesInputs,
  { pull }: Workplace,
  base: string,
  signal: AbortSignal,
): Promise<Protection> {
  if (!respectsCodeowners) return { patterns, codeOwners: undefined };
  const { serverUrl, env, workspace } = context;
  const git = gitIn(await realpath(workspace), env);
  const commit = (await pull.pinned)?.baseSha ?? base;
  const remote = remoteOf({ serverUrl, repository: trigger.repository, token });
  await fetchCommit(git, remote, commit, signal);
  return { patterns, codeOwners: await readCodeOwners(git, commit, signal) };
}

/** What the agent is told of it. */
export function destinationOf(watched: Watched | undefined): Destination {
  if (watched === undefined) return { kind: 'none', protectedPaths: [] };
  const { inputs, pull } = watched;
  const { protectedPaths } = inputs;
  if (inputs.way === 'patch' || inputs.isSilent) return { kind: 'patch', protectedPaths };
  if (pull === undefined) return { kind: 'pull', protectedPaths };
  const isPushed = !pull.isFork && pull.headSha !== undefined;
  return { kind: isPushed ? 'commit' : 'patch', protectedPaths };
}
