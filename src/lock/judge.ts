import * as v from 'valibot';
import { lockRecordChars, renewalsPerLease } from '../limits/lock.ts';
import type { RunIdentity } from '../marker.ts';
import { type LockRecord, recordSchema } from './record.ts';
import type { Stored } from './store.ts';

/** What GitHub says of a run's attempt; `unknown` where it does not say, whatever the cause. */
export type RunState = 'completed' | 'going on' | 'unknown';

/** Whose eyes a record is judged with. */
export interface Self {
  identity: RunIdentity;
  /** `owner/name`. */
  repository: string;
}

/** A version that was seen with its lease over, and when, by the monotonic clock. */
export interface Look {
  version: string;
  at: number;
}

/** What a judgement goes by. */
export interface Evidence {
  /** What stands under the key. */
  stored: Stored | undefined;
  self: Self;
  /** Undefined as long as GitHub was not asked; it is asked only where that decides. */
  run: RunState | undefined;
  /** Milliseconds since 1970. */
  now: number;
  /** The same moment by the monotonic clock. */
  at: number;
  /** The earlier look, where there was one. */
  earlier: Look | undefined;
}

/** Whose a lock is. */
export type Verdict =
  | { type: 'free' }
  | { type: 'ours'; record: LockRecord }
  /** Its owner is dead, and why that is certain. */
  | { type: 'stale'; record: LockRecord; why: 'earlier-attempt' | 'completed' | 'lease' }
  | { type: 'alive'; record: LockRecord }
  /** GitHub has to be asked of its run. */
  | { type: 'ask'; record: LockRecord }
  /** Its lease is over: to be looked at again, at `lookAt` of the monotonic clock. */
  | { type: 'doubtful'; record: LockRecord; look: Look; lookAt: number }
  /** Held, by somebody who cannot be known. */
  | { type: 'unreadable' };

/** Judges what stands under a key. An owner that is not proved dead is alive. */
export function judge({ stored, self, run, now, at, earlier }: Evidence): Verdict {
  if (stored === undefined) return { type: 'free' };
  const record = readRecord(stored.text);
  if (record === undefined) return { type: 'unreadable' };
  if (record.state === 'released') return { type: 'free' };
  if (isOf(record, self.identity)) return { type: 'ours', record };
  if (isEarlierAttempt(record, self)) return { type: 'stale', record, why: 'earlier-attempt' };
  if (run === undefined) return { type: 'ask', record };
  if (run === 'completed') return { type: 'stale', record, why: 'completed' };
  const isOver = now > Date.parse(record.renewed) + record.leaseMs;
  if (run === 'going on' || !isOver) return { type: 'alive', record };
  const look = earlier?.version === stored.version ? earlier : { version: stored.version, at };
  // The clocks of two machines differ: by less than this, or a holder is fenced too late.
  const lookAt = look.at + record.leaseMs / renewalsPerLease;
  if (at >= lookAt) return { type: 'stale', record, why: 'lease' };
  return { type: 'doubtful', record, look, lookAt };
}

/** The record that a text is; undefined where it is none of ours, or of a later format. */
export function readRecord(text: string): LockRecord | undefined {
  if (text.length > lockRecordChars) return undefined;
  try {
    const read = v.safeParse(recordSchema, JSON.parse(text));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}

/** Whether all three ids are the same: that alone proves whose a record is. */
export function isOf({ owner }: LockRecord, identity: RunIdentity): boolean {
  return (
    owner.runId === identity.runId &&
    owner.attempt === identity.attempt &&
    owner.invocationId === identity.invocationId
  );
}

/**
 * GitHub reruns only what is completed, so that an earlier attempt of our own run is over.
 * https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs
 */
function isEarlierAttempt({ owner, repository }: LockRecord, { identity, ...self }: Self): boolean {
  return (
    repository === self.repository &&
    owner.runId === identity.runId &&
    owner.attempt < identity.attempt
  );
}
