import { createHmac, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { isInside } from '../options.ts';
import type { Token } from '../tokens.ts';
import {
  type Snapshot,
  factsOf,
  layOut,
  open,
  putInPlace,
  readSnapshot,
  removeAll,
} from './lay-out.ts';
import { type Held, type Quota, chooseLeaving, noteUse } from './ledger.ts';
import { writePatch } from './patch.ts';
import { type TarLimits, readTar } from './read-tar.ts';
import { readSecret, sweep } from './sweep.ts';

/** What workspaces are kept with. */
export interface StoreOptions {
  /** Where they are laid out; resolved. */
  directory: string;
  /** Where their repositories are: nobody's but ours. */
  state: string;
  /** `PATH`, to find git. */
  path: string;
  limits: TarLimits;
  quota: Quota;
  /** Whether a session is at work in a directory. */
  isAtWork: (directory: string) => boolean;
  /** Has OpenCode forget what it knows of a directory that is about to be another. */
  forget: (directory: string) => Promise<void>;
}

/** A workspace as it is answered. */
export interface Laid extends Snapshot {
  directory: string;
}

/** Why there is none: it is in use, or all that there is room for are. */
export type Unavailable = 'in-use' | 'full';

/** The workspaces of all tokens. */
export interface Workspaces {
  limits: TarLimits;
  /** The folder that holds all of a token's, and nobody else's. */
  folderOf(token: Token): string;
  /** Counts as a use of the workspace that a directory is in, until what is given back is called. */
  use(directory: string): () => void;
  /** Lays a snapshot out, in place of what was there by that key. Throws `Refused`. */
  put(
    token: Token,
    key: string,
    snapshot: { source: Readable; count: (bytes: number) => void },
    signal: AbortSignal,
  ): Promise<Laid | Unavailable>;
  /** The patch of what was changed since, to be read before `dispose`; undefined: there is no such workspace. */
  patch(token: Token, key: string, signal: AbortSignal): Promise<Patch | Unavailable | undefined>;
  /** False: there was none. */
  remove(token: Token, key: string): Promise<boolean | Unavailable>;
}

/** A patch in a file. */
export interface Patch extends AsyncDisposable {
  path: string;
  bytes: number;
  /** The tree that it is against, as the snapshot's sender knows it. */
  tree: string;
}

interface Store extends StoreOptions {
  secret: Buffer;
  /** By `TOKEN/KEY`. */
  held: Map<string, Held>;
}

/** Opens the folders as an earlier process left them; what it did not finish is removed. */
export async function openWorkspaces(options: StoreOptions): Promise<Workspaces> {
  await mkdir(options.state, { recursive: true, mode: 0o700 });
  const store = { ...options, secret: await readSecret(options.state), held: await sweep(options) };
  const nameOf = (token: Token, key: string): string => join(folderName(store, token), key);
  return {
    limits: options.limits,
    folderOf: (token) => join(options.directory, folderName(store, token)),
    use: (directory) => use(store, directory),
    put: (token, key, snapshot, signal) => put(store, nameOf(token, key), snapshot, signal),
    patch: (token, key, signal) => patch(store, nameOf(token, key), signal),
    remove: (token, key) => remove(store, nameOf(token, key)),
  };
}

/** A name that tells nothing of the token: the agent sees it. */
function folderName({ secret }: Store, { digest }: Token): string {
  return createHmac('sha256', secret).update(digest).digest('hex').slice(0, 16);
}

function use(store: Store, directory: string): () => void {
  const [folder, key] = directory.slice(store.directory.length + 1).split('/');
  const name = isInside(store.directory, directory) && key !== undefined ? `${folder}/${key}` : '';
  const held = store.held.get(name);
  if (held === undefined) return () => {};
  held.open += 1;
  touch(store, name, held);
  return () => {
    held.open -= 1;
    touch(store, name, held);
  };
}

function touch({ state }: Store, name: string, held: Held): void {
  const now = new Date();
  if (noteUse(held, now.getTime())) utimes(factsOf(join(state, name)), now, now).catch(() => {});
}

/** Runs what must not run twice at once for a workspace; `in-use` where something does already. */
async function alone<Result>(
  { held }: Store,
  name: string,
  work: (before: Held | undefined) => Promise<Result>,
): Promise<Result | Unavailable> {
  const before = held.get(name);
  if (before?.isLocked === true) return 'in-use';
  const lock = before ?? { bytes: 0, usedAt: Date.now(), open: 0, isLocked: true };
  lock.isLocked = true;
  held.set(name, lock);
  try {
    return await work(before);
  } finally {
    lock.isLocked = false;
    if (before === undefined && held.get(name) === lock) held.delete(name);
  }
}

async function put(
  store: Store,
  name: string,
  { source, count }: { source: Readable; count: (bytes: number) => void },
  signal: AbortSignal,
): Promise<Laid | Unavailable> {
  const { directory, state, path, limits } = store;
  const place = join(directory, name);
  return await alone(store, name, async (before) => {
    if (store.isAtWork(place)) return 'in-use';
    if (!(await makeRoom(store, { name, bytes: 0 }))) return 'full';
    const [git, workTree] = [beside(join(state, name)), beside(place)];
    const leavings = [git, workTree];
    try {
      await mkdir(join(git, '..'), { recursive: true, mode: 0o700 });
      await mkdir(join(workTree, '..'), { recursive: true, mode: 0o750 });
      const entries = readTar(source, limits, count);
      const made = await layOut({ git, path, workTree }, entries, `Snapshot ${name}`, signal);
      if (!(await makeRoom(store, { name, bytes: made.bytes }))) return 'full';
      if (before !== undefined) await store.forget(place);
      // One may have begun there while the snapshot came.
      if (store.isAtWork(place)) return 'in-use';
      const [oldGit, oldTree] = [beside(join(state, name)), beside(place)];
      leavings.push(oldGit, oldTree);
      // Without its repository a workspace is none: one that is half replaced is removed at the start.
      await putInPlace(git, join(state, name), oldGit);
      await open(workTree);
      await putInPlace(workTree, place, oldTree);
      store.held.set(name, { bytes: made.bytes, usedAt: Date.now(), open: 0, isLocked: false });
      return { ...made, directory: place };
    } finally {
      await removeAll(...leavings);
    }
  });
}

/** A name in the same folder that no key has. */
function beside(path: string): string {
  return join(path, '..', `.${randomUUID()}`);
}

/** Chosen anew each time: by the time that one is gone, a session may have begun in the next. */
async function makeRoom(store: Store, coming: { name: string; bytes: number }): Promise<boolean> {
  const isAtWork = (name: string): boolean => store.isAtWork(join(store.directory, name));
  for (;;) {
    const leaving = chooseLeaving(store.held, coming, store.quota, isAtWork, Date.now());
    const [name] = leaving ?? [];
    if (name === undefined) return leaving !== undefined;
    await discard(store, name);
  }
}

async function remove(store: Store, name: string): Promise<boolean | Unavailable> {
  if (!store.held.has(name)) return false;
  return await alone(store, name, async () => {
    if (store.isAtWork(join(store.directory, name))) return 'in-use';
    await discard(store, name);
    return true;
  });
}

/** In use until it stands aside: another that is laid out by its name must not go with it. */
async function discard({ directory, state, held, forget }: Store, name: string): Promise<void> {
  const leaving = held.get(name);
  if (leaving !== undefined) leaving.isLocked = true;
  await forget(join(directory, name));
  // First its repository: what is left without one is removed at the start.
  const paths = [join(state, name), join(directory, name)];
  const asides = paths.map(beside);
  for (const [at, path] of paths.entries()) await rename(path, asides[at] ?? '').catch(() => {});
  held.delete(name);
  await removeAll(...asides);
}

async function patch(
  store: Store,
  name: string,
  signal: AbortSignal,
): Promise<Patch | Unavailable | undefined> {
  const { directory, state, path, limits } = store;
  const held = store.held.get(name);
  const snapshot = held === undefined ? undefined : await readSnapshot(join(state, name));
  if (held === undefined || snapshot === undefined) return undefined;
  return await alone(store, name, async () => {
    const folder = await mkdtemp(join(state, name, '..', '.patch-'));
    const dispose = async (): Promise<void> => void (await removeAll(folder));
    try {
      const repository = { git: join(state, name), path, workTree: join(directory, name) };
      const options = { repository, snapshot, folder, maxBytes: limits.bytes, signal };
      const made = await writePatch(options);
      touch(store, name, held);
      return { ...made, tree: snapshot.tree, [Symbol.asyncDispose]: dispose };
    } catch (error) {
      await dispose();
      throw error;
    }
  });
}
