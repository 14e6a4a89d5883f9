import { constants, existsSync, mkdirSync, rmSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { manifestChars } from '../limits/cache.ts';
import { readDatabase } from './database.ts';
import {
  type Database,
  type EntryFacts,
  holds,
  readManifest,
  type SealedManifest,
  sealManifest,
} from './manifest.ts';
import type { Seal } from './seal.ts';

/** What a database that is to be saved says of itself, and what it is sealed with. */
export interface KeptEntry {
  facts: EntryFacts;
  publicKey: string;
  sealed: SealedManifest;
  files: Database;
}

const [textName, signatureName, sealName] = ['manifest.json', 'manifest.sig', 'seal.pub'];

/** Where a run leaves its database to `post`. */
export function keptFolder(temp: string, invocationId: string): string {
  return join(temp, `mention-loop-${invocationId}-session`);
}

/** Makes the folder, closed to others. Throws an `Error` where there is something: nobody prepares it. */
export function openKept(folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
}

/** Whether `sealKept` has come to its end there, so that there is something to save. */
export function isKept(folder: string): boolean {
  return existsSync(join(folder, signatureName));
}

/** Removes it and all in it. */
export function discardKept(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Seals the database that lies in the folder: what is changed after it is not accepted by any run.
 * Resolves to whether there is one. Throws an `Error` that says why it is not taken.
 */
export async function sealKept(
  folder: string,
  facts: EntryFacts,
  seal: Seal,
  now: Date,
): Promise<boolean> {
  const files = await readDatabase(folder);
  if (files === undefined) return false;
  const { text, signature } = sealManifest(facts, files, seal.privateKey, now);
  await write(folder, sealName, seal.publicKey);
  await write(folder, textName, text);
  await write(folder, signatureName, signature);
  return true;
}

/** What was sealed; undefined where nothing was. Throws as `sealKept` does. */
export async function readKept(folder: string): Promise<KeptEntry | undefined> {
  const [text, signature, publicKey] = await Promise.all(
    [textName, signatureName, sealName].map((name) => read(folder, name)),
  );
  const facts = readManifest(text ?? '');
  if (facts === undefined || !signature || !publicKey) return undefined;
  const files = await readDatabase(folder);
  if (files === undefined) return undefined;
  // A later step of the job may have been there: nobody would take it up.
  if (!holds(facts, files)) throw new Error('it was changed since the run ended');
  return { facts, publicKey, sealed: { text: text ?? '', signature }, files };
}

async function write(folder: string, name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text, { flag: 'wx', mode: 0o600 });
}

/** A short text of ours; empty where there is none. */
async function read(folder: string, name: string): Promise<string> {
  try {
    await using file = await open(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW);
    const { size } = await file.stat();
    return size > manifestChars ? '' : await file.readFile('utf8');
  } catch {
    return '';
  }
}
