import { join } from 'node:path';

import { unpackEntry } from './cache/archive.ts';
import {
  databaseName,
  indexName,
  logName,
  removeDatabase,
  writeDatabase,
} from './cache/database.ts';
import { keptFolder, noteFacts, openKept, sealKept } from './cache/kept.ts';
import { keyOf } from './cache/key.ts';
import type { Database, EntryFacts, Manifest } from './cache/manifest.ts';
import { createSeal, type Seal } from './cache/seal.ts';
import { type CachePlace, fetchEntry } from './cache/service.ts';
import type { Continuing } from './continuing.ts';
import type { Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import { readCache } from './inputs.ts';
import type { Isolation } from './isolation/isolation.ts';
import { cacheEntryBytes, databaseBytes } from './limits/cache.ts';
import type { Server } from './opencode/server.ts';
import { logInfo, logWarning } from './outputs.ts';
import type { Memory } from './session/memory.ts';

/** Keeps OpenCode's database from run to run: where a server of ours begins, and ends. */
export interface Keeping {
  /** What the answer must name for a later run to take up this one's database. */
  seal: string;
  /**
   * Starts a server with what a former run left, if that is there by then, and leaves its own to
   * `post` when `servers` end. `start` throws as `startLocal` does.
   */
  start(
    place: { isolation: Isolation | undefined; servers: AsyncDisposableStack },
    start: (env: Record<string, string>) => Promise<Server>,
  ): Promise<Server>;
  /** Says whose the database is, once there is a session. Never rejects. */
  note(sessionId: string, version: string): Promise<void>;
}

/** What a former run left. */
interface Restored extends Database {
  manifest: Manifest;
}

/**
 * Begins to fetch what a former run left, beside everything else; undefined where nothing is kept.
 * Whatever goes wrong with it is `continuing.restoreNote`, and no failure of the run. Throws the
 * signal's reason.
 */
export async function openKeeping(desk: Desk, signal: AbortSignal): Promise<Keeping | undefined> {
  const { continuing } = desk;
  if (continuing === undefined || desk.trigger.thread === undefined) return undefined;
  const place = readCache(desk.context.env);
  if ('missing' in place) {
    continuing.restoreNote = `No session is kept, for ${place.missing}.`;
    return undefined;
  }
  const folder = keptFolder(desk.context.temp, desk.invocationId);
  try {
    openKept(folder);
    const seal = await createSeal();
    const fetching = fetchFormer(desk, continuing, place, signal);
    fetching.catch(() => undefined);
    return keeping({ desk, continuing, folder, seal, fetching, signal });
  } catch (thrown) {
    continuing.restoreNote = `No session is kept: ${messageOf(thrown)}.`;
    return undefined;
  }
}

/** What keeping a database takes. */
interface Setting {
  desk: Desk;
  continuing: Continuing;
  /** Of ours, where `post` finds it. */
  folder: string;
  seal: Seal;
  fetching: Promise<Restored | undefined>;
  signal: AbortSignal;
}

function keeping(setting: Setting): Keeping {
  const { desk, continuing, folder, seal, fetching } = setting;
  return {
    seal: seal.publicKey,
    start: async ({ isolation, servers }, start) => {
      const restored = await fetching;
      const path = join(isolation?.account.home ?? folder, databaseName);
      // Given back before the isolation is, in whose home it lies, and after the server.
      servers.defer(() => take(setting, isolation));
      const own = (): Promise<Server> => start({ OPENCODE_DB: path });
      if (restored === undefined) return await own();
      const server = await startRestored(setting, isolation, restored, own);
      continuing.isCacheHit = server !== undefined;
      return server ?? (await own());
    },
    note: async (sessionId, version) => {
      const { thread, repository } = desk.trigger;
      if (thread === undefined) return;
      const level = await continuing.level.catch(() => undefined);
      if (level === undefined) return;
      const facts: EntryFacts = {
        repository: `${repository.owner}/${repository.name}`,
        thread: { kind: thread.kind, number: thread.number },
        level,
        version,
        sessionId,
        runId: desk.context.runId,
      };
      await unlessBroken(() => noteFacts(folder, facts, seal));
    },
  };
}

/** Never rejects but with the signal's reason; the service and the transfer have bounds of their own. */
async function fetchFormer(
  { trigger }: Desk,
  continuing: Continuing,
  place: CachePlace,
  signal: AbortSignal,
): Promise<Restored | undefined> {
  const { thread } = trigger;
  const former = await continuing.former;
  if ('why' in former || thread === undefined) return undefined;
  const { memory } = former;
  const miss = (why: string): undefined => {
    signal.throwIfAborted();
    continuing.restoreNote = `The session of ${nameOf(memory)} could not be taken up: ${why}.`;
    logInfo(continuing.restoreNote);
  };
  const seal = memory.seal ?? '';
  if (seal === '') return miss('it was not kept');
  if (!place.mayRead) return miss('this run may not read the cache');
  try {
    const { level, version, run } = memory;
    const key = keyOf({ thread, level, version, runId: run.id, seal });
    const packed = await fetchEntry(place, key, cacheEntryBytes, signal);
    if (packed === undefined) return miss('the cache has it no more, or not for this branch');
    const entry = await unpackEntry(packed, seal);
    const isIts = entry.manifest.sessionId === memory.sessionId && entry.manifest.level === level;
    return isIts ? entry : miss('the cache has another one in its place');
  } catch (thrown) {
    return miss(messageOf(thrown));
  }
}

function nameOf({ run }: Memory): string {
  return `run ${run.id}`;
}

/**
 * Undefined where OpenCode does not start with it, or is of another version than the one that wrote
 * it: what a migration makes of it is nobody's promise. Nothing of it is left then.
 */
async function startRestored(
  { continuing, folder, signal }: Setting,
  isolation: Isolation | undefined,
  restored: Restored,
  start: () => Promise<Server>,
): Promise<Server | undefined> {
  const { manifest } = restored;
  let why: string;
  try {
    await writeDatabase(folder, restored);
    if (isolation !== undefined) {
      await isolation.bringIn([databaseName, logName].map((name) => join(folder, name)));
      await removeDatabase(folder);
    }
    const server = await start();
    if (server.version === manifest.version) return server;
    await server[Symbol.asyncDispose]();
    why = `OpenCode ${manifest.version} wrote it, and this is ${server.version}`;
  } catch {
    signal.throwIfAborted();
    why = 'OpenCode does not start with it';
  }
  await remove(folder, isolation);
  continuing.restoreNote = `The session of run ${manifest.runId} could not be taken up: ${why}.`;
  logWarning(continuing.restoreNote);
  return undefined;
}

async function remove(folder: string, isolation: Isolation | undefined): Promise<void> {
  await isolation?.remove([databaseName, logName, indexName]);
  await removeDatabase(folder);
}

/** Everything of the agent has ended: what it wrote is taken out of its home, and sealed. */
async function take({ folder }: Setting, isolation: Isolation | undefined): Promise<void> {
  await unlessBroken(async () => {
    await isolation?.takeOut({ names: [databaseName, logName], to: folder, bytes: databaseBytes });
    await sealKept(folder, new Date());
  });
}

async function unlessBroken(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    logWarning(`The session is not kept: ${messageOf(thrown)}.`);
  }
}
