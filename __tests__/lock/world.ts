import { ActionError } from '../../src/errors.ts';
import { lockLeaseMs } from '../../src/limits/lock.ts';
import type { Clock } from '../../src/lock/clock.ts';
import { type RunState, readRecord } from '../../src/lock/judge.ts';
import type { LockRecord } from '../../src/lock/record.ts';
import type { LockStore, Stored } from '../../src/lock/store.ts';
import type { RunIdentity } from '../../src/marker.ts';
import { Timeline } from './timeline.ts';

/** Virtual time begins here, so that records have ordinary dates. */
const epoch = Date.parse('2026-11-25T12:00:00Z');

/** GitHub gives up a runner that it has not heard of for so long. */
export const givenUpMs = 10 * 60_000;

/** One process of a run, as the truth has it. */
export interface Process {
  identity: RunIdentity;
  /** GitHub cannot tell of its run: another host, act. */
  isForeign: boolean;
  /** What its clock is off. */
  skewMs: number;
  /** Killed: nothing of it goes on, and nothing reaches it. */
  isDead: boolean;
  /** Believes that it holds the lock. */
  believes: boolean;
  /** No call of it gets through before this. */
  cutOffUntil: number;
  /** Requests that it has sent to the store. */
  calls: number;
  onCall: ((calls: number) => void) | undefined;
  /** GitHub's last answer to it. */
  heard: string;
  /** When GitHub counts its job as over. */
  overAt: number;
  /** What it started on the server, while that is at work there. */
  session: string | undefined;
}

/** What a kind of world is like. */
export interface Climate {
  /** Of a hundred calls, so many go wrong in some way. */
  faults: number;
  /** Releasing deletes, and a version is the text itself, as an entity tag is. */
  isObjectStore: boolean;
  /** Writes happen whatever version stands there: what a store must never do. */
  isBlind?: boolean;
  /** By how much two clocks differ at most; what the rules bear unless given. */
  skewMs?: number;
}

/** How often something happened: a simulation in which nothing does proves nothing. */
export type Counts = Record<string, number>;

/** The store, GitHub and the server that all processes share, and the rules that may never break. */
export class World extends Timeline {
  readonly key = 'workspace-0123456789abcdef';
  readonly processes: Process[] = [];
  /** Sessions at work on the server. */
  readonly sessions = new Map<string, Process>();
  readonly violations: string[] = [];
  readonly trace: string[] = [];
  readonly counts: Counts;
  climate: Climate;
  stored: Stored | undefined;
  #versions = 0;

