import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { look } from './files.ts';

/** How deep below the workspace a step may have put further checkouts (`path: one/two`). */
const checkoutDepth = 2;

/** How deep submodules lie in `modules`, their names having slashes, and each other's in them. */
const moduleDepth = 8;

/** Folders that are looked at; no checkout has so many of interest. */
const foldersMax = 5_000;

/**
 * The folders that git keeps a configuration and hooks in, for the checkouts in a workspace: their
 * own, those of their submodules and of their worktrees. Real paths; links are not followed.
 */
export function findGitFolders(workspace: string): string[] {
  const found = new Set<string>();
  const budget = { left: foldersMax };
  const visit = (folder: string, depth: number): void => {
    const own = gitFolderOf(join(folder, '.git'));
    if (own !== undefined) addWithin(own, moduleDepth, found, budget);
    if (depth === 0) return;
    for (const each of subfolders(folder, budget)) {
      if (!/^(\.git|node_modules)$/.test(each)) visit(join(folder, each), depth - 1);
    }
  };
  visit(workspace, checkoutDepth);
  return [...found];
}

/** A `.git` may be a file that says where the folder is, and that folder may share another's. */
function gitFolderOf(path: string): string | undefined {
  const stats = look(path);
  if (stats?.isDirectory()) return path;
  if (stats?.isFile() !== true || stats.size > 10_000) return undefined;
  const [, named] = /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8')) ?? [];
  if (named === undefined) return undefined;
  try {
    const folder = realpathSync(resolve(dirname(path), named.trim()));
    const common = join(folder, 'commondir');
    if (look(common)?.isFile() !== true) return folder;
    return realpathSync(resolve(folder, readFileSync(common, 'utf8').trim()));
  } catch {
    return undefined;
  }
}

interface Budget {
  left: number;
}

function addWithin(folder: string, depth: number, found: Set<string>, budget: Budget): void {
  if (found.has(folder)) return;
  if (look(join(folder, 'HEAD')) !== undefined) found.add(folder);
  if (depth === 0) return;
  for (const kind of ['modules', 'worktrees']) {
    if (found.has(folder)) addBelow(join(folder, kind), depth, found, budget);
  }
}

/** A submodule's name may have slashes in it: its folder lies deeper then. */
function addBelow(folder: string, depth: number, found: Set<string>, budget: Budget): void {
  for (const each of subfolders(folder, budget)) {
    const inner = join(folder, each);
    addWithin(inner, depth - 1, found, budget);
    if (!found.has(inner) && depth > 0) addBelow(inner, depth - 1, found, budget);
  }
}

function subfolders(folder: string, budget: Budget): string[] {
  if (budget.left <= 0) return [];
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    budget.left -= names.length;
    return names;
  } catch {
    return [];
  }
}
