import * as v from 'valibot';
import type { Level } from './level.ts';

/**
 * What a session says of itself, in OpenCode's own record of it: whose it is, and how far its agent was
 * told what happens on the thread. Only who can write to the server writes it.
 */
export interface Notes {
  /** From `nameThread`. */
  thread: string;
  level: Level;
  /** Undefined while it was told nothing. */
  told?: Told | undefined;
}

/** How far a session was told what happens on its thread. */
export interface Told {
  /** When what it was told had happened, by GitHub's clock, in whole seconds. */
  until: string;
  /** The comment that asked. */
  asked?: { kind: 'issue' | 'review'; id: number } | undefined;
  /** A digest of title and description. */
  opening: string;
  /** The pull request's head. */
  headSha?: string | undefined;
}

const notes = v.object({
  v: v.literal(1),
  thread: v.string(),
  level: v.string(),
  told: v.optional(
    v.object({
      until: v.pipe(v.string(), v.isoTimestamp()),
      asked: v.optional(v.object({ kind: v.picklist(['issue', 'review']), id: v.number() })),
      opening: v.string(),
      headSha: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/))),
    }),
  ),
});

/** As `Session.note` takes them. */
export function renderNotes({ thread, level, told }: Notes): Record<string, unknown> {
  return { v: 1, thread, level, ...(told && { told }) };
}

/** What a session says of itself; undefined where it says nothing that we know. */
export function readNotes(raw: unknown): Notes | undefined {
  const read = v.safeParse(notes, raw);
  return read.success ? read.output : undefined;
}

/** Why a session is not the one to go on with; undefined where it is. */
export function refuseNotes(
  raw: unknown,
  { thread, level }: Pick<Notes, 'thread' | 'level'>,
): string | undefined {
  const found = readNotes(raw);
  if (found === undefined) return 'it does not say whose it is';
  if (found.thread !== thread) return 'it belongs to another thread';
  if (found.level !== level) return 'it belongs to runs that are trusted otherwise';
  return found.told === undefined ? 'it was never told anything' : undefined;
}
