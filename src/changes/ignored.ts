import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecords, toInput } from './records.ts';
import type { Store } from './store.ts';

/**
 * What was ignored at the first snapshot, to be asked for each path later: a file that lay there
 * before, a secret or a dependency, is no work of the agent when it takes a line out of `.gitignore`.
 */
export async function readIgnored(
  store: Store,
  signal: AbortSignal,
): Promise<(path: string) => boolean> {
  const place = join(store.folder, 'ignored');
  const known = await readFile(place, 'latin1').catch(() => undefined);
  const paths = known?.split('\0') ?? (await listIgnored(store, signal));
  if (known === undefined) await writeFile(place, toInput(paths));
  const ignored = new Set(paths);
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
