import { ActionError } from '../../src/errors.ts';
import { type Busy, acquireLock } from '../../src/lock/acquire.ts';
import type { HeldLock } from '../../src/lock/hold.ts';
import { releaseLeft } from '../../src/lock/release.ts';
import type { RunIdentity } from '../../src/marker.ts';
import { type Process, type World, givenUpMs } from './world.ts';

/** What is to happen to one process. */
export interface Plan {
  startsAtMs: number;
  waitMs: number;
  /** How long its agent works. */
  workMs: number;
  /**
   * How it is ended before its time: its machine goes, or the runner kills it and runs `post`. It
   * dies `afterMs`, after its start or after it has sent so many requests.
   */
  killed: { by: 'machine' | 'runner'; atCall: number; afterMs: number } | undefined;
  /** Cut off from everything, while it goes on. */
  cutOff: { atMs: number; ms: number } | undefined;
  cancelledAtMs: number | undefined;
  /** At the end its session cannot be told to stop. */
  leavesSession: boolean;
}

/** A process that has done nothing yet. */
export function makeProcess(
  identity: RunIdentity,
  { isForeign = false, skewMs = 0 }: { isForeign?: boolean; skewMs?: number } = {},
): Process {
  return {
    identity,
    isForeign,
    skewMs,
    isDead: false,
    believes: false,
    cutOffUntil: 0,
    calls: 0,
    onCall: undefined,
    heard: '',
    overAt: Number.POSITIVE_INFINITY,
    session: undefined,
  };
}

/** Brings a process into the world; its plan begins to run. */
export function enter(world: World, process: Process, plan: Plan): void {
  world.processes.push(process);
  world.after(plan.startsAtMs, () => begin(world, process, plan));
}

function begin(world: World, process: Process, plan: Plan): void {
  const { killed, cutOff, cancelledAtMs } = plan;
  const cancelled = new AbortController();
  world.log(process, `begins, skewed by ${Math.round(process.skewMs)}`);
  if (killed !== undefined) {
    const { by, atCall, afterMs } = killed;
    process.onCall = (calls) => {
      if (calls === atCall) world.after(afterMs, () => kill(world, process, by));
    };
    process.onCall(0);
  }
  if (cutOff !== undefined) world.after(cutOff.atMs, () => cut(world, process, cutOff.ms));
  if (cancelledAtMs !== undefined)
    world.after(cancelledAtMs, () =>
      cancelled.abort(new ActionError('cancelled', 'The run was cancelled.')),
    );
  void live(world, process, plan, cancelled.signal).then(() => end(world, process));
}

/** A whole run, in the way that the action does it. */
async function live(
  world: World,
  process: Process,
  plan: Plan,
  signal: AbortSignal,
): Promise<void> {
  const { identity } = process;
  try {
    const lock = await acquireLock(
      {
        store: world.storeOf(process),
        key: world.key,
        identity,
        facts: { repository: 'octo-org/hello-world', runUrl: `https://runs/${identity.runId}` },
        askRun: (record, either) => world.askRun(process, record, either),
        onWaiting: () => world.count('waited'),
        warn: (message) => world.log(process, message),
        waitMs: plan.waitMs,
        clock: world.clockOf(process),
        random: world.random,
      },
      signal,
    );
    if (lock.type === 'busy') return giveUp(world, process, lock);
    await work(world, process, plan, lock, signal);
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) world.violate(process, `threw ${String(thrown)}`);
    else world.log(process, `ended: ${thrown.message}`);
  }
}

function giveUp(world: World, process: Process, { record }: Busy): void {
  world.count('busy');
  if (record !== undefined && world.ownerOf(record) === process)
    world.violate(process, 'waited for itself');
}

