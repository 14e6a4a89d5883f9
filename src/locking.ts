import { createHash } from 'node:crypto';
import type { Bounds } from './bounds.ts';
import { type Desk, enter } from './desk.ts';
import type { Trigger } from './event/trigger.ts';
import type { GitHub } from './github.ts';
import type { Inputs, RemoteServer } from './inputs.ts';
import type { Killed } from './killed.ts';
import { redeliveryMs } from './limits.ts';
import { acquireLock, type Busy as Taken, type LockFacts } from './lock/acquire.ts';
import { systemClock } from './lock/clock.ts';
import { openGitHubStore } from './lock/github-store.ts';
import type { LockRecord } from './lock/record.ts';
import { releaseLeft } from './lock/release.ts';
import { askRun } from './lock/run-status.ts';
import { openS3Store } from './lock/s3-store.ts';
import { spotOf } from './lock/spot.ts';
import type { LockStore } from './lock/store.ts';
import { logInfo, logWarning } from './outputs.ts';
import { tidyUp } from './tidy.ts';
import type { Busy } from './work.ts';

/**
 * Takes the lock that a run needs, if it needs one, and tidies up after dead runs that had it. It is
 * left to `locks` to be given back; losing it ends the run. `Busy` where another run kept it.
 */
export async function takeLock(
  desk: Desk,
  inputs: Inputs,
  locks: AsyncDisposableStack,
  bounds: Bounds,
  signal: AbortSignal,
): Promise<Busy | undefined> {
  const { trigger, context, invocationId, github, journal } = desk;
  const key = keyOf(inputs, trigger);
  if (key === undefined) return undefined;
  const { lock: wanted } = inputs;
  const { repository } = context;
  const store = openStore(github, desk, inputs);
  await store.probe?.(signal);
  journal.note({ type: 'lock', key, store: wanted.store === 'github' ? 'github' : 's3' });
  const lock = await acquireLock(
    {
      store,
      key,
      identity: { runId: context.runId, attempt: context.attempt, invocationId },
      facts: factsOf(desk, inputs),
      askRun: (record, either) => askRun({ github, repository }, record, either),
      onWaiting: (record) => showWaiting(desk, record),
      warn: logWarning,
      waitMs: wanted.waitMs,
      clock: systemClock,
    },
    signal,
  );
  if (lock.type === 'busy') return { busy: busyWith(desk, lock, store.nameOf(key), wanted.waitMs) };
  desk.lock = locks.use(lock);
  lock.lost.addEventListener('abort', () => bounds.end(lock.lost.reason), { once: true });
  logInfo(`The lock ${store.nameOf(key)} is held.`);
  for (const dead of lock.recovered)
    // Unsettled, the lock is left to the next run, which has it stopped then.
    if (!(await tidyUp(desk, inputs, dead, signal))) return { busy: atWorkStill(dead) };
  lock.settle();
  return undefined;
}

/**
 * What a run must hold before its agent starts; undefined where nobody else can be in its way. Safe in
 * the name of a reference and of an object; where many repositories share a store it holds theirs.
 */
export function keyOf(
  { lock: { scope, store }, server }: Pick<Inputs, 'lock' | 'server'>,
  { repository, thread }: Pick<Trigger, 'repository' | 'thread'>,
): string | undefined {
  // An owner's name has no dot: the first one parts it from the repository's. Case counts for neither.
  const where = store === 'github' ? '' : `-${repository.owner}.${repository.name}`.toLowerCase();
  if (scope === 'none') return undefined;
  if (scope === 'repository') return `repository${where}`;
  if (scope === 'thread')
    return thread === undefined ? undefined : `thread-${thread.kind}-${thread.number}${where}`;
  if (server.kind === 'local') return undefined;
  const directory = directoryOn(server, repository, thread);
  const spot = directory === undefined ? undefined : spotOf({ url: server.url, directory });
  if (spot === undefined) return undefined;
  return `workspace-${createHash('sha256').update(spot).digest('hex').slice(0, 32)}`;
}

