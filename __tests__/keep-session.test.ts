import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { type CacheServer, startCache } from '../playground/cache.ts';
import { commentEvent } from '../playground/events.ts';
import { type GitHubEmulator, startGitHub } from '../playground/github/emulator.ts';
import { packEntry } from '../src/cache/archive.ts';
import { keyOf } from '../src/cache/key.ts';
import { type EntryFacts, sealManifest } from '../src/cache/manifest.ts';
import { createSeal } from '../src/cache/seal.ts';
import type { Continuing } from '../src/continuing.ts';
import type { Desk } from '../src/desk.ts';
import { readInputs } from '../src/inputs.ts';
import { openKeeping } from '../src/keep-session.ts';
import type { Server } from '../src/opencode/server.ts';
import { logged, openDeskFor } from './desk.ts';

const left = 'what the former run left';
const version = '1.18.33';
const [sessionId, level, runId] = ['ses_one', 'write', '8000000001'];

let github: GitHubEmulator;
let cache: CacheServer;
let temp: string;
let desk: Desk;
let run: AbortController;
beforeEach(async () => {
  github = await startGitHub();
  cache = await startCache();
  temp = await mkdtemp(join(tmpdir(), 'keeping-'));
  run = new AbortController();
  const event = commentEvent(github.state);
  desk = await openDeskFor({ github, event, temp, env: cache.env });
});
afterEach(async () => {
  await desk.journal[Symbol.asyncDispose]();
  await cache[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
  await rm(temp, { recursive: true, force: true });
});

/** A former run whose entry is in the cache, and says this of itself where it is another's. */
async function openFormer(said: Partial<EntryFacts> = {}): Promise<Continuing> {
  const { thread } = desk.trigger;
  if (thread === undefined) throw new Error('There is no thread.');
  const seal = await createSeal();
  const facts = { repository: 'octo-org/hello-world', level, version, sessionId, runId, ...said };
  const files = { database: Buffer.from(left), log: Buffer.from('its log') };
  const about = { ...facts, thread: { kind: thread.kind, number: thread.number } };
  const manifest = sealManifest(about, files, seal.privateKey, new Date());
  const key = keyOf({ thread, level, version, runId, seal: seal.publicKey });
  cache.entries.set(key, await packEntry(manifest, files));
  const others = { server: 'local', run: { id: runId, url: '' }, at: '2026-01-02T00:00:00.000Z' };
  const memory = { sessionId, version, level, seal: seal.publicKey, ...others };
  return {
    isKept: true,
    level: Promise.resolve(level),
    former: Promise.resolve({ memory, answer: { kind: 'issue', id: 1 } }),
    restoreNote: '',
  };
}

interface Started {
  /** What lay there, at each start: the database's text, and the names of all files. */
  found: { database: string | undefined; names: string[] }[];
  /** How many servers were ended. */
  ended: number;
  continuing: Continuing;
}

/** Starts a server that is of some version, or that throws. */
async function start(
  continuing: Continuing,
  serve: (database: string | undefined) => string,
): Promise<Started> {
  const started: Started = { found: [], ended: 0, continuing };
  const wanted = readInputs(desk.context.env);
  const keeping = await openKeeping(desk, wanted, continuing, run.signal);
  if (keeping === undefined) throw new Error(continuing.restoreNote);
  const servers = new AsyncDisposableStack();
  const startServer = (env: Record<string, string>): Promise<Server> => {
    const { OPENCODE_DB: path = '' } = env;
    const database = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    started.found.push({ database, names: readdirSync(dirname(path)) });
    const end = (): Promise<void> => Promise.resolve(void (started.ended += 1));
    const place = { url: '', headers: {}, directory: temp, pid: 1 };
    return Promise.resolve({ ...place, version: serve(database), [Symbol.asyncDispose]: end });
  };
  try {
    await logged(async () => {
      await keeping.start({ isolation: undefined, servers }, startServer);
    });
  } finally {
    await servers.disposeAsync();
  }
  return started;
}

const without = { database: undefined, names: [] };

describe('OpenCode', () => {
  test('is started with what the former run left', async () => {
    const { found, continuing } = await start(await openFormer(), () => version);
    expect(found).toMatchObject([{ database: left }]);
    expect(continuing.restoreNote).toBe('');
    expect(desk.conversation.isCacheHit).toBe(true);
  });

  test('is started without it, and with nothing of it, where it does not start with it', async () => {
    const { found, continuing } = await start(await openFormer(), (database) => {
      if (database !== undefined) throw new Error('no such column');
      return version;
    });
    expect(found).toMatchObject([{ database: left }, without]);
    expect(continuing.restoreNote).toBe('OpenCode does not start with it');
    expect(desk.conversation.isCacheHit).toBe(false);
  });

  test('is ended and started without it, where it is another than the one that wrote it', async () => {
    const { found, ended, continuing } = await start(await openFormer(), () => '1.18.34');
    expect(found).toMatchObject([{ database: left }, without]);
    expect(ended).toBe(1);
    expect(continuing.restoreNote).toBe('OpenCode 1.18.33 wrote it, and this is another one');
  });

  test('that does not start without it either fails the run by its own error', async () => {
    const starting = start(await openFormer(), (database) => {
      throw new Error(database === undefined ? 'no room' : 'no such column');
    });
    await expect(starting).rejects.toThrow('no room');
  });

  test('is not started again in a run that was stopped', async () => {
    const reason = new Error('stopped');
    let starts = 0;
    const starting = start(await openFormer(), () => {
      starts += 1;
      run.abort(reason);
      throw reason;
    });
    await expect(starting).rejects.toBe(reason);
    expect(starts).toBe(1);
  });

  test.each<[string, Partial<EntryFacts>]>([
    ['of another session', { sessionId: 'ses_other' }],
    ['of another trust', { level: 'guest' }],
  ])('is not started with an entry that is %s than the answer’s', async (_, said) => {
    const { found, continuing } = await start(await openFormer(said), () => version);
    expect(found).toMatchObject([without]);
    expect(continuing.restoreNote).toBe('the cache has another in its place');
    expect(desk.conversation.isCacheHit).toBe(false);
  });
});