async function work(
  world: World,
  process: Process,
  plan: Plan,
  lock: HeldLock,
  cancelled: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([cancelled, lock.lost]);
  const clock = world.clockOf(process);
  if (!lock.lost.aborted) world.believe(process);
  world.count('held');
  lock.lost.addEventListener('abort', () => {
    const { message } = lock.lost.reason as ActionError;
    world.count('lost');
    world.log(process, message);
    process.believes = false;
    const isOwn = world.owner() === process;
    if (isOwn && !message.includes('in time')) world.violate(process, 'lost its own lock');
  });
  try {
    signal.throwIfAborted();
    await recover(world, process, lock, signal);
    const session = `session-of-${process.identity.invocationId}`;
    await lock.update({ session }, signal);
    signal.throwIfAborted();
    world.startSession(process, session);
    await clock.sleep(plan.workMs, signal);
  } finally {
    if (!process.isDead) await leave(world, process, plan, lock);
  }
}

/** Stops the sessions of the dead. */
async function recover(
  world: World,
  process: Process,
  lock: HeldLock,
  signal: AbortSignal,
): Promise<void> {
  if (lock.recovered.length === 0) return;
  world.count(lock.recovered.length > 1 ? 'recovered several' : 'recovered one');
  await world.clockOf(process).sleep(world.between(1000, 40_000), signal);
  for (const { session } of lock.recovered) {
    if (session !== undefined) world.sessions.delete(session);
  }
  lock.settle();
}

async function leave(world: World, process: Process, plan: Plan, lock: HeldLock): Promise<void> {
  process.believes = false;
  // What else there is to tidy takes its time: another may hold the lock when it comes to releasing.
  const isSlow = world.chance(0.3);
  const busyMs = world.between(0, isSlow ? 180_000 : 2000);
  await world.clockOf(process).sleep(busyMs, new AbortController().signal);
  const isUnheard = plan.leavesSession || process.cutOffUntil > world.now;
  if (process.session !== undefined && world.sessions.has(process.session) && isUnheard) {
    world.count('abandoned');
    lock.abandon();
  } else stopSession(world, process);
  await lock[Symbol.asyncDispose]();
}

function stopSession(world: World, process: Process): void {
  if (process.session !== undefined) world.sessions.delete(process.session);
}

function end(world: World, process: Process): void {
  if (process.isDead) return;
  process.isDead = true;
  process.overAt = Math.min(process.overAt, world.now + world.between(1000, 20_000));
  world.log(process, 'has ended');
}

/** Gone from one moment to the next. */
function kill(world: World, process: Process, by: 'machine' | 'runner'): void {
  if (process.isDead) return;
  world.count(`killed by ${by}`);
  world.log(process, `is killed by ${by}`);
  process.isDead = true;
  process.believes = false;
  if (by === 'machine')
    process.overAt = Math.min(process.overAt, world.now + givenUpMs + world.between(0, 60_000));
  else world.after(world.between(100, 5000), () => void post(world, process));
}

/** A fresh process of the same run, in a world where the old one is gone. */
async function post(world: World, process: Process): Promise<void> {
  const { identity } = process;
  const fresh: Process = { ...process, isDead: false, onCall: undefined };
  const clock = world.clockOf(fresh);
  const deadline = new AbortController();
  world.after(60_000, () => deadline.abort(new ActionError('timeout', 'post took too long.')));
  const isStopped = process.session === undefined || world.chance(0.8);
  if (isStopped) stopSession(world, process);
  const warn = (message: string): void => world.log(fresh, message);
  const owned = { store: world.storeOf(fresh), key: world.key, clock, identity, warn };
  if (isStopped) await releaseLeft(owned, deadline.signal).catch(() => undefined);
  process.overAt = Math.min(process.overAt, world.now + world.between(1000, 20_000));
}

/** GitHub gives a job up that is cut off for long; its runner ends it when it hears of that. */
function cut(world: World, process: Process, ms: number): void {
  if (process.isDead) return;
  world.count('cut off');
  world.log(process, `is cut off for ${Math.round(ms / 1000)} s`);
  process.cutOffUntil = world.now + ms;
  if (ms < givenUpMs) return;
  process.overAt = Math.min(process.overAt, world.now + givenUpMs);
  world.after(ms - 1, () => kill(world, process, 'machine'));
}
