import { usedEveryMs, workspaceIdleMs } from '../limits.ts';

/** A workspace that is there. */
export interface Held {
  /** Of its files, as they were sent or last looked at. */
  bytes: number;
  /** `Date.now()` of its last use. */
  usedAt: number;
  /** Requests that are open for it: the event stream of a run among them. */
  open: number;
  /** It is being made, read or removed. */
  isLocked: boolean;
}

/** What all workspaces may hold together. */
export interface Quota {
  bytes: number;
  count: number;
}

/**
 * Those that must go so that another one has room, the one that was used longest ago first;
 * undefined where there is no room though all that may go were gone. One that is in use stays:
 * `isAtWork` says whether a session works in it.
 */
export function chooseLeaving(
  held: ReadonlyMap<string, Held>,
  coming: { name: string; bytes: number },
  quota: Quota,
  isAtWork: (name: string) => boolean,
  now: number,
): string[] | undefined {
  const others = [...held].filter(([name]) => name !== coming.name);
  let bytes = others.reduce((sum, [, each]) => sum + each.bytes, coming.bytes);
  let count = others.length + 1;
  const leaving: string[] = [];
  for (const [name, each] of others.toSorted(([, one], [, other]) => one.usedAt - other.usedAt)) {
    if (bytes <= quota.bytes && count <= quota.count) break;
    if (each.isLocked || each.open > 0 || now - each.usedAt < workspaceIdleMs) continue;
    if (isAtWork(name)) continue;
    leaving.push(name);
    bytes -= each.bytes;
    count -= 1;
  }
  return bytes <= quota.bytes && count <= quota.count ? leaving : undefined;
}

/** Notes a use; whether it is time to write it down. */
export function noteUse(held: Held, now: number): boolean {
  const isLate = now - held.usedAt >= usedEveryMs;
  held.usedAt = now;
  return isLate;
}
