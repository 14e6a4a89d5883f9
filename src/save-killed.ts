import { basename } from 'node:path';
import { capture } from './changes/capture.ts';
import type { Trees } from './changes/difference.ts';
import { applyPatch } from './changes/from-patch.ts';
import { readCodeOwners } from './changes/owners.ts';
import { savePatch } from './changes/save.ts';
import { takeSnapshot } from './changes/snapshot.ts';
import { reopenStore, type Store } from './changes/store.ts';
import { commandsFor, patchPathOf } from './deliver-changes.ts';
import type { ChangesInputs } from './inputs.ts';
import type { Killed } from './killed.ts';
import { patchBytes } from './limits/changes.ts';
import { readRemotePatch } from './opencode/workspaces.ts';
import type { Redactor } from './redact/redactor.ts';
import type { ChangesFacts } from './reply/changes.ts';

/**
 * Saves what the agent of a killed run had changed, as a patch for the step summary; undefined where
 * there is nothing to save. The agent must be gone, and the checkout as it left it. Throws an `Error`.
 */
export async function saveForKilled(
  killed: Killed,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<ChangesFacts | undefined> {
  const { changes, wanted, context, identity } = killed;
  const { workspace, temp, env, serverUrl, repository, runUrl } = context;
  const { invocationId } = identity;
  await using store = await reopenStore({ workspace, temp, env, invocationId });
  if (changes === undefined || changes.isSaved || wanted === undefined) return undefined;
  if (store === undefined) throw new Error('what was there before the agent started is lost');
  const trees = await readTrees(killed, changes.before, store, signal);
  const protection = await protectionOf(wanted.changes, store, signal);
  const changeSet = await capture({ store, protection }, trees, redactor, signal);
  if (changeSet === undefined) return undefined;
  const path = patchPathOf(temp, invocationId);
  const isEmpty = changeSet.changes.length === 0;
  const patch = isEmpty ? undefined : await savePatch(store, changeSet, { path, redactor }, signal);
  const commands = commandsFor(headOf(killed), store.base);
  const repositoryUrl = `${serverUrl}/${repository}`;
  // The runner empties the folder that the patch is in: nobody is told of it.
  return { ...changeSet, delivered: { notes: [] }, patch, commands, repositoryUrl, runUrl };
}

/** Where the workspace is that was laid out on a server; undefined on this machine. */
function sentTo({ wanted, server }: Killed) {
  if (wanted?.server.kind !== 'remote' || server?.kind !== 'remote') return undefined;
  return { front: wanted.server, directory: server.directory };
}

async function readTrees(
  killed: Killed,
  before: string,
  store: Store,
  signal: AbortSignal,
): Promise<Trees> {
  const sent = sentTo(killed);
  if (sent === undefined) {
    const { tree: after, unread } = await takeSnapshot(store, signal);
    return { before, after, unread };
  }
  const { front, directory } = sent;
  const key = basename(directory);
  // It becomes part of an address.
  if (!/^[a-z\d-]+$/.test(key)) throw new Error('the journal names no workspace of a server');
  const workspace = { key, directory, tree: before };
  const patch = await readRemotePatch(front, workspace, patchBytes, signal);
  return await applyPatch(store, before, patch, signal);
}

/** The pull request whose head the agent worked in, as far as is known. */
function headOf(killed: Killed): number | undefined {
  const { checkout, trigger } = killed;
  const { thread } = trigger;
  const isIn = checkout !== undefined || sentTo(killed) !== undefined;
  return isIn && thread?.kind === 'pull' ? thread.number : undefined;
}

async function protectionOf(
  { protectedPaths: patterns, respectsCodeowners }: ChangesInputs,
  { git, base }: Store,
  signal: AbortSignal,
) {
  const codeOwners = respectsCodeowners ? await readCodeOwners(git, base, signal) : undefined;
  return { patterns, codeOwners };
}
