import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { databaseBytes, manifestChars } from '../limits/cache.ts';
import {
  type Database,
  hasSeal,
  holds,
  type Manifest,
  readManifest,
  type SealedManifest,
} from './manifest.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * One entry: the signature, the manifest and the two files, one after the other, compressed. It holds
 * no name of a file: where the files go is for the reader to say.
 */
export async function packEntry(
  { text, signature }: SealedManifest,
  { database, log }: Database,
): Promise<Buffer> {
  return await pack(Buffer.concat([Buffer.from(`${signature}\n${text}\n`), database, log]));
}

/** What was in an entry. */
export interface Entry extends Database {
  manifest: Manifest;
}

/**
 * Reads an entry that must have been sealed with that key. Nothing of it is looked at before that is
 * certain, but for the two lines that say so. Throws an `Error` that says in half a sentence why not.
 */
export async function unpackEntry(packed: Buffer, publicKey: string): Promise<Entry> {
  const whole = await unpack(packed, { maxOutputLength: databaseBytes + manifestChars }).catch(
    () => {
      throw new Error('it is cut short, too large or damaged');
    },
  );
  const [first, second] = [lineAt(whole, 0), lineAt(whole, lineAt(whole, 0).length + 1)];
  const sealed = { signature: first, text: second };
  if (!hasSeal(sealed, publicKey)) throw new Error('it is not the one that the answer speaks of');
  const manifest = readManifest(second);
  if (manifest === undefined) throw new Error('it was written by another version of this action');
  const from = first.length + Buffer.byteLength(second) + 2;
  const middle = from + manifest.database.bytes;
  const files = { database: whole.subarray(from, middle), log: whole.subarray(middle) };
  if (!holds(manifest, files)) throw new Error('it holds something else than it says');
  return { manifest, ...files };
}

/** The line that begins there; empty where none ends within reach. */
function lineAt(bytes: Buffer, from: number): string {
  const end = bytes.indexOf(0x0a, from);
  return end < 0 || end - from > manifestChars ? '' : bytes.toString('utf8', from, end);
}
