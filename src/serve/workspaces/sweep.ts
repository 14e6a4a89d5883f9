import { randomBytes } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { factsOf, readSnapshot, removeAll } from './lay-out.ts';
import type { Held } from './ledger.ts';

/** What tokens' folders are named with; made on first use. */
export async function readSecret(state: string): Promise<Buffer> {
  const path = join(state, 'secret');
  await writeFile(path, randomBytes(32), { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return await readFile(path);
}

/** Those workspaces that are whole; the rest is removed, as far as that can be done. */
export async function sweep({
  directory,
  state,
}: {
  directory: string;
  state: string;
}): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  for (const [base, isState] of [
    [state, true],
    [directory, false],
  ] as const) {
    for (const folder of await foldersIn(base, ownFolder)) {
      for (const key of await foldersIn(join(base, folder), ownKey)) {
        const name = join(folder, key);
        const known =
          key.startsWith('.') || !isState ? undefined : await readHeld(join(state, name));
        if (known !== undefined) held.set(name, known);
        else if (isState || !held.has(name)) await removeAll(join(base, name));
      }
    }
  }
  return held;
}

/** What is named otherwise is not ours to remove. */
const ownFolder = /^[\da-f]{16}$/;
const ownKey = /^(\.(patch-\w+|[\da-f-]{36})|[a-z\d][a-z\d-]*)$/;

async function foldersIn(path: string, shape: RegExp): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.flatMap((each) =>
    each.isDirectory() && shape.test(each.name) ? [each.name] : [],
  );
}

async function readHeld(git: string): Promise<Held | undefined> {
  const snapshot = await readSnapshot(git);
  if (snapshot === undefined) return undefined;
  const { mtimeMs } = await stat(factsOf(git));
  return { bytes: snapshot.bytes, usedAt: mtimeMs, open: 0, isLocked: false };
}
