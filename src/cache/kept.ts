import { constants, mkdirSync, rmSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { manifestChars } from '../limits/cache.ts';
import { readDatabase } from './database.ts';
import {
  type Database,
  type EntryFacts,
  readFacts,
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

/** Whose the database is to be; with it, while the run lasts, what it is sealed with. */
const factsName = 'entry.json';
const keyName = 'seal.key';
const publicName = 'seal.pub';
const [textName, signatureName] = ['manifest.json', 'manifest.sig'];

/** Where a run leaves its database to `post`. */
export function keptFolder(temp: string, invocationId: string): string {
  return join(temp, `mention-loop-${invocationId}-session`);
}

/** Makes the folder, closed to others. Throws an `Error` where there is something: nobody prepares it. */
export function openKept(folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
}

/** Removes it and all in it. */
export function discardKept(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Says whose the database will be, as soon as that is known: a run that is killed then is continued
 * all the same. Said again, the last counts. The secret half of the seal lies here until the database is sealed, and no longer.
 */
export async function noteFacts(folder: string, facts: EntryFacts, seal: Seal): Promise<void> {
  await write(folder, keyName, seal.privateKey);
  await write(folder, publicName, seal.publicKey);
  await write(folder, factsName, JSON.stringify(facts));
}

/**
 * Seals the database that lies in the folder: what is changed after it is not accepted by any run.
 * Resolves to whether there is one now. Throws an `Error` that says why it is not taken.
 */
export async function sealKept(folder: string, now: Date): Promise<boolean> {
  const facts = readFacts(await read(folder, factsName));
  const key = await read(folder, keyName);
  await rm(join(folder, keyName), { force: true });
  if (facts === undefined || key === '') return false;
  const files = await readDatabase(folder);
  if (files === undefined) return false;
  const { text, signature } = sealManifest(facts, files, key, now);
  await write(folder, textName, text);
  await write(folder, signatureName, signature);
  return true;
}

/** What was sealed; undefined where nothing was. Throws as `sealKept` does. */
export async function readKept(folder: string): Promise<KeptEntry | undefined> {
  const [text, signature, publicKey] = await Promise.all(
    [textName, signatureName, publicName].map((name) => read(folder, name)),
  );
  const facts = readManifest(text ?? '');
  if (facts === undefined || !signature || !publicKey) return undefined;
  const files = await readDatabase(folder);
  return files && { facts, publicKey, sealed: { text: text ?? '', signature }, files };
}

async function write(folder: string, name: string, text: string): Promise<void> {
  await rm(join(folder, name), { force: true });
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
