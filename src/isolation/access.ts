import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type { Privileges } from './privilege.ts';

/** What others than its owner and group may do with a file (0 to 7), before and during the run. */
export interface ModeChange {
  path: string;
  before: number;
  during: number;
}

/** Where the agent must come to, and where it may not. Real paths. */
export interface Places {
  workspace: string;
  /** Whose the runner's files are. */
  owner: number;
  /** What stays of use to the agent beside the workspace: the tool cache. */
  open: readonly string[];
  /** Folders and files that are closed to it. */
  closed: readonly string[];
  /** The folder that the runner works in, where its layout is known; all else in it is closed too. */
  workRoot: string | undefined;
}

/** The runner's own name for its temporary folder, which lies in its work folder. */
const tempName = '_temp';

/** What an isolation needs to know of the step's environment. */
export interface Surroundings {
  workspace: string;
  temp: string;
  toolCache: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Files through which a step speaks to the runner, and what it was told. */
const commandFiles =
  'GITHUB_ENV GITHUB_PATH GITHUB_OUTPUT GITHUB_STATE GITHUB_STEP_SUMMARY GITHUB_EVENT_PATH';

/** Reads the places from a step's environment. Throws an `Error` where one is missing. */
export function readPlaces({ workspace, temp, toolCache, env }: Surroundings): Places {
  const root = realpathSync(temp);
  const files = commandFiles.split(' ').flatMap((name) => realOf(env[name] ?? '') ?? []);
  const around = files.map((file) => (isShared(dirname(file)) ? file : dirname(file)));
  const closed = [...new Set([root, ...around])];
  const real = realpathSync(workspace);
  const isAway = (path: string): boolean =>
    !isBelow(path, real) && !closed.some((folder) => folder === path || isBelow(path, folder));
  const cache = realOf(toolCache);
  const work = dirname(root);
  const isWork = basename(root) === tempName && work !== '/' && isBelow(real, work);
  return {
    workspace: real,
    owner: process.getuid?.() ?? 0,
    open: cache !== undefined && isAway(cache) ? [cache] : [],
    closed,
    workRoot: isWork ? work : undefined,
  };
}

/** Why the places cannot be kept apart, as half a sentence; undefined where they can. */
export function findOverlap({ workspace, closed }: Places): string | undefined {
  const inside = closed.find((path) => path === workspace || isBelow(path, workspace));
  return inside === undefined
    ? undefined
    : `the runner's own files lie in the workspace (${inside})`;
}

/**
 * What has to change for the agent to come to its workspace, and to nothing that is closed. A folder
 * on its way that is closed to others is opened for passing through alone, and everything else that
 * this would lay open is closed; so is what must be closed anyway. Links have no mode of their own.
 * Throws an `Error` where a folder cannot be listed.
 */
export function planAccess(places: Places): ModeChange[] {
  const changes = new Map<string, ModeChange>();
  const others = (path: string, during: number): void => {
    const found = lookAt(path);
    if (found === undefined || found.isSymbolicLink()) return;
    const before = found.mode & 7;
    if (before !== during) changes.set(path, { path, before, during });
  };
  const ways = waysOf(places);
  const targets = [places.workspace, ...places.open];
  const closeAllIn = (folder: string, isDue: (path: string) => boolean): void => {
    for (const path of entriesOf(folder)) {
      if (!ways.includes(path) && !targets.includes(path) && isDue(path)) others(path, 0);
    }
  };
  for (const path of places.closed) {
    // What everybody shares (`/tmp`, which act names as the temporary folder) stays open itself.
    if (isShared(path)) closeAllIn(path, (entry) => lookAt(entry)?.uid === places.owner);
    else if (!ways.includes(path)) others(path, 0);
  }
  const hidden = new Set<string>();
  for (const way of ways) {
    const isClosed = ((lookAt(way)?.mode ?? 0) & 1) === 0 || isKept(places, way);
    if (!isClosed && !hidden.has(dirname(way))) continue;
    hidden.add(way);
    others(way, 1);
    closeAllIn(way, () => true);
  }
  return [...changes.values()];
}

/** Whether a path is one that `planAccess` may name for these places. */
export function isPlanned(places: Places, path: string): boolean {
  const known = [...waysOf(places), ...places.closed];
  return known.includes(path) || known.includes(dirname(path));
}

/** Carries a plan out. Throws an `Error`. */
export async function setAccess(
  privileges: Privileges,
  changes: readonly ModeChange[],
): Promise<void> {
  await changeModes(
    privileges,
    changes.map(({ path, during }) => ({ path, others: during })),
  );
}

/** Puts back what is still as `setAccess` left it: the ways first, which lead to the rest. */
export async function restoreAccess(
  privileges: Privileges,
  changes: readonly ModeChange[],
): Promise<void> {
  const left = changes.filter(({ path, during }) => {
    const found = lookAt(path);
    return found !== undefined && !found.isSymbolicLink() && (found.mode & 7) === during;
  });
  const opened = left.filter(({ before, during }) => (during & ~before) !== 0);
  const closed = left.filter((change) => !opened.includes(change));
  for (const part of [opened, closed]) {
    await changeModes(
      privileges,
      part.map(({ path, before }) => ({ path, others: before })),
    );
  }
}

/** Paths in one call of `chmod`: far below what a command line holds. */
const pathsPerCall = 500;

async function changeModes(
  privileges: Privileges,
  changes: readonly { path: string; others: number }[],
): Promise<void> {
  for (const [others, same] of Map.groupBy(changes, (change) => change.others)) {
    const paths = same.map(({ path }) => path);
    const bits = ['r', 'w', 'x'].filter((_, at) => (others & (4 >> at)) !== 0).join('');
    for (let at = 0; at < paths.length; at += pathsPerCall) {
      const some = paths.slice(at, at + pathsPerCall);
      await privileges.run(['chmod', `o=${bits}`, '--', ...some]);
    }
  }
}

/** The folders above what the agent must come to, from the top. */
function waysOf({ workspace, open }: Places): string[] {
  const above = (path: string): string[] =>
    path === '/' ? [] : [...above(dirname(path)), dirname(path)];
  const all = new Set([workspace, ...open].flatMap(above));
  return [...all].toSorted((one, other) => one.length - other.length);
}

/** Whether a folder on the way is one that is closed but for the way. */
function isKept({ closed, workRoot }: Places, way: string): boolean {
  return way === workRoot || (closed.includes(way) && !isShared(way));
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** A folder in which everybody may write is nobody's to close. */
function isShared(path: string): boolean {
  const found = lookAt(path);
  return path === '/' || (found?.isDirectory() === true && (found.mode & 2) !== 0);
}

/** Throws where a folder cannot be listed: what is in it could not be closed. */
function entriesOf(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function realOf(path: string): string | undefined {
  try {
    return path === '' ? undefined : realpathSync(path);
  } catch {
    return undefined;
  }
}
