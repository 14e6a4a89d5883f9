import type { Git, GitCall } from '../git/git.ts';

/**
 * What a git command prints with `-z`, cut at each NUL; of any length. Each character is one byte
 * (latin1), so that a file name goes back to git as it came, UTF-8 or not.
 */
export async function readRecords(
  git: Git,
  args: readonly string[],
  signal: AbortSignal,
  call: GitCall = {},
): Promise<string[]> {
  const pieces: Buffer[] = [];
  await git(args, signal, { ...call, onOutput: (piece) => pieces.push(piece) });
  const records = Buffer.concat(pieces).toString('latin1').split('\0');
  if (records.at(-1) === '') records.pop();
  return records;
}

/** Records as git reads them with `-z --stdin`. */
export function toInput(records: readonly string[]): Buffer {
  return Buffer.from(records.map((record) => `${record}\0`).join(''), 'latin1');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A name of `readRecords` as text; undefined where it is no UTF-8. */
export function toText(record: string): string | undefined {
  try {
    return utf8.decode(Buffer.from(record, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Text as the records of `readRecords` have it. */
export function toRecord(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** A name of `readRecords` for people: what is no UTF-8 in it is a replacement character. */
export function toDisplay(record: string): string {
  return Buffer.from(record, 'latin1').toString('utf8');
}
