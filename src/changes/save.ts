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
  /** Undefined where it is too long to be shown, has a secret in it, or would come out otherwise. */
  text: string | undefined;
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
  if (bytes > patchShownBytes) return { path, bytes, text: undefined, hasSecret: false };
  const text = toText(await readFile(path));
  // What stood in the repository before is in the lines around a change as well.
  const hasSecret = text !== undefined && redactor.redact(text) !== text;
  return { path, bytes, text: hasSecret ? undefined : text, hasSecret };
}

/** Other encodings, and line ends with a carriage return, are lost where it is copied from a page. */
function toText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\r') ? undefined : text;
  } catch {
    return undefined;
  }
}
