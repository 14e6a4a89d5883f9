import { type Dirent, readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { GitError } from '../git/git.ts';
import { recallIgnored } from './ignored.ts';
import { toDisplay } from './records.ts';
import type { Store } from './store.ts';

/** What git reads of a working tree by itself. */
const read = /^\.(gitignore|gitattributes|gitmodules|lfsconfig)$/i;

/**
 * Throws a `GitError` where git would wait for ever: a named pipe in the place of a file that it reads
 * by itself. Folders that were ignored at the first snapshot are not looked at, nor are links followed.
 */
export async function refuseTraps(store: Store): Promise<void> {
  const isIgnored = (await recallIgnored(store)) ?? (() => false);
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of entriesOf(store.workspace, folder)) {
      const path = folder + entry.name.toString('latin1');
      const name = path.slice(folder.length);
      if (entry.isDirectory() && name !== '.git' && !isIgnored(`${path}/`))
        waiting.push(`${path}/`);
      if (read.test(name) && !entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink())
        throw new GitError(`${toDisplay(path)} is no file`, undefined);
    }
  }
}

/** What cannot be opened, git cannot open either. */
function entriesOf(workspace: string, folder: string): Dirent<Buffer>[] {
  const place = Buffer.concat([Buffer.from(workspace + sep), Buffer.from(folder, 'latin1')]);
  try {
    return readdirSync(place, { withFileTypes: true, encoding: 'buffer' });
  } catch {
    return [];
  }
}
