import {
  chmod,
  copyFile,
  lchown,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { copyIndex } from '../../git/index-file.ts';
import { type Repository, runGit } from './git.ts';
import { type Imported, importSnapshot } from './import.ts';
import type { TarEntry } from './read-tar.ts';

/** What is known of a workspace, written down beside its repository. */
export interface Snapshot extends Imported {
  /** The tree without submodules: what the working tree is compared with. */
  plainTree: string;
}

const factsFile = 'workspace.json';

/**
 * Every file is the very bytes that were sent, and is compared byte for byte, whatever attributes
 * say: this file counts before all others. https://git-scm.com/docs/gitattributes
 */
const attributes = '* -text !eol !crlf !ident !filter !working-tree-encoding !diff !merge\n';

/**
 * Makes a repository with one commit at `repository.git`, and lays it out at `repository.workTree`,
 * which nobody else may enter before it is whole. Neither is there yet.
 */
export async function layOut(
  repository: Repository & { workTree: string },
  entries: AsyncIterable<TarEntry>,
  message: string,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { git, path, workTree } = repository;
  await mkdir(git, { mode: 0o700 });
  await mkdir(workTree, { mode: 0o700 });
  const bare = { git, path };
  await runGit(bare, ['init', '--quiet', '--bare', '--template=', '-b', 'main'], { signal });
  await mkdir(join(git, 'info'), { recursive: true });
  await writeFile(join(git, 'info', 'attributes'), attributes);
  const made = await importSnapshot(bare, entries, message, signal);
  await runGit(repository, ['read-tree', '--reset', '-u', made.tree], { signal });
  await giveRepository(git, join(workTree, '.git'));
  const plainTree = await dropModules(repository, made, signal);
  const snapshot = { ...made, plainTree };
  await writeFile(join(git, factsFile), JSON.stringify(snapshot), { mode: 0o600 });
  return snapshot;
}

/**
 * The agent's own repository: it is never looked into again, for the agent may do to it what it likes.
 * Folders are made plainly, so that their group is that of the folder above: `cp` would set modes,
 * and the kernel take the group from what comes next.
 */
async function giveRepository(git: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(git, { recursive: true, withFileTypes: true })) {
    const path = relative(git, join(entry.parentPath, entry.name));
    if (path === factsFile || /^info(\/|$)/.test(path)) continue;
    if (entry.isDirectory()) await mkdir(join(to, path));
    else if (path === 'index') await copyIndex(join(git, path), join(to, path));
    else await copyFile(join(git, path), join(to, path));
  }
  const config = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n';
  await writeFile(join(to, 'config'), config);
}

/**
 * What the agent puts into the folder of a submodule must not be taken for it: git would start
 * itself in there, with whatever configuration it finds.
 */
async function dropModules(
  repository: Repository,
  { modules, tree }: Imported,
  signal: AbortSignal,
): Promise<string> {
  if (modules.length === 0) return tree;
  await runGit(repository, ['update-index', '--force-remove', '-z', '--stdin'], {
    signal,
    input: modules.map((name) => `${name}\0`).join(''),
  });
  return (await runGit(repository, ['write-tree'], { signal })).trim();
}

/** What was written down of a workspace; undefined where that cannot be read. */
export async function readSnapshot(git: string): Promise<Snapshot | undefined> {
  try {
    return JSON.parse(await readFile(join(git, factsFile), 'utf8')) as Snapshot;
  } catch {
    return undefined;
  }
}

/** The file whose time is that of the last use. */
export function factsOf(git: string): string {
  return join(git, factsFile);
}

/** Puts a folder in the place of another, which goes to `aside` first where it is there. */
export async function putInPlace(from: string, to: string, aside: string): Promise<void> {
  await rename(to, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(from, to);
}

/**
 * Lets the others of its group in: as whom OpenCode runs. That is the group of the folder above, which
 * Linux gives to what is made in it (inode(7), set-group-ID bit); where a file system does not, we do.
 */
export async function open(workTree: string): Promise<void> {
  const { gid } = await stat(dirname(workTree));
  const { gid: given } = await stat(join(workTree, '.git', 'config'));
  if (given !== gid) await giveGroup(Buffer.from(workTree), gid);
  await chmod(workTree, 0o770);
}

async function giveGroup(folder: Buffer, gid: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    await lchown(path, -1, gid);
    if (entry.isDirectory()) await giveGroup(path, gid);
  }
}

/**
 * Removes folders; false where something of them is left. The agent may have closed one of its own
 * to us: by then it stands where nobody looks.
 */
export async function removeAll(...paths: readonly string[]): Promise<boolean> {
  const gone = await Promise.all(
    paths.map((path) =>
      rm(path, { recursive: true, force: true, maxRetries: 2 }).then(
        () => true,
        () => false,
      ),
    ),
  );
  return gone.every(Boolean);
}
