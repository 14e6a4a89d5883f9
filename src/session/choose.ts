import type { Level } from './level.ts';
import type { Memory } from './memory.ts';

/** What a run looks for among what former runs left on the thread. */
export interface Wanted {
  server: string;
  level: Level;
  /** `Date.now()`. */
  nowMs: number;
  /** Older memories are let go. */
  retentionMs: number;
}

/**
 * The newest session of those that runs of the same level had on the same server, or why there is none,
 * as a sentence; empty where no run had any. `memories` are in the order of their comments. Pure.
 */
export function chooseMemory(
  memories: readonly Memory[],
  { server, level, nowMs, retentionMs }: Wanted,
): { memory: Memory } | { why: string } {
  const [last] = memories.slice(-1);
  if (last === undefined) return { why: '' };
  const own = memories.filter((each) => each.level === level);
  if (own.length === 0) return { why: 'the former runs on this thread are trusted otherwise' };
  const memory = own.findLast((each) => each.server === server);
  if (memory === undefined) return { why: 'the former runs on this thread were on another server' };
  if (nowMs - Date.parse(memory.at) > retentionMs)
    return { why: 'the former run is older than `session-retention-days`' };
  return { memory };
}
