import { type ActionError, messageOf } from '../errors.ts';
import {
  lockLeaseMs,
  lockPollMaxMs,
  lockPollMs,
  lockRecoveries,
  lockTakeBackMs,
} from '../limits/lock.ts';
import type { RunIdentity } from '../marker.ts';
import { type Clock, within } from './clock.ts';
import { type HeldLock, hold } from './hold.ts';
import { type Look, type RunState, type Verdict, judge, readRecord } from './judge.ts';
import type { LockRecord } from './record.ts';
import { releaseLeft } from './release.ts';
import type { LockStore, Stored } from './store.ts';
import { readStored, throwUnlessPassing, writeRecord } from './write.ts';

/** What a run writes into its lock besides who it is and since when. */
export type LockFacts = Pick<
  LockRecord,
  'repository' | 'runUrl' | 'thread' | 'comment' | 'server' | 'session'
>;

/** Why a run waits: its holder is at work, perhaps dead, or not to be known. */
export type WaitReason = 'alive' | 'doubtful' | 'unreadable';

/** The lock was another's to the end of the wait. `record` is undefined where it cannot be read. */
export interface Busy {
  type: 'busy';
  record: LockRecord | undefined;
  reason: WaitReason;
}

/** Which lock, for whom, and how long it is waited for. */
export interface WantedLock {
  store: LockStore;
  key: string;
  identity: RunIdentity;
  facts: LockFacts;
  /**
   * Asks GitHub of the attempt of a record's run. `unknown` where it does not say, for any reason,
   * and where the run is not one of the GitHub that is asked.
   */
  askRun: (record: LockRecord, signal: AbortSignal) => Promise<RunState>;
  /** Called once for each holder that is waited for. */
  onWaiting: (record: LockRecord | undefined, reason: WaitReason) => void;
  warn: (message: string) => void;
  /** A second look at a lease that is over may take a third of it longer. 0: not waited for. */
  waitMs: number;
  clock: Clock;
  /** From 0 to 1, for the pauses; `Math.random` unless given. */
  random?: () => number;
}

/**
 * Takes a lock, at once or when its holder is done or proved dead. `Busy` is a value. A store that
 * fails for a while is tried again until the wait is over. Throws what it refuses for certain, and
 * the signal's reason; what may have been written without an answer is given back before.
 */
export async function acquireLock(
  wanted: WantedLock,
  signal: AbortSignal,
): Promise<HeldLock | Busy> {
  const search: Search = { ...wanted, earlier: undefined, told: new Set(), mayBeOurs: false };
  let result: HeldLock | Busy | undefined;
  try {
    result = await compete(search, signal);
    return result;
  } finally {
    if (result?.type !== 'held' && search.mayBeOurs) await takeBack(search);
  }
}

interface Search extends WantedLock {
  earlier: Look | undefined;
  /** Holders that the caller was told of. */
  told: Set<string>;
  /** Whether a write of ours is without an answer. */
  mayBeOurs: boolean;
}

/** What keeps a run from the lock for now. */
type Hindrance = (Busy & { lookAt?: number }) | { type: 'failed'; error: ActionError };

async function compete(search: Search, signal: AbortSignal): Promise<HeldLock | Busy> {
  const { clock, waitMs, random = Math.random } = search;
  let until = clock.monotonic() + waitMs;
  let isExtended = false;
  for (let pauseMs = lockPollMs; ; pauseMs = Math.min(pauseMs * 1.5, lockPollMaxMs)) {
    const came = await attempt(search, signal);
    if (came.type === 'held') {
      // A machine that slept since has lost it before anybody listens.
      came.lost.throwIfAborted();
      return came;
    }
    if (came.type === 'busy') tell(search, came);
    const lookAt = came.type === 'busy' ? came.lookAt : undefined;
    if (clock.monotonic() >= until && lookAt !== undefined && !isExtended) {
      // Or else a lock that nobody waits for long enough would stay for ever.
      isExtended = true;
      until = lookAt;
    }
    const leftMs = Math.min(until, lookAt ?? until) - clock.monotonic();
    if (until <= clock.monotonic()) return endOf(came);
    await clock.sleep(Math.min(pauseMs * (0.75 + random() / 2), Math.max(leftMs, 1)), signal);
  }
}

