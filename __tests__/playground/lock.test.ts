import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { withLock } from '../../playground/lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** How many were inside at the same time, at most, of `count` that wanted to be. */
async function crowd(count: number): Promise<number> {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: count }, () => withLock(join(folder, 'lock'), work)));
  return most;
}

test('one works at a time, and nothing is left behind', async () => {
  expect(await crowd(8)).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('a lock whose owner died is taken away', async () => {
  await mkdir(join(folder, 'lock'));
  // Larger than any process id that Linux, macOS or Windows gives.
  await writeFile(join(folder, 'lock', 'pid'), String(2 ** 30));
  expect(await crowd(1)).toBe(1);
});

test('the lock is given back when the work fails', async () => {
  const lock = join(folder, 'lock');
  const failing = withLock(lock, () => Promise.reject(new Error('no room')));
  await expect(failing).rejects.toThrow('no room');
  expect(await crowd(1)).toBe(1);
});
