import * as v from 'valibot';
import type { Level } from './level.ts';

/**
 * What the answer of a run says, hidden, of its session, so that the next run on the thread finds it:
 * where to look, and no more. What the session itself says of its thread and level (`Notes`) decides.
 */
export interface Memory {
  sessionId: string;
  /** `local`, or the name that `nameServer` gives: no address of anybody's server. */
  server: string;
  /** OpenCode's version. */
  version: string;
  level: Level;
  run: { id: string; url: string };
  /** What its database is sealed with in GitHub's cache; undefined where none is kept. */
  seal?: string;
  /** When the run began, by its machine's clock, in ISO 8601. */
  at: string;
}

const memory = v.object({
  v: v.literal(1),
  sessionId: v.pipe(v.string(), v.regex(/^ses_\w{1,60}$/)),
  server: v.pipe(v.string(), v.regex(/^(?:local|[0-9a-f]{64})$/)),
  version: v.pipe(v.string(), v.maxLength(60)),
  level: v.pipe(v.string(), v.regex(/^[a-z\d-]{1,60}$/)),
  run: v.object({
    id: v.pipe(v.string(), v.regex(/^\d{1,30}$/)),
    url: v.pipe(v.string(), v.maxLength(300)),
  }),
  seal: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w-]{59}$/))),
  at: v.pipe(v.string(), v.isoTimestamp()),
});

/** Longer than any of ours, and short enough for the room that every comment leaves (`markerChars`). */
const mostChars = 900;

/** The hidden line that goes before the marker; empty where it would be too long for its room. */
export function renderMemory(known: Memory): string {
  const { sessionId, server, version, level, run, seal, at } = known;
  const json = JSON.stringify({ v: 1, sessionId, server, version, level, run, seal, at });
  const line = `<!-- mention-loop-session ${Buffer.from(json).toString('base64url')} -->`;
  return line.length > mostChars || readMemory(line) === undefined ? '' : line;
}

/**
 * What a hidden line says (`findHidden`); undefined where it is not one of these, or of another version.
 * It proves nothing about its author: compare that as well.
 */
export function readMemory(line: string): Memory | undefined {
  const [, code = ''] = /^<!-- mention-loop-session ([\w-]+) -->$/.exec(line) ?? [];
  try {
    const json: unknown = JSON.parse(Buffer.from(code, 'base64url').toString());
    const read = v.safeParse(memory, json);
    if (!read.success) return undefined;
    const { v: _, ...known } = read.output;
    return known;
  } catch {
    return undefined;
  }
}