/** What is sent to a server lies in a directory of its thread, or of the run where there is none. */
function directoryOn(
  { directory }: RemoteServer,
  { owner, name }: Trigger['repository'],
  thread: Trigger['thread'],
): string | undefined {
  return directory ?? (thread && `${owner}/${name}#${thread.number}`.toLowerCase());
}

/**
 * Gives back the lock of a run that was killed, if it is its own: which one, and whose, is the
 * runner's word. Left alone where the agent may still be at work in it: the next run stops it then.
 * Resolves to whether nothing is left to do.
 */
export async function releaseForKilled(
  github: GitHub,
  killed: Killed,
  isAtRest: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const { wanted, trigger, identity } = killed;
  const mayHold = killed.lock !== undefined || !killed.isJournaled;
  const key = wanted === undefined || !mayHold ? undefined : keyOf(wanted, trigger);
  if (wanted === undefined || key === undefined) return true;
  const store = openStore(github, killed, wanted);
  if (!isAtRest) {
    const why = 'the agent may still be at work';
    logWarning(
      `The lock ${store.nameOf(key)} is left for the next run to take over, because ${why}.`,
    );
    return false;
  }
  const owned = { store, key, identity, clock: systemClock, warn: logWarning };
  await releaseLeft(owned, AbortSignal.any([signal, AbortSignal.timeout(redeliveryMs)]));
  return true;
}

/** An S3 store is looked at first (`probe`) where it is to be written to for the first time. */
function openStore(
  github: GitHub,
  { context, trigger }: Pick<Desk, 'context' | 'trigger'>,
  { lock: { store } }: Inputs,
): LockStore & { probe?: (signal: AbortSignal) => Promise<void> } {
  if (store !== 'github') return openS3Store(store);
  const { serverUrl } = context;
  return openGitHubStore({ github, repository: trigger.repository, serverUrl });
}

/** What the next run has to know of this one, should it die. */
function factsOf({ context, trigger }: Desk, { server }: Inputs): LockFacts {
  const { thread, comment } = trigger;
  return {
    repository: context.repository,
    runUrl: context.runUrl,
    ...(thread && { thread: { kind: thread.kind, number: thread.number } }),
    ...(comment && { comment: placeOf(comment) }),
    ...(server.kind === 'remote' &&
      server.directory !== undefined && {
        server: { url: server.url, directory: server.directory },
      }),
  };
}

function placeOf({
  kind,
  id,
  threadId,
}: NonNullable<Trigger['comment']>): NonNullable<LockFacts['comment']> {
  return { kind, id, ...(threadId !== undefined && { threadId }) };
}

/** The thread is told at once: nothing else happens for minutes, perhaps. */
function showWaiting(desk: Desk, record: LockRecord | undefined): void {
  enter(
    desk,
    record === undefined
      ? 'The lock cannot be read, so it counts as held; this run waits for it to be cleared.'
      : `${nameOf(record)} is at work here; this one starts when it is done${linkTo(desk, record)}`,
  );
  desk.hurry();
}

function busyWith(desk: Desk, { record }: Taken, name: string, waitMs: number): string {
  const minutes = Number((waitMs / 60_000).toFixed(2));
  if (record === undefined)
    return `Nothing was started: the lock ${name} cannot be read, so it counts as held. The log of this run has the command that clears it.`;
  return `${nameOf(record)} was at work here for all of the ${minutes} minutes that this one waited, so nothing was started. Ask again when it is done${linkTo(desk, record)}`;
}

function atWorkStill(dead: LockRecord): string {
  return `${nameOf(dead)} died, but its session does not stop, so nothing was started beside it. Ask again, or restart the OpenCode server.`;
}

function nameOf({ owner }: LockRecord): string {
  return /^\d+$/.test(owner.runId) ? `Run ${owner.runId}` : 'Another run';
}

/** Others can write a record: it leads to our own GitHub, or nowhere. */
function linkTo({ context }: Desk, { runUrl }: LockRecord): string {
  const address = URL.parse(runUrl)?.href ?? '';
  return address.startsWith(`${context.serverUrl}/`) ? `: ${address}` : '.';
}
