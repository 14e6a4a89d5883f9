import { constants } from 'node:fs';
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { databaseBytes } from '../limits/cache.ts';
import type { Database } from './manifest.ts';

/** What OpenCode's database is called, wherever it lies, and SQLite's log beside it. */
export const databaseName = 'sessions.db';

/** https://sqlite.org/tempfiles.html */
export const logName = `${databaseName}-wal`;

/** What SQLite makes anew by itself, besides: it is not kept. */
export const indexName = `${databaseName}-shm`;

/**
 * Reads a database that nobody has open; undefined where there is none. The agent may have put
 * anything in its place: only plain files that have no other name are read, and no link is followed.
 * https://man7.org/linux/man-pages/man2/open.2.html
 * Throws an `Error` that says why it is not taken.
 */
export async function readDatabase(folder: string): Promise<Database | undefined> {
  const database = await readPlain(join(folder, databaseName), databaseBytes);
  if (database === undefined) return undefined;
  const log = await readPlain(join(folder, logName), databaseBytes - database.length);
  return { database, log: log ?? Buffer.alloc(0) };
}

/** Removes one from a folder of ours. */
export async function removeDatabase(folder: string): Promise<void> {
  for (const name of [databaseName, logName, indexName])
    await rm(join(folder, name), { force: true });
}

/** Writes one to a folder of ours that holds none. */
export async function writeDatabase(folder: string, { database, log }: Database): Promise<void> {
  const how = { flag: 'wx', mode: 0o600 };
  await writeFile(join(folder, databaseName), database, how);
  await writeFile(join(folder, logName), log, how);
}

// A pipe in its place would wait for somebody to write. Windows has neither of the two.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function readPlain(path: string, most: number): Promise<Buffer | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, flags);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error('something else lies in its place', { cause: thrown });
  }
  try {
    const found = await file.stat();
    if (!found.isFile() || found.nlink !== 1) throw new Error('something else lies in its place');
    if (found.size > most) throw new Error(`it is larger than ${databaseBytes} bytes`);
    const bytes = Buffer.alloc(found.size);
    const { bytesRead } = await file.read(bytes, 0, found.size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
