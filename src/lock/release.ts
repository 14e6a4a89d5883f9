import { lockCallMs, lockRetryMs } from '../limits/lock.ts';
import type { RunIdentity } from '../marker.ts';
import { within } from './clock.ts';
import { isOf, readRecord } from './judge.ts';
import type { LockRecord } from './record.ts';
import { type Place, readStored, throwUnlessPassing } from './write.ts';

/** A lock whose owner gives it back. */
export interface Owned extends Place {
  identity: RunIdentity;
  warn: (message: string) => void;
}

/** A version that holds a record of ours. */
export interface OwnVersion {
  version: string;
  record: LockRecord;
}

/**
 * Gives a lock back by the identity alone: for `post`, and for who cannot tell whether it got it.
 * Only a record of `identity` is released; what is missing, unreadable or another's is left alone
 * and warned of. So is one that still names dead runs: releasing it would forget them. Tries until
 * `signal` fires; throws its reason then, and what the store refuses.
 */
export async function releaseLeft(owned: Owned, signal: AbortSignal): Promise<void> {
  await releaseUntilGone(owned, undefined, (found) => !remembersDead(found), signal);
}

/**
 * The same for a holder, against the version that it holds. Where another stands there, it is
 * released only if it is of `identity` too, from a write whose answer was lost.
 */
export async function releaseHeld(
  owned: Owned,
  held: OwnVersion,
  signal: AbortSignal,
): Promise<void> {
  await releaseUntilGone(owned, held, () => true, signal);
}

/** Whether somebody has still to tidy up after runs that this one took over from. */
export function remembersDead({ recovering }: LockRecord): boolean {
  return recovering !== undefined && recovering.length > 0;
}

async function releaseUntilGone(
  owned: Owned,
  held: OwnVersion | undefined,
  mayGo: (record: LockRecord) => boolean,
  signal: AbortSignal,
): Promise<void> {
  let known = held;
  let mayBeDone = false;
  for (let pauseMs = 0; ; pauseMs = lockRetryMs) {
    try {
      known ??= await findOwn(owned, mayBeDone, signal);
      if (known === undefined) return;
      if (!mayGo(known.record)) return owned.warn(`${nameOf(owned)} is left for the next run.`);
      if (await sendRelease(owned, known, signal)) return;
    } catch (thrown) {
      throwUnlessPassing(thrown, signal);
      mayBeDone ||= known !== undefined;
    }
    known = undefined;
    await owned.clock.sleep(pauseMs, signal);
  }
}

/** Our record as it stands there by now; undefined, and warned of, where there is none. */
async function findOwn(
  owned: Owned,
  mayBeDone: boolean,
  signal: AbortSignal,
): Promise<OwnVersion | undefined> {
  const stored = await readStored(owned, signal);
  const record = stored === undefined ? undefined : readRecord(stored.text);
  const isHeld = record?.state === 'held';
  if (stored !== undefined && isHeld && isOf(record, owned.identity))
    return { version: stored.version, record };
  // After a release without an answer, this is what it looks like when it was done.
  if (!mayBeDone || (stored !== undefined && record === undefined))
    owned.warn(`${nameOf(owned)} was not released: ${whatOf(stored !== undefined, record)}.`);
  return undefined;
}

function whatOf(isThere: boolean, record: LockRecord | undefined): string {
  if (record?.state === 'held') return `it is held by ${record.runUrl} by now`;
  return isThere && record === undefined ? 'it cannot be read' : 'nobody holds it any more';
}

function nameOf({ store, key }: Place): string {
  return `The lock ${store.nameOf(key)}`;
}

function sendRelease(
  place: Place,
  { version, record: held }: OwnVersion,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, key, clock } = place;
  const { recovering: _, ...record } = held;
  const renewed = new Date(clock.now()).toISOString();
  const text = JSON.stringify({ ...record, state: 'released', renewed } satisfies LockRecord);
  return within(place, lockCallMs, signal, (either) => store.release(key, version, text, either));
}
