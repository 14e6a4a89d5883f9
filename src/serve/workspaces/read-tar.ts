import type { Readable } from 'node:stream';

import { type Extract, type Header, extract } from 'tar-stream';

import { type Kind, type Names, collectNames } from './names.ts';

/** What one snapshot may hold. */
export interface TarLimits {
  /** Of the whole stream, headers included. */
  bytes: number;
  entries: number;
  /** Longest wait for the next piece of it. */
  silenceMs: number;
}

/** One file of a snapshot; `name` and a link's target have a character a byte. */
export type TarEntry =
  | {
      kind: 'file';
      name: string;
      isExecutable: boolean;
      bytes: number;
      content: AsyncIterable<Buffer>;
    }
  | { kind: 'link'; name: string; target: string }
  | { kind: 'module'; name: string; commit: string };

/** A snapshot that must not be laid out; its message is for whoever has sent it. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: 413 | 422;

  constructor(message: string, status: 413 | 422 = 422) {
    super(message);
    this.status = status;
  }
}

/** In a folder's header: the commit of a submodule, which is an empty folder to all others. */
const moduleRecord = 'MENTIONLOOP.gitlink';

/**
 * Reads a tar stream, ustar with the headers of pax and GNU, entry by entry, as fast as they are
 * taken. Throws `Refused` for what is no plain file, link or folder inside of the whole, for what is
 * there twice, and past the limits; links are judged once all of them are known. The source is left
 * as it is, unless nothing came of it for `silenceMs`.
 */
export async function* readTar(
  source: Readable,
  limits: TarLimits,
  count: (bytes: number) => void,
): AsyncGenerator<TarEntry> {
  const reader = extract(reading);
  const fed = feed(source, reader, limits, count);
  fed.catch((error: Error) => reader.destroy(error));
  const names = collectNames();
  let entries = 0;
  try {
    for await (const entry of reader) {
      entries += 1;
      if (entries > limits.entries)
        throw new Refused(`The snapshot holds more than ${limits.entries} files.`, 413);
      const read = readEntry(entry.header, contentOf(entry), names, limits);
      if (read !== undefined) yield read;
      entry.resume();
    }
    await fed;
  } catch (error) {
    throw isUnreadable(error) ? unreadable() : error;
  }
  const wayOut = names.findWayOut();
  if (wayOut !== undefined) throw new Refused(`${shown(wayOut)} leads out of its folder.`);
}

/** An entry's bytes; where the stream ends before them, so do they, for whoever reads them. */
async function* contentOf(entry: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  try {
    for await (const piece of entry) yield piece as Buffer;
  } catch (error) {
    throw isUnreadable(error) ? unreadable() : error;
  }
}

/** What the library says of a stream that it cannot read. */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && /header|unexpected end/i.test(error.message);
}

function unreadable(): Refused {
  return new Refused('The snapshot is no tar archive that can be read, or not a whole one.');
}

async function feed(
  source: Readable,
  reader: Extract,
  { bytes, silenceMs }: TarLimits,
  count: (bytes: number) => void,
): Promise<void> {
  let sum = 0;
  const pieces = source.iterator({ destroyOnReturn: false });
  for (;;) {
    const silent = setTimeout(() => source.destroy(new Error('The client is silent.')), silenceMs);
    const next = pieces.next().finally(() => clearTimeout(silent));
    const { done, value } = (await next) as IteratorResult<Buffer, undefined>;
    if (done === true || value === undefined) break;
    count(value.length);
    sum += value.length;
    if (sum > bytes) throw new Refused(`The snapshot is larger than ${bytes} bytes.`, 413);
    if (reader.destroyed) return;
    if (!reader.write(value)) await drained(reader);
  }
  reader.end(undefined);
}

interface Draining {
  destroyed: boolean;
  on(event: 'drain' | 'close', done: () => void): unknown;
  off(event: 'drain' | 'close', done: () => void): unknown;
}

/** Resolves when it takes more, or never will again. */
export function drained(sink: Draining): Promise<void> {
  if (sink.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      sink.off('drain', done);
      sink.off('close', done);
      resolve();
    };
    sink.on('drain', done);
    sink.on('close', done);
  });
}

/** Names are bytes: pax alone says that its own are UTF-8. */
const reading = { highWaterMark: 64 * 1024, filenameEncoding: 'latin1' };

/** What is to be made of an entry; undefined for a folder, which there is where there is a file in it. */
function readEntry(
  header: Header,
  content: AsyncIterable<Buffer>,
  names: Names,
  { bytes: most }: TarLimits,
): TarEntry | undefined {
  const { type, size, mode } = header;
  const pax = paxOf(header);
  const name = bytesOf(header.name, pax['path']);
  if (Object.keys(pax).some((key) => key.startsWith('GNU.sparse')))
    throw new Refused(`${shown(name)} is a sparse file.`);
  const add = (plain: string, kind: Kind): string => {
    const problem = names.add(plain, kind);
    if (problem !== undefined) throw new Refused(`${shown(plain)} ${problem}.`);
    return plain;
  };
  if (type === 'file') {
    if (size > most) throw new Refused(`${shown(name)} is larger than ${most} bytes.`, 413);
    const isExecutable = (mode & 0o100) !== 0;
    return { kind: 'file', name: add(name, 'file'), isExecutable, bytes: size, content };
  }
  if (type === 'symlink') {
    const target = bytesOf(header.linkname, pax['linkpath']);
    const problem = names.link(add(name, 'link'), target);
    if (problem !== undefined) throw new Refused(`${shown(name)} ${problem}.`);
    return { kind: 'link', name, target };
  }
  if (type !== 'directory') throw new Refused(`${shown(name)} is no plain file, link or folder.`);
  const plain = name.replace(/\/$/, '');
  const commit = pax[moduleRecord];
  if (commit === undefined) return void add(plain, 'folder');
  if (!/^([\da-f]{40}|[\da-f]{64})$/.test(commit))
    throw new Refused(`${shown(plain)} names no commit.`);
  return { kind: 'module', name: add(plain, 'module'), commit };
}

function paxOf({ pax }: Header): Readonly<Record<string, string>> {
  return typeof pax === 'object' && pax !== null ? (pax as Record<string, string>) : {};
}

/** A name as bytes, a character each; what pax gives was decoded as UTF-8 before. */
function bytesOf(plain: string | null, inPax: string | undefined): string {
  if (inPax === undefined || inPax === '') return plain ?? '';
  if (inPax.includes('\uFFFD')) throw new Refused(`${shown(inPax)} is no UTF-8, as pax has it.`);
  return Buffer.from(inPax, 'utf8').toString('latin1');
}

/** A name for a person, on one line and not too long. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 200)).replaceAll(/[^\x20-\x7e]/g, '?');
}