  constructor(seed: number, climate: Climate, counts: Counts) {
    super(seed);
    this.climate = climate;
    this.counts = counts;
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  log(process: Process | undefined, what: string): void {
    const who = process === undefined ? '' : ` ${nameOf(process.identity)}`;
    this.trace.push(`${(this.now / 1000).toFixed(1).padStart(8)}${who}: ${what}`);
  }

  violate(process: Process | undefined, what: string): void {
    this.log(process, `VIOLATION: ${what}`);
    this.violations.push(what);
  }

  /** The time as this process measures it. */
  clockOf(process: Process): Clock {
    return {
      now: () => Math.round(epoch + this.now + process.skewMs),
      monotonic: () => this.now,
      sleep: (ms, signal) => this.#wait(process, ms, signal),
    };
  }

  /** The store, as far as this process can reach it. */
  storeOf(process: Process): LockStore {
    return {
      reason: 'github-error',
      read: (_, signal) => this.#call(process, () => this.stored, signal),
      swap: (_, version, text, signal) => {
        const apply = () => {
          if (this.#isOther(version)) return undefined;
          this.#put(process, text);
          return this.stored?.version;
        };
        return this.#call(process, apply, signal, true);
      },
      release: (_, version, text, signal) => {
        const apply = () => {
          if (this.#isOther(version)) return false;
          this.#put(process, this.climate.isObjectStore ? undefined : text);
          return true;
        };
        return this.#call(process, apply, signal, true);
      },
      nameOf: (key) => `refs/mention-loop/locks/${key}`,
      clearCommand: (key) => `clear ${key}`,
    };
  }

  #isOther(version: string | undefined): boolean {
    return this.climate.isBlind !== true && this.stored?.version !== version;
  }

  /** GitHub, as far as this process can ask it. */
  async askRun(process: Process, { owner }: LockRecord, signal: AbortSignal): Promise<RunState> {
    await this.#wait(process, this.between(50, 1500), signal);
    const answer = this.#whatGitHubSays(process, owner);
    process.heard = `${nameOf(owner)} is ${answer}`;
    return answer;
  }

  #whatGitHubSays(process: Process, owner: RunIdentity): RunState {
    const run = this.#jobsOf(owner);
    const isUntold = this.chance(this.climate.faults / 100) || process.cutOffUntil > this.now;
    if (isUntold || run.length === 0 || run.some(({ isForeign }) => isForeign)) return 'unknown';
    return run.every(({ overAt }) => overAt <= this.now) ? 'completed' : 'going on';
  }

  /** A process that has died, or that GitHub's runner has ended, never goes on from here. */
  #wait(process: Process, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const stop = (): void => {
        takeBack();
        reject(signal.reason as Error);
      };
      const takeBack = this.after(ms, () => {
        signal.removeEventListener('abort', stop);
        if (!process.isDead) resolve();
      });
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** One request: it, or its answer, may be slow, lost, or late; giving up does not call it back. */
  #call<Result>(
    process: Process,
    apply: () => Result,
    signal: AbortSignal,
    isWrite = false,
  ): Promise<Result> {
    const fate = this.#fateOf(process, isWrite);
    process.calls += 1;
    process.onCall?.(process.calls);
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      let result: { value: Result } | undefined;
      const { arrivesMs, answersMs, answer } = fate;
      if (arrivesMs !== undefined) this.after(arrivesMs, () => (result = { value: apply() }));
      this.after(answersMs, () => {
        if (process.isDead) return;
        if (answer === 'lost') return reject(noAnswer());
        if (result !== undefined) resolve(result.value);
      });
    });
  }

  /** When a request arrives (undefined: never), and when the caller hears of it, and what. */
  #fateOf(process: Process, isWrite: boolean): Fate {
    const quickMs = this.between(10, 400);
    const answersMs = quickMs + this.between(10, 400);
    if (process.cutOffUntil > this.now)
      return { arrivesMs: undefined, answersMs: this.between(50, 60_000), answer: 'lost' };
    if (!this.chance(this.climate.faults / 100))
      return { arrivesMs: quickMs, answersMs, answer: 'given' };
    const kind = this.pick(['request lost', 'answer lost', 'slow', isWrite ? 'late' : 'slow']);
    this.count(kind);
    const lostMs = this.between(100, 25_000);
    if (kind === 'request lost') return { arrivesMs: undefined, answersMs: lostMs, answer: 'lost' };
    if (kind === 'answer lost') return { arrivesMs: quickMs, answersMs: lostMs, answer: 'lost' };
    if (kind === 'slow') {
      const arrivesMs = this.between(1000, 25_000);
      return { arrivesMs, answersMs: arrivesMs + this.between(1000, 15_000), answer: 'given' };
    }
    return { arrivesMs: this.between(1000, 8 * 60_000), answersMs: lostMs, answer: 'lost' };
  }

  #put(writer: Process, text: string | undefined): void {
    const before = this.#holder();
    const isRelease = text === undefined || readRecord(text)?.state === 'released';
    if (before !== undefined) this.#examine(writer, before, isRelease);
    this.#versions += 1;
    const version = this.climate.isObjectStore ? `etag of ${text}` : `commit ${this.#versions}`;
    this.stored = text === undefined ? undefined : { text, version };
    this.log(writer, isRelease ? 'released' : `wrote ${readRecord(text)?.renewed}`);
    this.#examineBelievers();
  }

  /** A holder's record goes: was that right? */
  #examine(writer: Process, before: LockRecord, isRelease: boolean): void {
    const owner = this.ownerOf(before);
    if (owner === undefined || nameOf(owner.identity) === nameOf(writer.identity)) return;
    if (isRelease) return this.violate(writer, `released the lock of ${nameOf(owner.identity)}`);
    const { identity } = writer;
    const isOver = this.#jobsOf(owner.identity).every(({ overAt }) => overAt <= this.now);
    const renewedAt = Date.parse(before.renewed) - owner.skewMs - epoch;
    const isUnrenewed = renewedAt + lockLeaseMs <= this.now;
    this.count(isOver ? 'taken over from a completed run' : 'taken over after the lease');
    if (owner.identity.runId === identity.runId) this.count('taken over from a run of the same id');
    if (!isOver && !isUnrenewed)
      this.violate(writer, `took a live lock over from ${nameOf(owner.identity)}`);
    if (writer.heard === `${nameOf(owner.identity)} is going on`)
      this.violate(writer, `took over although GitHub had said that ${writer.heard}`);
  }

  #jobsOf({ runId, attempt }: RunIdentity): Process[] {
    return this.processes.filter(
      ({ identity }) => identity.runId === runId && identity.attempt === attempt,
    );
  }

  #examineBelievers(): void {
    const believers = this.processes.filter(({ believes }) => believes);
    const owner = this.#holder()?.owner;
    for (const each of believers)
      if (owner === undefined || nameOf(owner) !== nameOf(each.identity)) {
        this.violate(each, 'believes to hold a lock that is not its own');
        this.after(lockLeaseMs, () => {
          if (each.believes) this.violate(each, 'went on with a lock that had been taken over');
        });
      }
  }

  /** From here on the process believes that it holds the lock. */
  believe(process: Process): void {
    process.believes = true;
    if (this.processes.filter(({ believes }) => believes).length > 1)
      this.violate(process, 'believes to hold a lock beside another');
    this.#examineBelievers();
  }

  /** The process has its agent work from here on. */
  startSession(process: Process, session: string): void {
    for (const [other, { identity }] of this.sessions)
      this.violate(process, `works beside ${other} of ${nameOf(identity)}`);
    if (!process.believes) this.violate(process, 'works without a lock');
    process.session = session;
    this.sessions.set(session, process);
    this.log(process, `works in ${session}`);
  }

  #holder(): LockRecord | undefined {
    const record = this.stored === undefined ? undefined : readRecord(this.stored.text);
    return record?.state === 'held' ? record : undefined;
  }

  /** Whose record stands in the store. */
  owner(): Process | undefined {
    const record = this.#holder();
    return record === undefined ? undefined : this.ownerOf(record);
  }

  ownerOf({ owner }: LockRecord): Process | undefined {
    return this.processes.find(({ identity }) => nameOf(identity) === nameOf(owner));
  }
}

interface Fate {
  arrivesMs: number | undefined;
  answersMs: number;
  answer: 'given' | 'lost';
}

function nameOf({ runId, attempt, invocationId }: RunIdentity): string {
  return `${runId}/${attempt}/${invocationId}`;
}

function noAnswer(): ActionError {
  return new ActionError('github-error', 'No answer came.', { retryable: true });
}