async function attempt(search: Search, signal: AbortSignal): Promise<HeldLock | Hindrance> {
  try {
    const stored = await readStored(search, signal);
    const verdict = await judgeStored(search, stored, signal);
    switch (verdict.type) {
      case 'free':
        return await take(search, stored, [], signal);
      case 'ours':
        return await take(search, stored, verdict.record.recovering ?? [], signal);
      case 'stale':
        return await take(search, stored, deadOf(verdict.record), signal);
      case 'doubtful':
        search.earlier = verdict.look;
        return { ...verdict, type: 'busy', reason: 'doubtful' };
      case 'unreadable':
        return { type: 'busy', record: undefined, reason: 'unreadable' };
      default:
        return { type: 'busy', record: verdict.record, reason: 'alive' };
    }
  } catch (thrown) {
    return { type: 'failed', error: throwUnlessPassing(thrown, signal) };
  }
}

async function judgeStored(
  { clock, identity, facts, earlier, askRun }: Search,
  stored: Stored | undefined,
  signal: AbortSignal,
): Promise<Verdict> {
  const self = { identity, repository: facts.repository };
  const judgeNow = (run: RunState | undefined): Verdict =>
    judge({ stored, self, run, earlier, now: clock.now(), at: clock.monotonic() });
  const verdict = judgeNow(undefined);
  if (verdict.type !== 'ask') return verdict;
  return judgeNow(await askRun(verdict.record, signal));
}

/** One swap against the very version that was judged. */
async function take(
  search: Search,
  stored: Stored | undefined,
  recovering: LockRecord[],
  signal: AbortSignal,
): Promise<HeldLock | Hindrance> {
  const { clock, mayBeOurs } = search;
  const sentAt = clock.monotonic();
  const record = newRecord(search, recovering);
  search.mayBeOurs = true;
  const written = await writeRecord(search, stored?.version, record, signal);
  if (written.isThere) return hold(search, { record, version: written.version, sentAt });
  search.mayBeOurs = mayBeOurs || !written.isRefused;
  const other = written.stored === undefined ? undefined : readRecord(written.stored.text);
  const holder = other?.state === 'held' ? other : undefined;
  return { type: 'busy', record: holder, reason: 'alive' };
}

function newRecord({ identity, facts, clock }: Search, recovering: LockRecord[]): LockRecord {
  const { runId, attempt: number, invocationId } = identity;
  const now = new Date(clock.now()).toISOString();
  return {
    format: 1,
    state: 'held',
    owner: { runId, attempt: number, invocationId },
    ...facts,
    since: now,
    renewed: now,
    leaseMs: lockLeaseMs,
    ...(recovering.length === 0 ? {} : { recovering }),
  };
}

/** A dead run, and those that it had not tidied up after. */
function deadOf({ recovering = [], ...record }: LockRecord): LockRecord[] {
  return [...recovering, record].slice(-lockRecoveries);
}

function tell({ told, onWaiting, ...search }: Search, { record, reason }: Busy): void {
  if (record === undefined && reason !== 'unreadable') return;
  const holder = record === undefined ? '' : JSON.stringify(record.owner);
  if (told.has(holder)) return;
  told.add(holder);
  onWaiting(record, reason);
  if (reason !== 'unreadable') return;
  const { store, key, warn } = search;
  const name = `The lock ${store.nameOf(key)}`;
  warn(
    `${name} cannot be read, so it counts as held. Clear it by hand: ${store.clearCommand(key)}`,
  );
}

/** The wait is over. */
function endOf(came: Hindrance): Busy {
  if (came.type === 'failed') throw came.error;
  const { type, record, reason } = came;
  return { type, record, reason };
}

/** What was written without an answer may be ours: then nobody shall wait for it. */
async function takeBack(search: Search): Promise<void> {
  const quiet = { ...search, warn: () => undefined };
  const { signal } = new AbortController();
  const release = (either: AbortSignal) => releaseLeft(quiet, either);
  await within(search, lockTakeBackMs, signal, release).catch((thrown: unknown) =>
    search.warn(`Could not tell whether the lock is ours: ${messageOf(thrown)}.`),
  );
}
