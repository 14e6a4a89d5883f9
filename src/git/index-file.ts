import { copyFile, stat, utimes } from 'node:fs/promises';

/**
 * Copies the index of a checkout, so that its stat data spares reading files that have not changed;
 * nothing where there is none. The time goes with it: git reads a file again that is as young as its
 * index. https://git-scm.com/docs/racy-git
 */
export async function copyIndex(from: string, to: string): Promise<void> {
  const found = await stat(from).catch(() => undefined);
  if (found?.isFile() !== true) return;
  await copyFile(from, to);
  await utimes(to, found.atime, found.mtime);
}
