import { copyFile, readdir, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * Copies the index of a checkout, so that its stat data spares reading files that have not changed;
 * nothing where there is none. The time goes with it: git reads a file again that is as young as its
 * index. https://git-scm.com/docs/racy-git
 */
export async function keepIndex(
  { folder, index }: { folder: string; index: string },
  to: string,
): Promise<void> {
  const shared = (await readdir(folder)).filter((name) => name.startsWith('sharedindex.'));
  for (const path of [index, ...shared.map((name) => join(folder, name))]) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true) continue;
    const copy = join(to, path === index ? 'index' : basename(path));
    await copyFile(path, copy);
    await utimes(copy, found.atime, found.mtime);
  }
}
