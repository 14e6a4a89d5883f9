import { join } from 'node:path';
import * as v from 'valibot';
import { boundEnding } from './bounds.ts';
import { findExcess } from './changes/bounds.ts';
import { capture } from './changes/capture.ts';
import type { ChangeSet, Delivered } from './changes/change.ts';
import { deliver } from './changes/deliver.ts';
import type { Requester } from './changes/message.ts';
import { applyOnto } from './changes/onto.ts';
import { applyCommand } from './changes/patch.ts';
import { type Patch, savePatch } from './changes/save.ts';
import type { Store } from './changes/store.ts';
import { audienceOf, type Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import type { ChangesInputs } from './inputs.ts';
import { changesHurriedMs, changesMs } from './limits/changes.ts';
import { logWarning } from './outputs.ts';
import type { ChangesFacts } from './reply/changes.ts';
import { renderHarmless } from './reply/outgoing.ts';
import { fetchCommit, remoteOf, verifyCommit } from './thread/fetch.ts';
import { unlessStopped } from './turn/pause.ts';
import type { EndedTurn } from './turn/turn.ts';
import type { Watched } from './watch-changes.ts';
import type { Work } from './work.ts';

/**
 * Ends what the agent is, and delivers what it changed: the working tree is read when nothing of it
 * is alive, and before the checkout is put back. Where there is no time left for that, it is left to
 * `post`. Never rejects: what cannot be done is a note of the reply.
 */
export async function deliverChanges(desk: Desk, work: Work): Promise<Work> {
  const { watched } = desk;
  if (watched === undefined) return work;
  const late = new Error('there was no time left');
  const bounds = { patienceMs: changesMs, hurriedMs: changesHurriedMs };
  const signal = boundEnding(desk, bounds, late);
  try {
    await unlessStopped(desk.endAgent(), signal);
  } catch {
    // Whoever gives back the rest says why. What is still alive may change what is read.
    return leave(watched, work);
  }
  try {
    const { changes, notes } = await bring(desk, watched, work.turn, signal);
    watched.state = 'saved';
    noteSaved(desk, watched);
    return { ...work, changes, notes: [...work.notes, ...notes] };
  } catch (thrown) {
    if (signal.aborted) return leave(watched, work);
    const why = `What the agent changed could not be read: ${messageOf(thrown)}.`;
    logWarning(why);
    return { ...work, notes: [...work.notes, `${why} Nothing of it comes back.`] };
  }
}

function noteSaved({ journal }: Desk, { before }: Watched): void {
  if (before !== undefined) journal.note({ type: 'changes', before, isSaved: true });
}

/** To `post`, which can read what is on this machine, or in a workspace that was sent. */
function leave(watched: Watched, work: Work): Work {
  const { before } = watched;
  if (before !== undefined) watched.state = 'left';
  return { ...work, notes: [...work.notes, before === undefined ? lost : later] };
}

const later =
  "There was no time left to save what the agent changed: it comes with the end of the job, in the run's summary.";

const lost = 'There was no time left to fetch what the agent changed from its server.';

/** What came of the changes, and what the reply must say of them. */
interface Brought {
  changes: ChangesFacts | undefined;
  notes: string[];
}

async function bring(
  desk: Desk,
  watched: Watched,
  turn: EndedTurn,
  signal: AbortSignal,
): Promise<Brought> {
  const { store, inputs, pull } = watched;
  const { context, trigger, github, invocationId, redactor } = desk;
  const { notes, ...trees } = await watched.read(signal);
  const changeSet = await capture(watched, trees, redactor, signal);
  if (changeSet === undefined) return { changes: undefined, notes };
  watched.hasLeftOut = changeSet.leftOut.length > 0;
  let patch: Patch | undefined;
  const { runId, attempt, runUrl, serverUrl } = context;
  const delivered = await deliver(
    {
      github,
      repository: trigger.repository,
      git: store.git,
      changeSet,
      way: inputs.way,
      hindrance: hindranceOf(changeSet, inputs, turn),
      thread: trigger.thread,
      title: trigger.opening?.title ?? '',
      pull,
      answer: turn.answer,
      requester: requesterOf(desk),
      identity: { runId, attempt, invocationId },
      runUrl,
      serverUrl,
      fetchCommit: (sha, either) => fetchInto(desk, store, sha, either),
      applyOnto: (sha, either) => applyOnto(store, changeSet, sha, either),
      savePatch: async (either) => {
        const path = patchPathOf(context.temp, invocationId);
        patch = await savePatch(store, changeSet, { path, redactor }, either);
        return path;
      },
      harmless: (text) => renderHarmless(text, audienceOf(desk)),
    },
    signal,
  );
  const shown = withPull(desk, delivered);
  const changes = { ...changeSet, delivered: shown, patch, ...pagesOf(desk, watched) };
  return { changes, notes: [...notes, ...delivered.notes] };
}

/** A commit on a pull request's own head is on that pull request. */
function withPull({ context, trigger }: Desk, delivered: Delivered): Delivered {
  const { commitSha, compareUrl, pull } = delivered;
  const { thread } = trigger;
  const isOnHead = commitSha !== undefined && compareUrl === undefined && pull === undefined;
  if (!isOnHead || thread?.kind !== 'pull') return delivered;
  const { number } = thread;
  const url = `${context.serverUrl}/${context.repository}/pull/${number}`;
  return { ...delivered, pull: { number, url, isNew: false } };
}

/** Why nothing may be pushed, as a sentence; empty: it may. */
function hindranceOf(
  { changes, leftOut }: ChangeSet,
  { isSilent, mostFiles: files, mostBytes: bytes }: ChangesInputs,
  { error }: EndedTurn,
): string {
  if (error !== undefined) return 'The run ended early: nothing is pushed.';
  if (isSilent) return 'Nothing is pushed, for with `reply: none` nothing is written to GitHub.';
  if (leftOut.some(({ why }) => why === 'secret'))
    return 'Nothing is pushed, for what may be a secret was added to a file.';
  const excess = findExcess(changes, { files, bytes });
  return excess === undefined ? '' : `Nothing is pushed: ${excess}.`;
}

const senderSchema = v.object({ sender: v.object({ login: v.string(), id: v.number() }) });

/** Who caused the event, with the number of the account; nobody starts a schedule. */
function requesterOf({ context, trigger }: Desk): Requester | undefined {
  if (trigger.eventName === 'schedule') return undefined;
  const read = v.safeParse(senderSchema, context.payload);
  return read.success ? read.output.sender : undefined;
}

/**
 * A commit of GitHub's for merging onto, in the store: the checkout's own git is as the agent has
 * left it, and gets no token any more. What is there already is believed if it is what its name says.
 */
async function fetchInto(
  { context, trigger, token }: Desk,
  { git }: Store,
  sha: string,
  signal: AbortSignal,
): Promise<void> {
  const { serverUrl } = context;
  const remote = remoteOf({ serverUrl, repository: trigger.repository, token });
  await fetchCommit(git, remote, sha, signal, true);
  await verifyCommit(git, sha, signal);
}

/** What a reader needs to find the changes, and to go on from them. */
function pagesOf(
  { context, trigger }: Desk,
  { store, pull }: Watched,
): Pick<ChangesFacts, 'commands' | 'repositoryUrl' | 'runUrl'> {
  const { serverUrl, repository, runUrl } = context;
  const headOf = pull?.headSha === undefined ? undefined : trigger.thread?.number;
  const commands = commandsFor(headOf, store.base);
  return { commands, repositoryUrl: `${serverUrl}/${repository}`, runUrl };
}

/** What applies a patch: to the head of a pull request by its number, or else to the commit `base`. */
export function commandsFor(headOf: number | undefined, base: string): string[] {
  const there = headOf === undefined ? `git switch --detach ${base}` : `gh pr checkout ${headOf}`;
  return [there, applyCommand('changes.patch')];
}

/** Where the patch of a run is; the runner empties the folder when the job is over. */
export function patchPathOf(temp: string, invocationId: string): string {
  return join(temp, `mention-loop-${invocationId}.patch`);
}
