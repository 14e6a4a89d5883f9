import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while no other process of this machine runs its own under the same `path`.
 * The lock is a folder that holds its owner's process id from the first moment (it is renamed into
 * place), and it goes as it came. One whose owner died is taken away by whoever can rename it: should
 * two do that at the same instant, both may run, so `work` must stand that.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const own = `${path}.${crypto.randomUUID()}`;
  await mkdir(own, { recursive: true });
  await writeFile(`${own}/pid`, String(process.pid));
  while (!(await moved(own, path))) {
    if (await isAbandoned(path)) await takeAway(path);
    else await sleep(100);
  }
  try {
    return await work();
  } finally {
    await takeAway(path);
  }
}

/** Renamed before it is emptied: a folder without its owner's id is never seen under the lock's name. */
async function takeAway(path: string): Promise<void> {
  const old = `${path}.${crypto.randomUUID()}`;
  if (await moved(path, old)) await rm(old, { recursive: true, force: true });
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    // Windows says EPERM or EACCES where others say that the folder is there and not empty.
    if (/^(ENOTEMPTY|EEXIST|EPERM|EACCES|ENOENT)$/.test(codeOf(error))) return false;
    throw error;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const pid = Number(await readFile(`${path}/pid`, 'utf8').catch(() => 'gone'));
  if (Number.isNaN(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** Not by `instanceof`: under jest, Node's own errors are of another realm's `Error`. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
