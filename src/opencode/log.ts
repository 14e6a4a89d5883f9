import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { serverLogChars } from '../limits.ts';
import { createRedactor } from '../redact/redactor.ts';

/** Where a server of ours prints to, while it runs. */
export function logPathOf(temp: string, mark: string): string {
  return join(temp, `mention-loop-opencode-${mark}.log`);
}

/** The address that a server of ours says it listens on, which is on loopback. */
export function readAddress(output: string): string | undefined {
  return /listening on (http:\/\/127\.0\.0\.1:\d+)\b/.exec(output)?.[1];
}

/** The last `serverLogChars` of a file; empty where there is none. */
export function readTail(path: string): string {
  return readPiece(path, (size) => Math.max(0, size - serverLogChars));
}

/** The first `serverLogChars` of a file; empty where there is none. */
export function readHead(path: string): string {
  return readPiece(path, () => 0);
}

function readPiece(path: string, startOf: (size: number) => number): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, serverLogChars));
    readSync(file, bytes, 0, bytes.length, startOf(size));
    return bytes.toString('utf8');
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A server's output as a sentence for an error message, without colours and without these secrets. */
export function describeLog(output: string, secrets: Iterable<string>): string {
  const clean = createRedactor(secrets).redact(stripVTControlCharacters(output).trim());
  return clean === '' ? 'It printed nothing.' : `Its last output:\n${clean}`;
}
