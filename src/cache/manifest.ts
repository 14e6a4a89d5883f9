import { createHash } from 'node:crypto';
import * as v from 'valibot';

import { databaseBytes, manifestChars } from '../limits/cache.ts';
import { isSealed, sealText } from './seal.ts';

/** The two files that hold OpenCode's sessions: SQLite's database, and what is not written to it yet. */
export interface Database {
  database: Buffer;
  /** https://sqlite.org/wal.html; empty where all is in the database. */
  log: Buffer;
}

const hash = v.pipe(v.string(), v.regex(/^[\da-f]{64}$/));
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(databaseBytes));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const entryFacts = v.object({
  /** `owner/name`. */
  repository: name,
  thread: v.object({ kind: v.picklist(['issue', 'pull']), number: v.number() }),
  level: name,
  /** OpenCode's. */
  version: name,
  sessionId: name,
  runId: name,
});

const manifest = v.object({
  ...entryFacts.entries,
  savedAt: v.pipe(v.string(), v.isoTimestamp()),
  database: v.object({ bytes: size, sha256: hash }),
  log: v.object({ bytes: size, sha256: hash }),
});

/** Whose an entry is. */
export type EntryFacts = v.InferOutput<typeof entryFacts>;

/** What an entry holds, and whose it is. */
export type Manifest = v.InferOutput<typeof manifest>;

/** A manifest as it was signed, and the signature. */
export interface SealedManifest {
  text: string;
  signature: string;
}

/** Writes and seals the manifest of a database. */
export function sealManifest(
  facts: EntryFacts,
  { database, log }: Database,
  privateKey: string,
  now: Date,
): SealedManifest {
  const all: Manifest = {
    ...facts,
    savedAt: now.toISOString(),
    database: describe(database),
    log: describe(log),
  };
  const text = JSON.stringify(all);
  return { text, signature: sealText(privateKey, text) };
}

/** Reads a manifest, whoever wrote it; undefined where it is none. */
export function readManifest(text: string): Manifest | undefined {
  if (text.length > manifestChars) return undefined;
  try {
    const read = v.safeParse(manifest, JSON.parse(text));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the manifest was sealed with that key. */
export function hasSeal({ text, signature }: SealedManifest, publicKey: string): boolean {
  return isSealed(publicKey, text, signature);
}

/** Whether a manifest speaks of these very bytes. */
export function holds(said: Manifest, { database, log }: Database): boolean {
  const [one, other] = [describe(database), describe(log)];
  return said.database.sha256 === one.sha256 && said.log.sha256 === other.sha256;
}

function describe(bytes: Buffer): { bytes: number; sha256: string } {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
