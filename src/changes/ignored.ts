import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecords, toInput } from './records.ts';
import type { Store } from './store.ts';

/** Whether a path, as a record, is one of a list or in a folder of it; a folder has a slash behind it. */
export type IsIgnored = (path: string) => boolean;

/**
 * What was ignored at the first snapshot, to be asked for each path later: a file that lay there
 * before, a secret or a dependency, is no work of the agent when it takes a line out of `.gitignore`.
 */
export async function readIgnored(store: Store, signal: AbortSignal): Promise<IsIgnored> {
  const known = await recallIgnored(store);
  if (known !== undefined) return known;
  const paths = await listIgnored(store, signal);
  await writeFile(placeOf(store), toInput(paths));
  return isIn(paths);
}

/** The same without asking git: undefined before the first snapshot. */
export async function recallIgnored(store: Store): Promise<IsIgnored | undefined> {
  const known = await readFile(placeOf(store), 'latin1').catch(() => undefined);
  return known === undefined ? undefined : isIn(known.split('\0'));
}

function placeOf({ folder }: Store): string {
  return join(folder, 'ignored');
}

function isIn(paths: readonly string[]): IsIgnored {
  const ignored = new Set(paths.filter((path) => path !== ''));
  return (path) => {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
      if (ignored.has(path.slice(0, end + 1))) return true;
    return ignored.has(path);
  };
}

/** A folder that is ignored as a whole is one entry, with a slash behind it. */
async function listIgnored({ git }: Store, signal: AbortSignal): Promise<string[]> {
  const asked = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  return await readRecords(git, asked, signal);
}
