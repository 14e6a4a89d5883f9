import { setImmediate } from 'node:timers/promises';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { ActionError } from '../../src/errors.ts';
import { lockCheckMs, lockLeaseMs, lockReleaseMs, lockStopMs } from '../../src/limits/lock.ts';
import { type Busy, type WantedLock, acquireLock } from '../../src/lock/acquire.ts';
import type { HeldLock } from '../../src/lock/hold.ts';
import type { LockRecord } from '../../src/lock/record.ts';
import { releaseLeft } from '../../src/lock/release.ts';
import type { LockStore } from '../../src/lock/store.ts';
import { makeProcess } from './process.ts';
import { type Process, World } from './world.ts';

const never = new AbortController().signal;
const third = lockLeaseMs / 3;

let world: World;
let told: string[];
let warned: string[];

beforeEach(() => {
  world = new World(1, { faults: 0, isObjectStore: false }, {});
  told = [];
  warned = [];
});

function join(runId: string, options?: { isForeign: boolean }): Process {
  const process = makeProcess({ runId, attempt: 1, invocationId: `of-${runId}` }, options);
  world.processes.push(process);
  return process;
}

function acquire(
  process: Process,
  wanted: Partial<WantedLock> = {},
  signal: AbortSignal = never,
): Promise<HeldLock | Busy> {
  return acquireLock(
    {
      store: world.storeOf(process),
      key: world.key,
      identity: process.identity,
      facts: {
        repository: 'octo-org/hello-world',
        runUrl: `https://runs/${process.identity.runId}`,
      },
      askRun: (record, either) => world.askRun(process, record, either),
      onWaiting: (record, reason) => told.push(`${record?.owner.runId} ${reason}`),
      warn: (message) => warned.push(message),
      waitMs: 0,
      clock: world.clockOf(process),
      random: world.random,
      ...wanted,
    },
    signal,
  );
}

/** Virtual time goes on until the promise is settled. */
async function settled<Result>(promise: Promise<Result>): Promise<Result> {
  let isSettled = false;
  const note = (): void => void (isSettled = true);
  promise.then(note, note);
  await setImmediate();
  while (!isSettled && world.step()) await setImmediate();
  return promise;
}

/** Virtual time goes on for so long. */
async function pass(ms: number): Promise<void> {
  await settled(new Promise<void>((resolve) => world.after(ms, resolve)));
}

async function held(process: Process, wanted?: Partial<WantedLock>): Promise<HeldLock> {
  const lock = await settled(acquire(process, wanted));
  if (lock.type !== 'held') throw new Error('The lock is busy.');
  return lock;
}

function stored(): LockRecord | undefined {
  return world.stored === undefined ? undefined : (JSON.parse(world.stored.text) as LockRecord);
}

/** Somebody writes who keeps no rules. */
function overwrite(text: string | undefined): void {
  world.stored = text === undefined ? undefined : { text, version: `by hand: ${text}` };
}

function reasonOf({ lost }: HeldLock): ActionError | undefined {
  return lost.aborted ? (lost.reason as ActionError) : undefined;
}

