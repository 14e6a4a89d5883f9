import { basename } from 'node:path';
import { ActionError, messageOf } from './errors.ts';
import { createGitHub, type GitHub } from './github.ts';
import { type Env, readInputs, readRunContext, readTriggerInputs } from './inputs.ts';
import type { EntryOf } from './journal/entries.ts';
import { appendToJournal, type JournalFacts, readJournal } from './journal/journal.ts';
import { recoverMs } from './limits.ts';
import { abortSession } from './opencode/session.ts';
import { stopServer } from './opencode/stop.ts';
import { logInfo, logWarning, readJournalPath, writeSummary } from './outputs.ts';
import { deliver } from './reply/deliver.ts';
import { renderReply } from './reply/render.ts';
import { finishAcknowledgement } from './thread/acknowledge.ts';
import { restoreCheckout } from './thread/checkout.ts';
import { openComments } from './thread/comments.ts';
import type { EndedTurn } from './turn/turn.ts';

/** A run that did not end by itself, as its journal has it. */
interface Killed extends JournalFacts {
  run: EntryOf<'run'>;
}

/**
 * Finishes a run whose process was killed, from its journal: the agent stopped, the workspace put
 * back, what was written on the thread, label and reaction gone. After a run that finished by itself,
 * and on a second call, it does nothing. What one part cannot do is warned of, and the rest is done.
 */
export async function recover(env: Env): Promise<void> {
  const path = readJournalPath();
  if (path === undefined) return;
  const facts = await readJournal(path);
  const run = facts?.run;
  if (facts === undefined || run === undefined || !isOurs(run, path, env)) {
    logWarning('The journal of the run is missing or not ours: what the run left cannot be found.');
    return;
  }
  if (facts.finished !== undefined) return;
  logInfo('The run was killed before it was done. It is finished now.');
  const killed = { ...facts, run };
  const signal = AbortSignal.timeout(recoverMs);
  const github = createGitHub({
    token: readTriggerInputs(env).token,
    apiUrl: readRunContext(env).apiUrl,
  });
  await Promise.all([
    part('stop the agent', () => stopAgent(killed, env, signal)),
    part('post what the agent wrote', () => postPartial(github, killed, signal)),
    part('remove reaction and label', () => unmark(github, killed, signal)),
  ]);
  appendToJournal(path, { type: 'finished', outcome: 'cancelled' });
}

/** The agent runs as the same user and could write a journal: it must be of this very run. */
function isOurs({ identity, target }: EntryOf<'run'>, path: string, env: Env): boolean {
  const { owner, name } = target.repository;
  return (
    basename(path) === `mention-loop-${identity.invocationId}.jsonl` &&
    identity.runId === env['GITHUB_RUN_ID'] &&
    `${owner}/${name}` === env['GITHUB_REPOSITORY']
  );
}

async function part(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    logWarning(`Could not ${what}: ${messageOf(thrown)}.`);
  }
}

/** First the agent, then the workspace that it works in. */
async function stopAgent(killed: Killed, env: Env, signal: AbortSignal): Promise<void> {
  const { server, session, checkout } = killed;
  if (server?.kind === 'local') await stopServer(server.pid, server.marker);
  if (server?.kind === 'remote' && session !== undefined) {
    const { headers } = asRemote(env);
    await abortSession(
      { url: server.url, headers, directory: server.directory },
      session.id,
      signal,
    );
  }
  if (checkout === undefined) return;
  const said = await restoreCheckout(checkout, env, signal);
  if (said !== '') logWarning(said);
}

function asRemote(env: Env): { headers: Record<string, string> } {
  const { server } = readInputs(env);
  return server.kind === 'remote' ? server : { headers: {} };
}

async function postPartial(github: GitHub, killed: Killed, signal: AbortSignal): Promise<void> {
  const { run, answered } = killed;
  const { target, identity, reviewThreadId, startedAt } = run;
  const { repository, thread } = target;
  const reply = renderReply({ turn: turnOf(killed), facts: factsOf(killed), notes: [] });
  if (run.reply === 'none' || thread === undefined) return writeSummary(reply.summary);
  const comments = openComments(
    github,
    { repository, thread, reviewThreadId, startedAt },
    identity,
  );
  const progress = killed.progress ?? (await comments.find('progress', signal));
  const isAnswered = answered.length > 0 || (await comments.find('answer', signal)) !== undefined;
  if (!isAnswered) {
    writeSummary(reply.summary);
    await deliver({ comments, reply, progress, warn: logWarning, signal });
  } else if (progress !== undefined && answered[0]?.id !== progress.id) {
    await comments.remove(progress, signal);
  }
}

async function unmark(github: GitHub, { run, acknowledgement }: Killed, signal: AbortSignal) {
  if (run.reply === 'none') return;
  const { target, label } = run;
  const { thread, comment } = target;
  const left = acknowledgement ?? { mayHaveReaction: true, label };
  const at = { repository: target.repository, thread, comment };
  await finishAcknowledgement(github, at, left, false, logWarning, signal);
}

function turnOf({ texts }: Killed): EndedTurn {
  const hint = 'What had been written by then follows; ask again for the rest.';
  const message = 'The run was interrupted: its process was killed before it was done.';
  return {
    texts,
    answer: '',
    usage: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
    tools: new Map(),
    todos: [],
    activity: '',
    retry: undefined,
    isCutOff: false,
    error: new ActionError('cancelled', message, texts.length > 0 ? { hint } : {}),
  };
}

function factsOf({ run, session }: Killed) {
  const { owner, name } = run.target.repository;
  return {
    eventName: run.eventName,
    repository: `${owner}/${name}`,
    runId: run.identity.runId,
    attempt: run.identity.attempt,
    runUrl: run.runUrl,
    sessionId: session?.id,
    model: session?.model,
    version: session?.version,
    durationMs: Date.now() - run.startedAt,
  };
}
