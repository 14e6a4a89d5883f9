import { createHash } from 'node:crypto';
import type { Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import { readPermission } from './gate/permission.ts';
import type { Inputs } from './inputs.ts';
import { logWarning } from './outputs.ts';
import { isWriting, type PullRun } from './pull.ts';
import { chooseMemory } from './session/choose.ts';
import { type Level, levelOf } from './session/level.ts';
import { type Memory, readMemory } from './session/memory.ts';
import { type OwnAnswer, readOwnAnswers } from './thread/own.ts';

/** The session of a former run, as far as the thread tells. */
export interface Former {
  memory: Memory;
  /** Where it says so: the last answer given in it. */
  answer: Pick<OwnAnswer, 'kind' | 'id'>;
}

/** What is known of a former run's session while the agent's surroundings are opened. */
export interface Continuing {
  /** Whether later runs may go on with this run's session: it is on a thread, answers there, and is no review. */
  isKept: boolean;
  /** Of this run; it is also what a cache entry of this run's is filed under. */
  level: Promise<Level>;
  /**
   * The session to go on with, or why a new one is begun, as the end of a sentence (empty: there was
   * none). Never rejects, but with the signal's reason. On a local server `memory.server` is `local`
   * then, its level is ours and it is not older than `session-retention-days`: its database is to be
   * restored before the server starts. What the server then has is verified by `openOurSession`.
   */
  former: Promise<Former | { why: string }>;
  /** Set by whoever restores a database: why nothing was restored, as the end of a sentence. */
  restoreNote: string;
}

/** Begins to look for the session that a run may go on with; a review has a fresh eye. */
export function openContinuing(
  desk: Desk,
  inputs: Inputs,
  pull: PullRun,
  signal: AbortSignal,
): Continuing {
  const { trigger, comments } = desk;
  const isKept = trigger.thread !== undefined && comments !== undefined && !desk.isReview;
  const level = isKept
    ? readLevel(desk, pull, signal)
    : Promise.resolve(levelOf({ mayWrite: false }));
  const former = isKept ? findFormer(desk, inputs, level, signal) : Promise.resolve({ why: '' });
  for (const each of [level, former]) each.catch(() => undefined);
  return { isKept, level, former, restoreNote: '' };
}

/**
 * Of everybody whose word the run is: who asked, whose request a retry runs again, who started this
 * attempt. An unclear answer is the lesser trust. Throws only the signal's reason.
 */
async function readLevel(desk: Desk, pull: PullRun, signal: AbortSignal): Promise<Level> {
  const { github, trigger, context } = desk;
  const { actor, request } = trigger;
  const all = [actor?.login, request?.author.login, context.triggeringActor];
  const people = all.filter((login) => login);
  const may = new Set(people).values().map(async (login = '') => {
    try {
      return isWriting(await readPermission(github, trigger.repository, login, signal));
    } catch (thrown) {
      signal.throwIfAborted();
      logWarning(`${messageOf(thrown)} The session is kept apart from those of trusted runs.`);
      return false;
    }
  });
  const [pin, isUntrusted, ...each] = await Promise.all([pull.pinned, pull.isUntrusted, ...may]);
  return levelOf({
    mayWrite: each.length > 0 && each.every(Boolean),
    pull: pin && { isUntrusted, isFork: pin.isFork, headRepositoryId: pin.headRepositoryId },
  });
}

async function findFormer(
  { github, trigger }: Desk,
  { session, server }: Inputs,
  ownLevel: Promise<Level>,
  signal: AbortSignal,
): Promise<Former | { why: string }> {
  const { repository, thread, command } = trigger;
  if (session.mode === 'new') return { why: 'the input `session` asks for a new one' };
  if (command?.name === 'new') return { why: 'a new one was asked for' };
  if (thread === undefined) return { why: '' };
  const nowMs = Date.now();
  try {
    const [answers, level] = await Promise.all([
      readOwnAnswers(github, { repository, thread }, nowMs - session.retentionMs, signal),
      ownLevel,
    ]);
    const found = answers.flatMap((answer) => {
      const memory = readMemory(answer.hidden);
      return memory === undefined ? [] : [{ answer, memory }];
    });
    const memories = found.map(({ memory }) => memory);
    const wanted = { server: nameServer(server), level, nowMs, retentionMs: session.retentionMs };
    const chosen = chooseMemory(memories, wanted);
    if ('why' in chosen) return chosen;
    const answer = found.find(({ memory }) => memory === chosen.memory)?.answer;
    return answer === undefined ? { why: '' } : { memory: chosen.memory, answer };
  } catch (thrown) {
    signal.throwIfAborted();
    return { why: `the thread could not be asked for it: ${messageOf(thrown)}` };
  }
}

/** What an answer calls a server: `local`, or a digest that leads nobody to it. */
export function nameServer(server: Inputs['server']): string {
  if (server.kind === 'local') return 'local';
  const place = JSON.stringify([new URL(server.url).href, server.directory ?? null]);
  return createHash('sha256').update(`mention-loop session\n${place}`).digest('hex');
}

/** What a session calls its thread: no two threads of any GitHub have the same name. */
export function nameThread({ context, trigger }: Desk): string {
  const { repository, thread } = trigger;
  const place = `${context.serverUrl}/${repository.owner}/${repository.name}`.toLowerCase();
  return thread === undefined ? place : `${place}#${thread.number}`;
}
