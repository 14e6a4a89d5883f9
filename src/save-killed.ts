import { capture } from './changes/capture.ts';
import { readCodeOwners } from './changes/owners.ts';
import { savePatch } from './changes/save.ts';
import { takeSnapshot } from './changes/snapshot.ts';
import { reopenStore, type Store } from './changes/store.ts';
import { commandsFor, patchPathOf } from './deliver-changes.ts';
import type { ChangesInputs } from './inputs.ts';
import type { Killed } from './killed.ts';
import type { Redactor } from './redact/redactor.ts';
import type { ChangesFacts } from './reply/changes.ts';

/**
 * Saves what the agent of a killed run had changed, as a patch for the step summary; undefined where
 * there is nothing to save. The agent must be gone, and the checkout as it left it. Throws an `Error`.
 */
export async function saveForKilled(
  { changes, wanted, context, identity, trigger, checkout }: Killed,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<ChangesFacts | undefined> {
  const { workspace, temp, env, serverUrl, repository, runUrl } = context;
  const { invocationId } = identity;
  await using store = await reopenStore({ workspace, temp, env, invocationId });
  if (changes === undefined || changes.isSaved || wanted === undefined) return undefined;
  if (store === undefined) throw new Error('what was there before the agent started is lost');
  const { tree: after, unread } = await takeSnapshot(store, signal);
  const protection = await protectionOf(wanted.changes, store, signal);
  const trees = { before: changes.before, after, unread };
  const changeSet = await capture({ store, protection }, trees, redactor, signal);
  if (changeSet === undefined) return undefined;
  const path = patchPathOf(temp, invocationId);
  const isEmpty = changeSet.changes.length === 0;
  const patch = isEmpty ? undefined : await savePatch(store, changeSet, { path, redactor }, signal);
  const headOf = checkout === undefined ? undefined : trigger.thread?.number;
  const commands = commandsFor(headOf, store.base);
  const repositoryUrl = `${serverUrl}/${repository}`;
  // The runner empties the folder that the patch is in: nobody is told of it.
  return { ...changeSet, delivered: { notes: [] }, patch, commands, repositoryUrl, runUrl };
}

async function protectionOf(
  { protectedPaths: patterns, respectsCodeowners }: ChangesInputs,
  { git, base }: Store,
  signal: AbortSignal,
) {
  const codeOwners = respectsCodeowners ? await readCodeOwners(git, base, signal) : undefined;
  return { patterns, codeOwners };
}
