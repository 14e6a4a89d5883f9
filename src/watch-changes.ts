import { realpath } from 'node:fs/promises';
import type { Before } from './changes/capture.ts';
import type { PullWork } from './changes/decide.ts';
import { readCodeOwners } from './changes/owners.ts';
import type { Protection } from './changes/protect.ts';
import { takeSnapshot } from './changes/snapshot.ts';
import { openStore } from './changes/store.ts';
import type { Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import { gitIn } from './git/git.ts';
import type { ChangesInputs } from './inputs.ts';
import { logWarning } from './outputs.ts';
import type { Destination } from './prompt/system.ts';
import type { PullRun } from './pull.ts';
import type { Checkout } from './thread/checkout.ts';
import { fetchCommit, remoteOf } from './thread/fetch.ts';

/** What a run knows of what the agent changes, from before it starts. */
export interface Watched extends Before {
  inputs: ChangesInputs;
  /** Undefined on whatever is no pull request. */
  pull: PullWork | undefined;
  /** `saved` once all of it is pushed or in a patch; `left` where `post` must see to it. */
  state: 'open' | 'saved' | 'left';
  /** Whether some of it is in neither, for it may not be delivered. */
  hasLeftOut: boolean;
}

/** Where the agent works. */
interface Workplace {
  pull: PullRun;
  checkout: Checkout;
}

/**
 * Takes the working tree as it is before the agent starts; on `desk` from then on. Where that cannot
 * be done, nothing of what the agent changes comes back: resolves to the sentence that says so, else
 * to nothing. Throws only the signal's reason.
 */
export async function watchChanges(
  desk: Desk,
  inputs: ChangesInputs,
  workplace: Workplace,
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<string> {
  if (inputs.way === 'none') return '';
  try {
    desk.watched = await openWatch(desk, inputs, workplace, resources, signal);
    return '';
  } catch (thrown) {
    signal.throwIfAborted();
    // Where there is no checkout, its own note says so.
    if (workplace.checkout.note !== '') return '';
    const said = `Nothing of what the agent changes comes back: ${messageOf(thrown)}.`;
    logWarning(said);
    return said;
  }
}

async function openWatch(
  desk: Desk,
  inputs: ChangesInputs,
  workplace: Workplace,
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Watched> {
  const { context, invocationId, journal } = desk;
  const { temp, env } = context;
  const workspace = workplace.checkout.directory;
  const store = await openStore({ workspace, temp, env, invocationId }, signal);
  // `post` needs it where it must finish.
  resources.defer(() =>
    desk.watched?.state === 'left' ? undefined : store[Symbol.asyncDispose](),
  );
  const protection = await readProtection(desk, inputs, workplace, store.base, signal);
  const { tree } = await takeSnapshot(store, signal);
  journal.note({ type: 'changes', before: tree, isSaved: false });
  const pull = await workOn(workplace);
  return { store, tree, protection, inputs, pull, state: 'open', hasLeftOut: false };
}

async function workOn({ pull, checkout }: Workplace): Promise<PullWork | undefined> {
  const pin = await pull.pinned;
  return pin && { isFork: pin.isFork, headSha: checkout.headSha, note: checkout.note };
}

/** On a pull request the CODEOWNERS of its base counts, as on GitHub. */
async function readProtection(
  { context, trigger, token }: Desk,
  { protectedPaths: patterns, respectsCodeowners }: ChangesInputs,
  { pull, checkout }: Workplace,
  base: string,
  signal: AbortSignal,
): Promise<Protection> {
  if (!respectsCodeowners) return { patterns, codeOwners: undefined };
  const { serverUrl, env } = context;
  const git = gitIn(await realpath(checkout.directory), env);
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
  if (inputs.way === 'patch') return { kind: 'patch', protectedPaths };
  if (pull === undefined) return { kind: 'pull', protectedPaths };
  const isPushed = !pull.isFork && pull.headSha !== undefined;
  return { kind: isPushed ? 'commit' : 'patch', protectedPaths };
}
