import { rmSync } from 'node:fs';
import { putBackForKilled } from './credentials.ts';
import { ActionError, messageOf } from './errors.ts';
import { createGitHub, type GitHub } from './github.ts';
import type { Env } from './inputs.ts';
import { endIsolation, environmentsOf, isIsolatedAtWork, workspaceOf } from './isolate.ts';
import { appendToJournal } from './journal/journal.ts';
import { describeKilled, type Killed, readKilled } from './killed.ts';
import { recordMs, recoverMs, redeliveryMs } from './limits.ts';
import type { Address } from './opencode/client.ts';
import { logPathOf } from './opencode/log.ts';
import { reattachLocal } from './opencode/reattach.ts';
import { fetchRecord } from './opencode/record.ts';
import { abortSession } from './opencode/session.ts';
import { stopServer } from './opencode/stop.ts';
import { createTurnRedactor, guard } from './outgoing.ts';
import { logFenced, logInfo, logWarning, readJournalPath, writeSummary } from './outputs.ts';
import type { Redactor } from './redact/redactor.ts';
import { deliver } from './reply/deliver.ts';
import { peopleOf } from './reply/audience.ts';
import { renderAnyReply } from './reply/plain-reply.ts';
import { renderFailure } from './reply/render.ts';
import type { Reply } from './reply/render.ts';
import { finishAcknowledgement } from './thread/acknowledge.ts';
import { type Comments, openComments } from './thread/comments.ts';
import { restoreCheckout } from './thread/restore.ts';
import { createTranscript, toTurn } from './turn/assemble.ts';
import { giveUp } from './turn/give-up.ts';
import { isSettled } from './turn/terminal.ts';
import type { EndedTurn, Turn } from './turn/turn.ts';

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
  const done = await Promise.all([
    part('stop the agent', () => stopAgent(killed, signal)),
    part('finish the thread', () => finishThread(github, killed, heard, signal)),
  ]);
  if (done.every(Boolean)) appendToJournal(path, { type: 'finished', outcome: 'cancelled' });
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

/**
 * Stops the session and reads from its server what the agent wrote; undefined where there is no
 * session, or its server says no more than the journal does.
 */
async function hear(
  killed: Killed,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<Turn | undefined> {
  const { session, texts } = killed;
  const address = await addressOf(killed);
  if (session === undefined || address === undefined) return undefined;
  const transcript = createTranscript(session.id);
  const source = {
    abort: (either: AbortSignal) => abortSession(address, session.id, either),
    record: (either: AbortSignal) => fetchRecord(address, session.id, undefined, either),
  };
  signal.throwIfAborted();
  const record = await giveUp(source, transcript, recordMs);
  const turn = createTurnRedactor(redactor).ended(toTurn(transcript));
  if (isSettled(record)) return turn;
  const isUnheard = record.length === 0 && killed.wanted?.server.kind === 'remote';
  if (isUnheard) logWarning(`Session ${session.id} could not be asked: it may still be at work.`);
  return sizeOf(turn.texts) > sizeOf(texts) ? turn : undefined;
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
 * First the agent, then the workspace that it works in. An isolation that cannot be undone, or that
 * the agent has made up, keeps nothing else from being done, unless the agent is still at work.
 */
async function stopAgent(killed: Killed, signal: AbortSignal): Promise<boolean> {
  const { server, checkout, context, identity, trigger } = killed;
  const mark = identity.invocationId;
  const isUndone = await part('undo the isolation of the agent', () => endIsolation(killed));
  await stopServer(server?.kind === 'local' ? server.pid : undefined, mark);
  if (!isUndone && isIsolatedAtWork(killed)) return false;
  rmSync(logPathOf(context.temp, mark), { force: true });
  const isHidden = !putBackForKilled(killed);
  if (checkout === undefined) return isUndone && !isHidden;
  const { thread } = trigger;
  const isOurs = checkout.workspace === context.workspace && checkout.pull === thread?.number;
  if (!isOurs) throw new Error('the journal names another workspace than the runner does');
  const { isBack, said } = await restoreCheckout(checkout, context.env, signal);
  if (said !== '') logWarning(said);
  return isUndone && isBack && !isHidden;
}

async function finishThread(
  github: GitHub,
  killed: Killed,
  heard: Turn | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const { isSilent, trigger, identity, startedAt } = killed;
  const { repository, thread, comment } = trigger;
  if (isSilent || thread === undefined) {
    if (killed.reply === undefined) tellRunner(renderKilled(killed, heard));
    return true;
  }
  const { threadId: reviewThreadId, url: askedUrl } = comment ?? {};
  const at = { repository, thread, reviewThreadId, askedUrl, startedAt, isResumed: true };
  const comments = openComments(github, at, identity);
  const limited = AbortSignal.any([signal, AbortSignal.timeout(redeliveryMs)]);
  const isAnswered = killed.reply === undefined && (await isPosted(comments, limited));
  const isTold = await part('put what the agent wrote on the thread', () =>
    isAnswered ? removeProgress(comments, limited) : tell(comments, killed, heard, limited),
  );
  const isSuccess = isAnswered ? undefined : isTold && killed.reply?.isSuccess === true;
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
  heard: Turn | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const isMore = heard !== undefined && sizeOf(heard.texts) > sizeOf(killed.texts);
  const isNews = isMore && !(await isPosted(comments, signal));
  const ready = isNews ? undefined : killed.reply;
  const reply = ready ?? tellRunner(renderKilled(killed, heard));
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

function tellRunner(reply: Reply): Reply {
  try {
    writeSummary(reply.summary);
  } catch (thrown) {
    logWarning(`Could not write the step summary: ${messageOf(thrown)}.`);
  }
  logFenced(reply.response);
  return reply;
}

function renderKilled(killed: Killed, heard: Turn | undefined): Reply {
  const facts = describeKilled(killed);
  const message = 'The run was interrupted: its process was killed before it was done.';
  if (!killed.isJournaled) {
    const hint = 'Its journal is gone, and with it what the agent had written. Ask again.';
    return renderFailure(new ActionError('cancelled', message, { hint }), facts);
  }
  const { texts } = heard ?? killed;
  const hint = 'What had been written by then follows; ask again for the rest.';
  const error = new ActionError('cancelled', message, texts.length > 0 ? { hint } : {});
  const turn: EndedTurn = { ...(heard ?? { ...toTurn(createTranscript('')), texts }), error };
  const people = peopleOf(killed.trigger, undefined);
  const audience = { serverUrl: killed.context.serverUrl, people };
  return renderAnyReply({ turn, facts, notes: [], audience }, logWarning);
}
