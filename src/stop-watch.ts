import type { Bounds } from './bounds.ts';
import type { Desk } from './desk.ts';
import { ActionError, messageOf } from './errors.ts';
import { readCommand } from './event/command.ts';
import { isAfter, isUnedited, readSaid, type Said } from './event/said.ts';
import type { ThreadRef, TriggerComment } from './event/trigger.ts';
import { checkGate } from './gate/check.ts';
import { readGateInputs, readTriggerInputs } from './inputs.ts';
import * as limits from './limits/commands.ts';
import { findMarker } from './marker.ts';
import { logInfo } from './outputs.ts';
import { followComments, kindsOn } from './thread/listed.ts';
import { pause } from './turn/pause.ts';

/** What the lists of one thread share. */
interface Watch {
  desk: Desk;
  thread: ThreadRef;
  /** Logins in lower case that the gate has refused. */
  refused: Set<string>;
  /** Ends the looking. */
  signal: AbortSignal;
}

/**
 * Looks for a stop on the thread until it is disposed of, and ends the run where a person who may
 * run it has written one since. Looks that fail do no harm: the next may succeed. A run that writes
 * nothing on its thread (`reply: none`) reads there all the same.
 */
export function watchForStop(desk: Desk, bounds: Bounds): Disposable {
  const over = new AbortController();
  const { thread, happenedAt } = desk.trigger;
  if (thread !== undefined && happenedAt !== undefined) {
    const signal = AbortSignal.any([bounds.signal, over.signal]);
    const watch: Watch = { desk, thread, refused: new Set(), signal };
    for (const kind of kindsOn(thread))
      void follow(watch, kind, happenedAt).then(
        (stop) => stop && bounds.end(stopped(stop)),
        () => undefined,
      );
  }
  return { [Symbol.dispose]: () => over.abort(new Error('The agent is done.')) };
}

function stopped({ author, url }: Said): ActionError {
  return new ActionError('cancelled', `The run was stopped by @${author.login}: ${url}`);
}

/** Resolves to the first stop that counts; rejects only when it is to look no longer. */
async function follow(
  watch: Watch,
  kind: TriggerComment['kind'],
  since: string,
): Promise<Said | undefined> {
  const { desk, thread, signal } = watch;
  const { github, trigger } = desk;
  const look = followComments({ github, repository: trigger.repository, thread, kind }, since);
  let waiting: Said[] = [];
  let failures = 0;
  const former = desk.context.attempt > 1 ? new Set<number>() : undefined;
  for (let isFirst = true; ;) {
    const begunAt = performance.now();
    let isDear = true;
    try {
      const each = AbortSignal.any([signal, AbortSignal.timeout(limits.stopLookMs)]);
      const found = await look(each);
      isDear = found.isDear;
      const stops = readSaid(kind, found.items).filter((said) => isStop(said, watch));
      // A rerun has the event of the first attempt: what stopped that one does not stop this one.
      if (isFirst) for (const { id } of stops) former?.add(id);
      isFirst = false;
      waiting = [...waiting, ...stops.filter(({ id }) => former?.has(id) !== true)];
      const stop = await firstAllowed(watch, waiting);
      if (stop !== undefined) return stop;
      waiting = [];
      failures = 0;
    } catch (thrown) {
      signal.throwIfAborted();
      failures += 1;
      if (failures === 1) logInfo(`A stop may go unnoticed for a while: ${messageOf(thrown)}.`);
    }
    const everyMs = failures > 0 ? pauseAfter(failures) : paceOf(kind, isDear);
    await pause(Math.max(0, everyMs - (performance.now() - begunAt)), signal);
  }
}

function paceOf(kind: TriggerComment['kind'], isDear: boolean): number {
  if (!isDear) return limits.stopLookEveryMs;
  return kind === 'issue' ? limits.dearLookEveryMs : limits.dearLineLookEveryMs;
}

/** One failure is no reason to look later: GitHub's own limits are kept by its client. */
function pauseAfter(failures: number): number {
  return Math.min(limits.failedLookEveryMs, limits.stopLookEveryMs * 2 ** (failures - 1));
}

/** Whether it is a stop for this run, were it from somebody who may. */
function isStop(said: Said, { desk, thread }: Watch): boolean {
  const { mentions } = readTriggerInputs(desk.context.env);
  if (!isAfter(said, desk.trigger) || !isUnedited(said)) return false;
  if (findMarker(said.body) !== undefined) return false;
  return readCommand(said.body, mentions, thread.kind)?.name === 'stop';
}

/** The first of whoever the gate lets in, which is asked about each person once. */
async function firstAllowed(watch: Watch, stops: readonly Said[]): Promise<Said | undefined> {
  const { desk, refused, signal } = watch;
  const { github, trigger, context } = desk;
  const rules = readGateInputs(context.env);
  for (const stop of stops) {
    const login = stop.author.login.toLowerCase();
    if (refused.has(login)) continue;
    const asking = { repository: trigger.repository, actor: stop.author, comment: stop };
    const refusal = await checkGate(github, asking, rules, undefined, signal);
    if (refusal === undefined) return stop;
    logInfo(`A stop does not count: ${refusal.detail}`);
    refused.add(login);
  }
  return undefined;
}
