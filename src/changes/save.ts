import { readFile } from 'node:fs/promises';
import { patchShownBytes } from '../limits/changes.ts';
import type { Redactor } from '../redact/redactor.ts';
import type { ChangeSet } from './change.ts';
import { writePatch } from './patch.ts';
import type { Store } from './store.ts';

/** A file with a patch. */
export interface Patch {
  path: string;
  bytes: number;
  /** Undefined where it is too long to be shown, or has a secret in it. */
  text: string | undefined;
  /** The text is the patch in base64: whoever copied it from a page would get another one. */
  isPacked: boolean;
  hasSecret: boolean;
}

/** Writes the changes as a patch to a new file. Throws `GitError`, and `Error` where it cannot be read. */
export async function savePatch(
  store: Store,
  changeSet: ChangeSet,
  { path, redactor }: { path: string; redactor: Redactor },
  signal: AbortSignal,
): Promise<Patch> {
  const bytes = await writePatch(store, changeSet, path, signal);
  const whole = { path, bytes, isPacked: false, hasSecret: false };
  if (bytes > patchShownBytes) return { ...whole, text: undefined };
  const content = await readFile(path);
  // What stood in the repository before is in the lines around a change as well.
  const said = content.toString('utf8');
  if (redactor.redact(said) !== said) return { ...whole, text: undefined, hasSecret: true };
  const text = toText(content);
  if (text !== undefined) return { ...whole, text };
  const packed = content.toString('base64').replaceAll(/.{76}/g, '$&\n');
  return { ...whole, text: packed.length > patchShownBytes ? undefined : packed, isPacked: true };
}

/** Other encodings, and control characters such as carriage returns, are lost in a page. */
function toText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return /[^\P{Cc}\t\n]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
