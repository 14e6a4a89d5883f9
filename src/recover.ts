import { rmSync } from 'node:fs';
import { hasReview } from './answered.ts';
import { putBackForKilled } from './credentials.ts';
import { messageOf } from './errors.ts';
import { createGitHub, type GitHub } from './github.ts';
import type { Env } from './inputs.ts';
import { endIsolation, environmentsOf, isIsolatedAtWork, workspaceOf } from './isolate.ts';
import { appendToJournal } from './journal/journal.ts';
import { hiddenOf, type Killed, readKilled } from './killed.ts';
import { recoverMs, redeliveryMs } from './limits.ts';
import { savingMs } from './limits/changes.ts';
import { releaseForKilled } from './locking.ts';
import type { Address } from './opencode/client.ts';
import { logPathOf } from './opencode/log.ts';
import { reattachLocal } from './opencode/reattach.ts';
import { stopServer } from './opencode/stop.ts';
import { guard } from './outgoing.ts';
import { logInfo, logWarning, readJournalPath } from './outputs.ts';
import type { Redactor } from './redact/redactor.ts';
import type { ChangesFacts } from './reply/changes.ts';
import { deliver } from './reply/deliver.ts';
import { saveForKilled } from './save-killed.ts';
import { type Stopped, stopSession } from './stopped.ts';
import { type Found, renderKilled, tellChanges, tellRunner, withDoubt } from './tell-killed.ts';
import { finishAcknowledgement } from './thread/acknowledge.ts';
import { type Comments, openComments } from './thread/comments.ts';
import { restoreCheckout } from './thread/restore.ts';
import type { Turn } from './turn/turn.ts';

/**
 * Finishes what a run left undone, killed as a rule: the agent stopped, its server and all it started
 * ended, the workspace put back, what was written on the thread, label and reaction gone. After a
 * run that finished by itself, and on a second call, it does nothing. What one part cannot do is
 * warned of, and the rest is done.
 */
export async function recover(env: Env): Promise<void> {
  const path = readJournalPath();
  if (path === undefined) return;
  const redactor = guard(env);
  const killed = await readKilled(env, path, redactor);
  if (killed === undefined) return;
  logInfo('The run was ended before its thread was finished. It is finished now.');
  const signal = AbortSignal.timeout(recoverMs);
  const { context, token } = killed;
  const github = createGitHub({ token, apiUrl: context.apiUrl, redact: redactor.redact });
  // Only a turn that came to its own end needs no stopping.
  const isOver = killed.reply?.isSuccess === true;
  const heard = isOver ? undefined : await hear(killed, redactor, signal).catch(() => undefined);
  const saved = Promise.withResolvers<ChangesFacts | undefined>();
  const stopping = part('stop the agent', () =>
    stopAgent(killed, redactor, saved.resolve, signal),
  ).finally(() => saved.resolve(undefined));
  const done = await Promise.all([
    stopping,
    free(github, killed, stopping, isOver || isAtRest(killed, heard), signal),
    part('finish the thread', async () => {
      const changes = await Promise.race([saved.promise, patience(savingMs)]);
      return await finishThread(github, killed, { heard: newsOf(killed, heard), changes }, signal);
    }),
  ]);
  if (done.every(Boolean)) appendToJournal(path, { type: 'finished', outcome: 'cancelled' });
}

/** The lock, once nobody is at work in what it is for. */
async function free(
  github: GitHub,
  killed: Killed,
  stopping: Promise<boolean>,
  isAtRest: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const isStopped = await stopping;
  return await part('release the lock', () =>
    releaseForKilled(github, killed, isStopped && isAtRest, signal),
  );
}

/** On a server that is not ours the turn may go on; one of ours is ended. */
function isAtRest({ wanted, isJournaled, session }: Killed, heard: Stopped | undefined): boolean {
  if (wanted?.server.kind !== 'remote') return true;
  return heard?.isAtRest ?? (isJournaled && session === undefined);
}

/** Resolves to nothing, and keeps no process alive. */
function patience(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}

/** Resolves to whether nothing is left to do. */
async function part(what: string, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (thrown) {
    logWarning(`Could not ${what}: ${messageOf(thrown)}.`);
    return false;
  }
}

