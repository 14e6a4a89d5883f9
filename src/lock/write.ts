import { ActionError, toActionError } from '../errors.ts';
import { lockCallMs } from '../limits/lock.ts';
import { type Clock, within } from './clock.ts';
import type { LockRecord } from './record.ts';
import type { LockStore, Stored } from './store.ts';

/** One lock, and by what it is reached. */
export interface Place {
  store: LockStore;
  key: string;
  clock: Clock;
}

/** What became of a record that was written. */
export type Written =
  | { isThere: true; version: string }
  /** Something else stands there; ours may still come where the store has not refused it. */
  | { isThere: false; stored: Stored | undefined; isRefused: boolean };

/**
 * Puts a record in the place of a version, and finds out whether it is there: a write without an
 * answer counts neither as done nor as failed before the key was read again. Throws what the store
 * refuses for certain, and, `retryable`, where nothing can be said for now.
 */
export async function writeRecord(
  place: Place,
  version: string | undefined,
  record: LockRecord,
  signal: AbortSignal,
): Promise<Written> {
  const { store, key } = place;
  const text = JSON.stringify(record);
  let isRefused = true;
  try {
    const send = (either: AbortSignal) => store.swap(key, version, text, either);
    const written = await within(place, lockCallMs, signal, send);
    if (written !== undefined) return { isThere: true, version: written };
  } catch (thrown) {
    throwUnlessPassing(thrown, signal);
    isRefused = false;
  }
  const stored = await readStored(place, signal);
  if (stored?.text.trim() === text) return { isThere: true, version: stored.version };
  return { isThere: false, stored, isRefused };
}

/** What stands under the key by now. Throws as the store does. */
export function readStored(place: Place, signal: AbortSignal): Promise<Stored | undefined> {
  const { store, key } = place;
  return within(place, lockCallMs, signal, (either) => store.read(key, either));
}

/** Throws on what no further try will help against, and the signal's own reason where it fired. */
export function throwUnlessPassing(thrown: unknown, signal: AbortSignal): ActionError {
  signal.throwIfAborted();
  const error = toActionError(thrown);
  if (!error.retryable) throw error;
  return error;
}