describe('taking a lock', () => {
  test('twenty at once: one has it, and the others know who', async () => {
    const all = Array.from({ length: 20 }, (_, index) => join(`${index + 1}`));
    const came = await settled(Promise.all(all.map((process) => acquire(process))));
    const winners = came.filter(({ type }) => type === 'held');
    const named = came.flatMap((each) => (each.type === 'busy' ? [each.record?.owner.runId] : []));
    expect(winners.length).toBe(1);
    expect(new Set(named)).toEqual(new Set([stored()?.owner.runId]));
  });

  test('waits for its holder, says so once, and does not ask too often', async () => {
    const first = await held(join('1'));
    const second = join('2');
    const coming = acquire(second, { waitMs: 600_000 });
    await pass(540_000);
    expect(told).toEqual(['1 alive']);
    expect(second.calls).toBeLessThan(40);
    await settled(first.release(never));
    expect(await settled(coming)).toMatchObject({ type: 'held', recovered: [] });
  });

  test('ends as busy when the wait is over', async () => {
    await held(join('1'));
    const startedAt = world.now;
    const came = await settled(acquire(join('2'), { waitMs: 60_000 }));
    expect(came).toMatchObject({
      type: 'busy',
      reason: 'alive',
      record: { owner: { runId: '1' } },
    });
    expect(world.now - startedAt).toBeLessThan(65_000);
  });

  test('takes a completed run’s over at once, and knows of it', async () => {
    const first = join('1');
    await settled((await held(first)).update({ session: 'ses_1' }, never));
    first.isDead = true;
    first.overAt = world.now;
    const { recovered } = await held(join('2'));
    expect(recovered).toMatchObject([{ owner: { runId: '1' }, session: 'ses_1' }]);
  });

  test('looks twice at one that nobody can tell of, even where nothing is waited for', async () => {
    const first = join('1', { isForeign: true });
    await held(first);
    first.isDead = true;
    await pass(lockLeaseMs);
    const startedAt = world.now;
    expect((await held(join('2'))).recovered).toMatchObject([{ owner: { runId: '1' } }]);
    expect(world.now - startedAt).toBeGreaterThan(third);
    expect(told).toEqual(['1 doubtful']);
  });

  test('leaves one that cannot be read, and names the command that clears it', async () => {
    overwrite('nonsense');
    const came = await settled(acquire(join('1')));
    expect(came).toEqual({ type: 'busy', record: undefined, reason: 'unreadable' });
    expect(warned).toEqual([expect.stringContaining(`by hand: clear ${world.key}`)]);
    expect(world.stored?.text).toBe('nonsense');
  });

  test('throws what the store refuses, without a second try', async () => {
    const process = join('1');
    let tries = 0;
    const swap: LockStore['swap'] = () => {
      tries += 1;
      return Promise.reject(new ActionError('github-error', 'No permission.'));
    };
    const coming = acquire(process, { store: { ...world.storeOf(process), swap }, waitMs: 60_000 });
    await expect(settled(coming)).rejects.toThrow('No permission.');
    expect(tries).toBe(1);
  });

  test('bears a store that fails until the wait is over', async () => {
    const process = join('1');
    process.cutOffUntil = 50_000;
    expect((await settled(acquire(process, { waitMs: 100_000 }))).type).toBe('held');
    const other = join('2');
    other.cutOffUntil = Number.POSITIVE_INFINITY;
    const coming = settled(acquire(other, { waitMs: 100_000 }));
    await expect(coming).rejects.toMatchObject({ reason: 'github-error' });
  });

  test('throws where the lease was over before the answer was read, for nobody heard of it', async () => {
    const process = join('1');
    const store = world.storeOf(process);
    const clock = world.clockOf(process);
    let sleptMs = 0;
    const swap: LockStore['swap'] = async (...call) => {
      const version = await store.swap(...call);
      sleptMs = lockLeaseMs;
      return version;
    };
    const slept = { ...clock, monotonic: () => clock.monotonic() + sleptMs };
    const coming = acquire(process, { store: { ...store, swap }, clock: slept });
    await expect(settled(coming)).rejects.toMatchObject({ reason: 'lock-lost' });
    expect(stored()?.state).toBe('released');
  });

  test('gives back what it wrote without hearing of it, when it is stopped', async () => {
    const process = join('1');
    const store = world.storeOf(process);
    const stop = new AbortController();
    const cancelled = new ActionError('cancelled', 'Cancelled.');
    const swap: LockStore['swap'] = async (...call) => {
      await store.swap(...call);
      stop.abort(cancelled);
      throw cancelled;
    };
    const coming = settled(acquire(process, { store: { ...store, swap } }, stop.signal));
    await expect(coming).rejects.toBe(cancelled);
    expect(stored()?.state).toBe('released');
  });
});

