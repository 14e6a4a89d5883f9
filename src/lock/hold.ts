import { ActionError, messageOf, toActionError } from '../errors.ts';
import {
  lockCheckMs,
  lockReleaseMs,
  lockRetryMs,
  lockStopMs,
  renewalsPerLease,
} from '../limits/lock.ts';
import { within } from './clock.ts';
import { isOf, readRecord } from './judge.ts';
import type { LockRecord } from './record.ts';
import { type Owned, releaseHeld, remembersDead } from './release.ts';
import { throwUnlessPassing, writeRecord } from './write.ts';

/** A lock that is ours, and renewed until it is released, abandoned or lost. */
export interface HeldLock extends AsyncDisposable {
  readonly type: 'held';
  /**
   * What the locks said of dead runs that this one was taken over from, directly or because whoever
   * took it over died as well; the oldest first. To be tidied up before the agent is started; then
   * `settle` is called, and until then the lock is not released: the next run would not know of them.
   */
  readonly recovered: readonly LockRecord[];
  /**
   * Fires at once, with an `ActionError` (`lock-lost`), when a renewal finds that the lock is not
   * ours any more, and shortly before an unrenewed lease is over. No work may go on after it.
   */
  readonly lost: AbortSignal;
  /** Notes that what was `recovered` is tidied up; the next write says so. */
  settle(): void;
  /**
   * Writes into the record what the next run needs if this one dies, and resolves once it is there.
   * Throws `lost`'s reason, the signal's, and what the store refuses.
   */
  update(facts: Pick<LockRecord, 'session' | 'server'>, signal: AbortSignal): Promise<void>;
  /**
   * Stops renewing, and gives the lock back if it is ours (see `releaseLeft`). Does nothing where it
   * was released or abandoned before. Throws the signal's reason, and what the store refuses.
   */
  release(signal: AbortSignal): Promise<void>;
  /** Stops renewing and leaves it held, for a turn that may still be at work. */
  abandon(): void;
  /** `release` with a deadline of its own: where that was not enough, `post` goes on. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A record of ours that is written. `sentAt` is when, by the monotonic clock, before it was sent. */
export interface Taken {
  record: LockRecord;
  version: string;
  sentAt: number;
}

interface Holding extends Owned, Taken {
  /** Aborted where this process no longer holds the lock, whatever the store says. */
  ended: AbortController;
  lost: AbortController;
  /** When a renewal last failed, by the monotonic clock, and why. */
  failed: { at: number; error: ActionError } | undefined;
  /** The write that is going on: one at a time, each against the version of the one before. */
  writing: Promise<unknown>;
  isGivenUp: boolean;
}

/** Holds a lock from its first record on: starts to renew it, and to watch its lease. */
export function hold(owned: Owned, taken: Taken): HeldLock {
  const holding: Holding = {
    ...owned,
    ...taken,
    ended: new AbortController(),
    lost: new AbortController(),
    failed: undefined,
    writing: Promise.resolve(),
    isGivenUp: false,
  };
  const { lost, ended } = holding;
  const recovered = taken.record.recovering ?? [];
  // Both end by the abort of `ended`, or by losing the lock.
  keep(holding).catch(() => undefined);
  watch(holding).catch(() => undefined);
  const release = (signal: AbortSignal) => giveBack(holding, signal);
  return {
    type: 'held',
    recovered,
    lost: lost.signal,
    settle: () => {
      const { recovering: _, ...record } = holding.record;
      holding.record = record;
    },
    update: (facts, signal) => update(holding, facts, signal),
    release,
    abandon: () => {
      holding.isGivenUp = true;
      ended.abort();
    },
    [Symbol.asyncDispose]: async () => {
      const { signal } = new AbortController();
      await within(owned, lockReleaseMs, signal, release).catch((thrown: unknown) => {
        const { store, key } = owned;
        const message = `The lock ${store.nameOf(key)} was not released: ${messageOf(thrown)}.`;
        throw new ActionError(store.reason, message, { cause: thrown });
      });
    },
  };
}

/** Renews the lease whenever it is due, until the lock is not held any more. */
async function keep(holding: Holding): Promise<void> {
  const { clock, ended } = holding;
  for (;;) {
    const pauseMs = dueAt(holding) - clock.monotonic();
    if (pauseMs > 0) {
      await clock.sleep(pauseMs, ended.signal);
      continue;
    }
    await inTurn(holding, () => renew(holding, ended.signal)).catch((thrown: unknown) => {
      ended.signal.throwIfAborted();
      holding.failed = { at: clock.monotonic(), error: toActionError(thrown) };
    });
  }
}

function dueAt({ sentAt, record, failed }: Holding): number {
  const at = sentAt + record.leaseMs / renewalsPerLease;
  return failed === undefined || failed.at < sentAt ? at : Math.max(at, failed.at + lockRetryMs);
}

/** Fences this run off before another may take an unrenewed lock over. */
async function watch(holding: Holding): Promise<void> {
  const { clock, ended } = holding;
  for (;;) {
    const leftMs = holding.sentAt + holding.record.leaseMs - lockStopMs - clock.monotonic();
    if (leftMs <= 0) return lose(holding, 'it could not be renewed in time', holding.failed?.error);
    await clock.sleep(Math.min(leftMs, lockCheckMs), ended.signal);
  }
}

function lose({ store, key, ended, lost }: Holding, why: string, cause?: ActionError): void {
  const detail = cause === undefined ? '' : ` (${messageOf(cause)})`;
  const message = `The run lost its lock ${store.nameOf(key)}: ${why}${detail}.`;
  const hint = 'It stopped, so that no two runs work in one place. Ask again.';
  const error = new ActionError('lock-lost', message, { hint, cause });
  if (ended.signal.aborted) return;
  lost.abort(error);
  ended.abort(error);
}

/** Runs `act` after the write that is going on. */
function inTurn<Result>(holding: Holding, act: () => Promise<Result>): Promise<Result> {
  const result = holding.writing.then(act);
  holding.writing = result.catch(() => undefined);
  return result;
}

/** One try. Throws where it is not known to be written. */
async function renew(holding: Holding, signal: AbortSignal): Promise<void> {
  const { clock, identity } = holding;
  signal.throwIfAborted();
  const sentAt = clock.monotonic();
  const renewed = new Date(clock.now()).toISOString();
  const record = { ...holding.record, renewed };
  const written = await writeRecord(holding, holding.version, record, signal);
  signal.throwIfAborted();
  if (written.isThere) {
    Object.assign(holding, { version: written.version, sentAt });
    return;
  }
  const { stored } = written;
  const found = stored === undefined ? undefined : readRecord(stored.text);
  if (stored === undefined || found?.state !== 'held' || !isOf(found, identity)) {
    const who = found?.state === 'held' ? `${found.runUrl} holds it` : 'it was cleared';
    lose(holding, who);
    return holding.lost.signal.throwIfAborted();
  }
  // An earlier write of ours came late: on from there, but its time is not counted.
  holding.version = stored.version;
  const message = 'The lock was written by an earlier try.';
  throw new ActionError(holding.store.reason, message, { retryable: true });
}

async function update(
  holding: Holding,
  facts: Pick<LockRecord, 'session' | 'server'>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, ended } = holding;
  const either = AbortSignal.any([signal, ended.signal]);
  holding.record = { ...holding.record, ...facts };
  for (;;) {
    try {
      return await inTurn(holding, () => renew(holding, either));
    } catch (thrown) {
      throwUnlessPassing(thrown, either);
      await clock.sleep(lockRetryMs, either);
    }
  }
}

async function giveBack(holding: Holding, signal: AbortSignal): Promise<void> {
  const { ended, record, store, key, warn } = holding;
  if (holding.isGivenUp) return;
  ended.abort();
  await holding.writing;
  if (remembersDead(record)) {
    holding.isGivenUp = true;
    return warn(`The lock ${store.nameOf(key)} is left: the run before was not tidied up after.`);
  }
  await releaseHeld(holding, holding, signal);
  holding.isGivenUp = true;
}
