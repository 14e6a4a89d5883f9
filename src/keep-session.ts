import { join } from 'node:path';

import { type Entry, unpackEntry } from './cache/archive.ts';
import {
  databaseName,
  indexName,
  logName,
  removeDatabase,
  writeDatabase,
} from './cache/database.ts';
import { keptFolder, openKept, sealKept } from './cache/kept.ts';
import { keyOf } from './cache/key.ts';
import { createSeal, type Seal } from './cache/seal.ts';
import { type CachePlace, fetchEntry } from './cache/service.ts';
import type { Continuing } from './continuing.ts';
import type { Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import { type Inputs, readCache } from './inputs.ts';
import type { Isolation } from './isolation/isolation.ts';
import { cacheEntryBytes, databaseBytes } from './limits/cache.ts';
import type { Server } from './opencode/server.ts';
import { logInfo, logWarning } from './outputs.ts';

/** Keeps OpenCode's database from run to run: where a server of ours begins, and ends. */
export interface Keeping {
  /** What the answer must name for a later run to take up this one's database. */
  seal: string;
  /**
   * Starts a server with what a former run left, if that can be had, and leaves its own to `post` when
   * `servers` end. Throws what `start` throws.
   */
  start(
    place: { isolation: Isolation | undefined; servers: AsyncDisposableStack },
    start: (env: Record<string, string>) => Promise<Server>,
  ): Promise<Server>;
  /** Says which session is at work in it; the last one counts. */
  note(sessionId: string, version: string): void;
}

/**
 * Begins to fetch what a former run left, beside everything else; undefined where nothing is kept. What
 * goes wrong with it is `continuing.restoreNote`, and no failure of the run. Never rejects.
 */
export async function openKeeping(
  desk: Desk,
  { session }: Inputs,
  continuing: Continuing,
  signal: AbortSignal,
): Promise<Keeping | undefined> {
  if (!continuing.isKept || session.mode === 'new') return undefined;
  const place = readCache(desk.context.env);
  if ('missing' in place) return none(continuing, place.missing);
  const folder = keptFolder(desk.context.temp, desk.invocationId);
  try {
    openKept(folder);
    const fetching = fetchFormer(desk, continuing, place, signal);
    fetching.catch(() => undefined);
    const seal = await createSeal();
    return keeping({ desk, continuing, folder, seal, fetching, current: undefined, signal });
  } catch (thrown) {
    return none(continuing, messageOf(thrown));
  }
}

function none(continuing: Continuing, why: string): undefined {
  continuing.restoreNote = why;
  logInfo(`This session is not kept for the next mention: ${why}.`);
}

/** What keeping a database takes. */
interface Setting {
  desk: Desk;
  continuing: Continuing;
  /** Of ours, where `post` finds it. */
  folder: string;
  seal: Seal;
  fetching: Promise<Entry | undefined>;
  /** The session that is at work, once there is one. */
  current: { sessionId: string; version: string } | undefined;
  signal: AbortSignal;
}

function keeping(setting: Setting): Keeping {
  const { desk, folder, seal, fetching } = setting;
  return {
    seal: seal.publicKey,
    start: async ({ isolation, servers }, start) => {
      const restored = await fetching;
      const path = join(isolation?.account.home ?? folder, databaseName);
      // Done after the server has ended, and before the home is removed that it lies in.
      servers.defer(() => take(setting, isolation));
      const own = (): Promise<Server> => start({ OPENCODE_DB: path });
      if (restored === undefined) return await own();
      const server = await startRestored(setting, isolation, restored, own);
      desk.conversation.isCacheHit = server !== undefined;
      return server ?? (await own());
    },
    note: (sessionId, version) => {
      setting.current = { sessionId, version };
    },
  };
}

/** Throws the signal's reason only; the service and the transfer have bounds of their own. */
async function fetchFormer(
  { trigger }: Desk,
  continuing: Continuing,
  place: CachePlace,
  signal: AbortSignal,
): Promise<Entry | undefined> {
  const { thread } = trigger;
  const former = await continuing.former;
  if ('why' in former || thread === undefined) return undefined;
  const { sessionId, level, version, run, seal } = former.memory;
  const miss = (why: string): undefined => {
    signal.throwIfAborted();
    continuing.restoreNote = why;
  };
  if (seal === undefined) return miss('it was not kept');
  if (!place.mayRead) return miss('this run may not read the cache');
  try {
    const key = keyOf({ thread, level, version, runId: run.id, seal });
    const packed = await fetchEntry(place, key, cacheEntryBytes, signal);
    if (packed === undefined) return miss('the cache has none of it for this run');
    const entry = await unpackEntry(packed, seal);
    const isIts = entry.manifest.sessionId === sessionId && entry.manifest.level === level;
    return isIts ? entry : miss('the cache has another in its place');
  } catch (thrown) {
    return miss(messageOf(thrown));
  }
}

/**
 * Undefined where OpenCode does not start with it, or is of another version than the one that wrote
 * it: what a migration makes of it is nobody's promise. Nothing of it is left then.
 */
async function startRestored(
  { continuing, folder, signal }: Setting,
  isolation: Isolation | undefined,
  restored: Entry,
  start: () => Promise<Server>,
): Promise<Server | undefined> {
  const { manifest } = restored;
  let why = 'OpenCode does not start with it';
  try {
    await writeDatabase(folder, restored);
    if (isolation !== undefined) {
      await isolation.files.bringIn([databaseName, logName].map((name) => join(folder, name)));
      await removeDatabase(folder);
    }
    const server = await start();
    if (server.version === manifest.version) return server;
    await server[Symbol.asyncDispose]();
    why = `OpenCode ${manifest.version} wrote it, and this is another one`;
  } catch (thrown) {
    signal.throwIfAborted();
    logInfo(`OpenCode is started without the former session: ${messageOf(thrown)}`);
  }
  await isolation?.files.remove([databaseName, logName, indexName]);
  await removeDatabase(folder);
  continuing.restoreNote = why;
  return undefined;
}

/** What was written is taken out of the agent's home, and sealed: it must have ended. Never rejects. */
async function take(setting: Setting, isolation: Isolation | undefined): Promise<void> {
  const { desk, continuing, folder, seal, current } = setting;
  const { repository, thread } = desk.trigger;
  if (current === undefined || thread === undefined) return;
  try {
    await isolation?.files.takeOut({
      names: [databaseName, logName],
      to: folder,
      bytes: databaseBytes,
    });
    const facts = {
      repository: `${repository.owner}/${repository.name}`,
      thread: { kind: thread.kind, number: thread.number },
      level: await continuing.level,
      ...current,
      runId: desk.context.runId,
    };
    await sealKept(folder, facts, seal, new Date());
  } catch (thrown) {
    logWarning(`The session is not kept for the next mention: ${messageOf(thrown)}.`);
  }
}
