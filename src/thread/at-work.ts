import type { RunIdentity } from '../marker.ts';

/** A progress comment of a run that is not over. */
export interface ProgressSign {
  identity: RunIdentity;
  url: string;
  createdAt: string;
  /** What it says, without its marker. */
  body: string;
}

/** Our `eyes` on what asked for a run. */
export interface EyesSign {
  /** The comment's address; the thread's own where no comment asked. */
  url: string;
  since: string;
}

/** A run at work, as its thread shows it. */
export interface RunAtWork {
  since: string;
  /** What asked for it; undefined where that is not known. */
  asked: string | undefined;
  /** Undefined where it has none, or none yet. */
  progress: ProgressSign | undefined;
}

/**
 * The runs that signs stand for, oldest first. Nothing says which progress comment is whose, but a
 * run's eyes come before it: each takes the newest eyes before it that no other has taken. Pure.
 */
export function pairSigns(
  progress: readonly ProgressSign[],
  eyes: readonly EyesSign[],
): RunAtWork[] {
  const left = eyes.toSorted((one, other) => compare(one.since, other.since));
  const shown = progress
    .toSorted((one, other) => compare(one.createdAt, other.createdAt))
    .map((sign): RunAtWork => {
      const before = left.findLastIndex(({ since }) => compare(since, sign.createdAt) <= 0);
      const [own] = before === -1 ? [] : left.splice(before, 1);
      return { since: own?.since ?? sign.createdAt, asked: own?.url, progress: sign };
    });
  const bare = left.map(({ url, since }) => ({ since, asked: url, progress: undefined }));
  return [...shown, ...bare].toSorted((one, other) => compare(one.since, other.since));
}

function compare(one: string, other: string): number {
  return Date.parse(one) - Date.parse(other);
}