describe('a held lock', () => {
  test('is renewed three times a lease, and told of as lost only when it is', async () => {
    const process = join('1');
    const lock = await held(process);
    await pass(lockLeaseMs * 4);
    expect(reasonOf(lock)).toBeUndefined();
    expect(process.calls).toBeGreaterThanOrEqual(2 + 11);
    expect(process.calls).toBeLessThanOrEqual(2 + 12);
  });

  test.each([
    ['another’s', () => JSON.stringify({ ...stored(), owner: { ...stored()?.owner, runId: '9' } })],
    ['cleared', () => undefined],
    ['unreadable', () => 'nonsense'],
  ])('is lost with the first renewal that finds it %s', async (_, text) => {
    const lock = await held(join('1'));
    overwrite(text());
    const before = world.stored;
    await pass(third + 2000);
    expect(reasonOf(lock)).toMatchObject({ reason: 'lock-lost' });
    await settled(lock.release(never));
    expect(world.stored).toEqual(before);
    expect(warned).toEqual([expect.stringContaining('was not released')]);
  });

  test('is lost before its lease is over, where nothing gets through', async () => {
    const process = join('1');
    const lock = await held(process);
    const takenAt = world.now;
    process.cutOffUntil = Number.POSITIVE_INFINITY;
    await pass(lockLeaseMs - lockStopMs - 2 * lockCheckMs);
    expect(reasonOf(lock)).toBeUndefined();
    await pass(2 * lockCheckMs);
    expect(world.now - takenAt).toBeLessThanOrEqual(lockLeaseMs - lockStopMs + lockCheckMs);
    expect(reasonOf(lock)?.message).toContain('could not be renewed in time (');
  });

  test.each<[string, boolean]>([
    ['its last renewal was answered late', true],
    ['its last renewal was not answered', false],
  ])('counts its lease from when a write was sent: %s', async (_, isAnswered) => {
    const process = join('1');
    const store = world.storeOf(process);
    const clock = world.clockOf(process);
    const sentAt: number[] = [];
    const swap: LockStore['swap'] = async (...call) => {
      sentAt.push(world.now);
      if (sentAt.length !== 2) return store.swap(...call);
      const version = isAnswered ? await store.swap(...call) : undefined;
      if (isAnswered) await clock.sleep(18_000, never);
      world.after(2000, () => (process.cutOffUntil = Number.POSITIVE_INFINITY));
      if (isAnswered) return version;
      throw new ActionError('github-error', 'No answer.', { retryable: true });
    };
    const lock = await held(process, { store: { ...store, swap } });
    let lostAt = 0;
    lock.lost.addEventListener('abort', () => (lostAt = world.now));
    await pass(lockLeaseMs * 2);
    const lastGood = sentAt[isAnswered ? 1 : 0] ?? 0;
    expect(lostAt - lastGood).toBeGreaterThan(0);
    expect(lostAt - lastGood).toBeLessThanOrEqual(lockLeaseMs - lockStopMs + 1000);
  });

  test('bears two renewals that fail', async () => {
    const process = join('1');
    const lock = await held(process);
    process.cutOffUntil = world.now + third * 2.5;
    await pass(lockLeaseMs * 2);
    expect(reasonOf(lock)).toBeUndefined();
  });

  test('says at once what the next run must know', async () => {
    const lock = await held(join('1'));
    const server = { url: 'https://agents.example', directory: '/srv' };
    await settled(lock.update({ session: 'ses_1', server }, never));
    expect(stored()).toMatchObject({ session: 'ses_1', server, state: 'held' });
    await pass(third + 2000);
    expect(stored()).toMatchObject({ session: 'ses_1', server });
  });

  test('is released once, and is not renewed after it', async () => {
    const process = join('1');
    const lock = await held(process);
    await settled(lock.release(never));
    const { calls } = process;
    await settled(lock[Symbol.asyncDispose]());
    await pass(lockLeaseMs);
    expect(stored()?.state).toBe('released');
    expect(process.calls).toBe(calls);
    expect(warned).toEqual([]);
  });

  test('is left and not renewed where it is abandoned', async () => {
    const process = join('1');
    const lock = await held(process);
    const before = world.stored;
    const { calls } = process;
    lock.abandon();
    await settled(lock[Symbol.asyncDispose]());
    await pass(lockLeaseMs);
    expect(world.stored).toEqual(before);
    expect(process.calls).toBe(calls);
  });

  test('is not released before the dead run is tidied up after', async () => {
    const first = join('1');
    await held(first);
    first.isDead = true;
    first.overAt = world.now;
    const second = join('2');
    const lock = await held(second);
    await settled(lock[Symbol.asyncDispose]());
    expect(stored()).toMatchObject({ state: 'held', owner: { runId: '2' } });
    second.overAt = world.now;
    const third = await held(join('3'));
    expect(third.recovered.map(({ owner }) => owner.runId)).toEqual(['1', '2']);
    third.settle();
    await settled(third.release(never));
    expect(stored()).not.toHaveProperty('recovering');
    expect(stored()?.state).toBe('released');
  });

  test('gives up releasing in time, and throws, so that the rest is left to post', async () => {
    const process = join('1');
    const lock = await held(process);
    process.cutOffUntil = Number.POSITIVE_INFINITY;
    const startedAt = world.now;
    const ending = settled(Promise.resolve(lock[Symbol.asyncDispose]()));
    await expect(ending).rejects.toThrow("was not released: The lock's store");
    expect(world.now - startedAt).toBeLessThanOrEqual(lockReleaseMs);
  });
});

describe('what post does for a killed run', () => {
  async function release(process: Process): Promise<void> {
    const warn = (message: string): void => void warned.push(message);
    const clock = world.clockOf(process);
    const { identity } = process;
    await settled(
      releaseLeft({ store: world.storeOf(process), key: world.key, clock, identity, warn }, never),
    );
  }

  test('is to release its lock', async () => {
    const process = join('1');
    await held(process);
    await release(process);
    expect(stored()?.state).toBe('released');
  });

  test('is to leave it where a run that died before it was not tidied up after', async () => {
    const first = join('1');
    await held(first);
    first.isDead = true;
    first.overAt = world.now;
    const second = join('2');
    await held(second);
    await release(second);
    expect(stored()).toMatchObject({ state: 'held', recovering: [{ owner: { runId: '1' } }] });
    expect(warned).toEqual([expect.stringContaining('is left for the next run')]);
  });

  test('is to try again where the release had no answer', async () => {
    const process = join('1');
    await held(process);
    process.cutOffUntil = world.now + 30_000;
    await release(process);
    expect(stored()?.state).toBe('released');
  });

  test('is to leave what a newer run holds by now', async () => {
    await held(join('2'));
    const before = world.stored;
    await release(join('1'));
    expect(world.stored).toEqual(before);
    expect(warned).toEqual([expect.stringContaining('held by https://runs/2 by now')]);
  });

  test('is to leave what another job of the same attempt holds', async () => {
    const sibling = join('1');
    await held(sibling);
    const before = world.stored;
    await release(makeProcess({ ...sibling.identity, invocationId: 'another' }));
    expect(world.stored).toEqual(before);
  });
});
