import { mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAsKept, keepFile, type KeptFile, look, reopen, replaceFile, setAside } from './files.ts';

/** What git would run or obey in one of its folders, as it was before the agent. */
export interface KeptFolder {
  /** The folder of git. */
  folder: string;
  /** Whether there was a folder `hooks` in it. */
  hasHooks: boolean;
  hooks: KeptFile[];
  /** Links among the hooks, and where they led. */
  links: { name: string; target: string }[];
  /** Files of git's own that were not there, and change whose configuration counts where they are. */
  absent: string[];
}

/** With a file of these names, git takes its configuration from elsewhere, or from one file more. */
const redirecting = ['config.worktree', 'commondir', 'config'];

/** Git installs these; with that ending nothing is run. */
const isInert = (name: string): boolean => name.endsWith('.sample');

/** Keeps the hooks of one of git's folders. */
export function keepFolder(folder: string): KeptFolder {
  const place = join(folder, 'hooks');
  const names = namesIn(place);
  return {
    folder,
    hasHooks: look(place)?.isDirectory() === true,
    hooks: names.flatMap((name) => {
      const path = join(place, name);
      return look(path)?.isFile() === true ? (keepFile(path) ?? []) : [];
    }),
    links: names
      .filter((name) => look(join(place, name))?.isSymbolicLink())
      .map((name) => ({ name, target: readlinkSync(join(place, name)) })),
    absent: redirecting.filter((name) => look(join(folder, name)) === undefined),
  };
}

function namesIn(place: string): string[] {
  if (look(place)?.isDirectory() !== true) return [];
  return readdirSync(place).filter((name) => !isInert(name));
}

/**
 * Puts back the hooks as they were and names what was set aside for that: all that is new or changed.
 * What git runs is put back even where one part of it cannot be; that is thrown at the end.
 */
export function putFolderBack({ folder, hasHooks, hooks, links, absent }: KeptFolder): string[] {
  reopen(folder);
  const stats = look(folder);
  if (stats === undefined) return [];
  if (!stats.isDirectory()) {
    // A link or a file would lead git to another folder: better none.
    setAside(folder, dirname(folder));
    return [folder];
  }
  const aside: string[] = [];
  const away = (name: string): void => {
    setAside(join(folder, name), folder);
    aside.push(join(folder, name));
  };
  for (const name of absent) if (look(join(folder, name)) !== undefined) away(name);
  const place = join(folder, 'hooks');
  reopen(place);
  const isPlaced = look(place)?.isDirectory() === true;
  if (!isPlaced && look(place) !== undefined) away('hooks');
  if (!isPlaced && hasHooks) mkdirSync(place);
  const known = new Map(hooks.map((hook) => [hook.path, hook]));
  for (const name of namesIn(place)) {
    const path = join(place, name);
    const hook = known.get(path);
    const isSame =
      hook === undefined
        ? links.some((link) => link.name === name && link.target === linkAt(path))
        : isAsKept(hook);
    if (!isSame) away(join('hooks', name));
  }
  for (const hook of hooks) if (!isAsKept(hook)) replaceFile(hook);
  return aside;
}

function linkAt(path: string): string | undefined {
  return look(path)?.isSymbolicLink() === true ? readlinkSync(path) : undefined;
}
