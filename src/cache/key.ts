import { createHash } from 'node:crypto';

import type { ThreadRef } from '../event/trigger.ts';
import type { Level } from '../session/level.ts';

/** What an entry is called by. */
export interface EntryName {
  thread: ThreadRef;
  level: Level;
  /** OpenCode's. */
  version: string;
  runId: string;
  /** The key that it is sealed with (`Seal.publicKey`). */
  seal: string;
}

/**
 * What the keys of all of a thread's entries begin with. It names no repository: a cache is a
 * repository's own.
 */
export function prefixOf({ kind, number }: ThreadRef): string {
  return `mention-loop-session-1-${kind}-${number}-`;
}

/** What the keys of a thread's entries of one level begin with, of whatever version. */
export function levelPrefixOf(thread: ThreadRef, level: Level): string {
  return `${prefixOf(thread)}${plain(level)}.`;
}

/**
 * The key of one entry. It ends with a name of its seal, so that no two steps, attempts or jobs of a
 * matrix ever write the same, and nobody can have written it before the run.
 */
export function keyOf({ thread, level, version, runId, seal }: EntryName): string {
  const id = createHash('sha256').update(seal).digest('hex').slice(0, 16);
  return `${levelPrefixOf(thread, level)}${plain(version)}.${plain(runId)}.${id}`;
}

/** A key is at most 512 characters, and a comma ends it. */
function plain(name: string): string {
  return name.replaceAll(/[^\w-]/g, '_').slice(0, 100);
}