/** What its server has of the session, once it was told to stop; undefined where none can be asked. */
async function hear(
  killed: Killed,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<Stopped | undefined> {
  const { session, wanted } = killed;
  const address = await addressOf(killed);
  if (session === undefined || address === undefined) return undefined;
  const stopped = await stopSession(address, session.id, redactor, signal, session.after);
  if (!stopped.isHeard && wanted?.server.kind === 'remote')
    logWarning(`Session ${session.id} could not be asked: it may still be at work.`);
  return stopped;
}

/**
 * What the server said, with the journal's words where those are more: what was being written when a
 * turn was cut off may be missing from a record that is whole otherwise.
 */
function newsOf({ texts }: Killed, heard: Stopped | undefined): Turn | undefined {
  if (heard === undefined) return undefined;
  const { turn } = heard;
  return sizeOf(turn.texts) < sizeOf(texts) ? { ...turn, texts } : turn;
}

async function addressOf(killed: Killed): Promise<Address | undefined> {
  const { wanted, identity, context, server } = killed;
  // Where a workspace was laid out, the journal alone knows its directory.
  const known = server?.kind === 'remote' ? server.directory : undefined;
  if (wanted?.server.kind === 'remote')
    return { ...wanted.server, directory: wanted.server.directory ?? known };
  const environments = await environmentsOf(killed);
  return reattachLocal(identity.invocationId, context.temp, workspaceOf(killed), environments);
}

function sizeOf(texts: readonly string[]): number {
  return texts.reduce((size, text) => size + text.length, 0);
}

/**
 * First the agent, then what it changed, which `told` is called with, then the workspace that it works
 * in. An isolation that cannot be undone, or that the agent has made up, keeps nothing else from
 * being done, unless the agent is still at work.
 */
async function stopAgent(
  killed: Killed,
  redactor: Redactor,
  told: (changes: ChangesFacts | undefined) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const { server, checkout, context, identity, trigger } = killed;
  const mark = identity.invocationId;
  const isUndone = await part('undo the isolation of the agent', () => endIsolation(killed));
  await stopServer(server?.kind === 'local' ? server.pid : undefined, mark);
  if (!isUndone && isIsolatedAtWork(killed)) return false;
  rmSync(logPathOf(context.temp, mark), { force: true });
  let changes: ChangesFacts | undefined;
  const isSaved = await part('save what the agent changed', async () => {
    changes = await saveForKilled(killed, redactor, signal);
    const isAll = changes === undefined || changes.leftOut.length === 0;
    return isAll && killed.changes !== undefined;
  });
  told(changes);
  const isHidden = !putBackForKilled(killed);
  if (checkout === undefined) return isUndone && !isHidden;
  const { thread } = trigger;
  const isOurs = checkout.workspace === context.workspace && checkout.pull === thread?.number;
  if (!isOurs) throw new Error('the journal names another workspace than the runner does');
  const left = { ...checkout, isSaved };
  const { isBack, said } = await restoreCheckout(left, context.env, signal);
  if (said !== '') logWarning(said);
  return isUndone && isBack && !isHidden;
}

async function finishThread(
  github: GitHub,
  killed: Killed,
  found: Found,
  signal: AbortSignal,
): Promise<boolean> {
  const { isSilent, trigger, identity, startedAt } = killed;
  const { repository, thread, comment } = trigger;
  if (isSilent || thread === undefined) {
    if (killed.reply === undefined) tellRunner(renderKilled(killed, found));
    else tellChanges(found);
    return true;
  }
  const { threadId: reviewThreadId, url: askedUrl } = comment ?? {};
  const hidden = (purpose: string): string => hiddenOf(killed, purpose);
  const at = { repository, thread, reviewThreadId, askedUrl, startedAt, hidden, isResumed: true };
  const comments = openComments(github, at, identity);
  const limited = AbortSignal.any([signal, AbortSignal.timeout(redeliveryMs)]);
  const isReviewed = await hasReview(github, at, identity, limited).catch(() => undefined);
  const isCommented = async () => killed.reply === undefined && (await isPosted(comments, limited));
  const isAnswered = isReviewed === true || (await isCommented());
  const known = { ...found, isReviewUnclear: isReviewed === undefined };
  const isTold = await part('put what the agent wrote on the thread', () =>
    isAnswered ? removeProgress(comments, limited) : tell(comments, killed, known, limited),
  );
  const { isSuccess: wasSuccess } = killed.reply ?? {};
  const isSuccess = isAnswered ? wasSuccess : isTold && wasSuccess === true;
  return (await unmark(github, killed, isSuccess, signal)) && isTold;
}

/** Whether the answer stands there although the journal does not say so; `deliver` looks again. */
async function isPosted(comments: Comments, signal: AbortSignal): Promise<boolean> {
  const found = await comments.find('answer', signal).catch(() => undefined);
  return found !== undefined;
}

/**
 * What `main` had ready (its step summary was written before), or else what there was by then. A
 * `main` that had lost the server may have had less ready than the server knows.
 */
async function tell(
  comments: Comments,
  killed: Killed,
  found: Found,
  signal: AbortSignal,
): Promise<boolean> {
  const { heard } = found;
  const isMore = heard !== undefined && sizeOf(heard.texts) > sizeOf(killed.texts);
  const isNews = isMore && !(await isPosted(comments, signal));
  const ready = isNews ? undefined : killed.reply;
  if (ready !== undefined) tellChanges(found);
  const reply = withDoubt(ready ?? tellRunner(renderKilled(killed, found)), killed, found);
  // The journal may name any comment as the one to delete: only one with our marker is ours.
  const progress = comments.find('progress', signal);
  progress.catch(() => undefined);
  const { isTidy } = await deliver({ comments, reply, progress, warn: logWarning, signal });
  return isTidy;
}

async function removeProgress(comments: Comments, signal: AbortSignal): Promise<boolean> {
  const progress = await comments.find('progress', signal);
  if (progress !== undefined) await comments.remove(progress, signal);
  return true;
}

/** The reaction's id is asked for again, for the journal may name anybody's. */
async function unmark(
  github: GitHub,
  { acknowledgement, trigger, wanted }: Killed,
  isSuccess: boolean | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const mayHaveReaction = acknowledgement?.mayHaveReaction ?? true;
  const label = acknowledgement?.label === '' ? '' : (wanted?.workingLabel ?? '');
  const left = { mayHaveReaction, label };
  return await finishAcknowledgement(github, trigger, left, isSuccess, logWarning, signal);
}
