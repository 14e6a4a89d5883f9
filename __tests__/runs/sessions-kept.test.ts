/** Runs on one thread, each on a runner of its own, with nothing between them but GitHub and its cache. */
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { type CacheMode, type CacheServer, startCache } from '../../playground/cache.ts';
import { commentEvent } from '../../playground/events.ts';
import { type GitHubEmulator, startGitHub } from '../../playground/github/emulator.ts';
import type { Comment } from '../../playground/github/records.ts';
import { type ActionResult, startAction } from '../../playground/runner.ts';
import { say } from '../../playground/script.ts';
import { packEntry, unpackEntry } from '../../src/cache/archive.ts';
import { keyOf } from '../../src/cache/key.ts';
import { type Database, type EntryFacts, sealManifest } from '../../src/cache/manifest.ts';
import { createSeal } from '../../src/cache/seal.ts';
import { findHidden } from '../../src/marker.ts';
import { type Memory, readMemory, renderMemory } from '../../src/session/memory.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { ownLogin } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
let github: GitHubEmulator;
let cache: CacheServer;
let issue: number;
let runs = 9_000_000_000;

beforeAll(async () => {
  lab = await openLab();
  github = await startGitHub();
  cache = await startCache();
  issue = github.state.addIssue().number;
  lab.answer([say('The first answer.')]);
  const first = await mention({ inputs: {} });
  expect(first.outputs).toMatchObject({ outcome: 'success', 'cache-hit': 'false' });
  expect(first.post?.log).toContain("kept for the next mention, in GitHub's cache");
}, busyMachineMs);
afterAll(async () => {
  expect(github.violations).toEqual([]);
  await cache[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
});

/** A mention on the thread: `main` and `post` on a runner that has nothing of the runs before. */
async function mention(how: {
  inputs?: Record<string, string>;
  env?: Record<string, string>;
  author?: string;
}): Promise<ActionResult> {
  const { state } = github;
  const { author = 'octocat' } = how;
  const event = commentEvent(state, { number: issue, author });
  runs += 1;
  const env = { ...cache.env, GITHUB_RUN_ID: String(runs), ...how.env };
  const inputs = { ...(await lab.local()), isolation: 'none', ...how.inputs };
  const workspace = lab.sample.directory;
  await using action = await startAction({ event, github, inputs, env, workspace });
  await action.main;
  await action.runPost();
  return action.result();
}

function answers(): Comment[] {
  return [...github.state.comments.values()].filter(({ author }) => author === ownLogin);
}

/** What an answer says of its session. */
function memoryIn({ body }: Pick<Comment, 'body'>): Memory {
  const memory = readMemory(findHidden(body));
  if (memory?.seal === undefined) throw new Error(`An answer names no entry: ${body}`);
  return memory;
}

/** What the model was told to be its own words. */
function ownWords(): string[] {
  const messages = lab.asked.flatMap((request) => request.messages);
  return messages.filter(({ role }) => role === 'assistant').map(({ text }) => text);
}

function keyFor({ level, version, run, seal = '' }: Memory): string {
  const thread = { kind: 'issue', number: issue } as const;
  return keyOf({ thread, level, version, runId: run.id, seal });
}

describe('a second mention on a thread', () => {
  let first: Comment;
  let kept: Map<string, Buffer>;
  beforeAll(() => {
    const [found] = answers();
    if (found === undefined) throw new Error('There is no first answer.');
    first = { ...found };
    kept = new Map(cache.entries);
  });
  beforeEach(() => {
    // As the first run left it: no test goes on from another's.
    for (const { id } of answers()) github.state.comments.delete(id);
    github.state.comments.set(first.id, { ...first });
    cache.mode = 'works';
    cache.entries.clear();
    for (const [key, entry] of kept) cache.entries.set(key, entry);
    cache.calls.length = 0;
    cache.onCall = () => {};
    lab.answer(() => say('Another answer.'));
  });

  /** A run that did not get hold of the first one's session, and says why. */
  function expectNew(run: ActionResult, why: RegExp): void {
    expect(run.outputs).toMatchObject({
      outcome: 'success',
      'session-reused': 'false',
      'cache-hit': 'false',
    });
    expect(run.outputs['session-id']).not.toBe(memoryIn(first).sessionId);
    expect(ownWords()).not.toContain('The first answer.');
    expect(run.summary).toMatch(why);
  }

  /** Puts an entry in place of the first run's, as if that run had left it. */
  async function replace(change: Partial<EntryFacts & Database>): Promise<void> {
    const memory = memoryIn(first);
    const old = cache.entries.get(keyFor(memory)) ?? Buffer.alloc(0);
    const { manifest, ...files } = await unpackEntry(old, memory.seal ?? '');
    const seal = await createSeal();
    const facts = { ...manifest, ...change };
    const held = { ...files, ...change };
    const changed = { ...memory, version: facts.version, seal: seal.publicKey };
    const entry = await packEntry(sealManifest(facts, held, seal.privateKey, new Date()), held);
    cache.entries.set(keyFor(changed), entry);
    const body = first.body.replace(renderMemory(memory), renderMemory(changed));
    github.state.comments.set(first.id, { ...first, body });
  }

  test('goes on in the session of the first, on another runner', async () => {
    let signs = -1;
    const isSign = (path: string): boolean => /comments\/\d+\/reactions$/.test(path);
    cache.onCall = () => {
      if (signs < 0) signs = github.requests.filter(({ path }) => isSign(path)).length;
    };
    const before = github.requests.filter(({ path }) => isSign(path)).length;
    const run = await mention({ inputs: { isolation: 'auto' } });
    expect(run.outputs).toMatchObject({
      outcome: 'success',
      'session-reused': 'true',
      'cache-hit': 'true',
      'session-id': memoryIn(first).sessionId,
    });
    expect(ownWords()).toContain('The first answer.');
    expect(run.summary).toContain('continued from');
    expect(signs).toBeGreaterThan(before);
    // What it leaves can be gone on with in its turn.
    lab.answer(() => say('The third answer.'));
    await mention({ inputs: {} });
    expect(ownWords()).toEqual(expect.arrayContaining(['The first answer.', 'Another answer.']));
  });

  test.each<[CacheMode, RegExp]>([
    ['misses', /the cache has none of it/],
    ['hangs', /could not ask the cache: it took longer than 2 s/],
    ['fails', /could not ask the cache: the answer was 500/],
    ['truncates', /it is cut short, too large or damaged/],
  ])('is answered in a new session where the cache %s', async (mode, why) => {
    cache.mode = mode;
    expectNew(await mention({}), why);
  });

  test('is answered in a new session where the entry was forged', async () => {
    const key = keyFor(memoryIn(first));
    const own = cache.entries.get(key) ?? Buffer.alloc(0);
    await replace({});
    const [forged] = [...cache.entries.values()].slice(-1);
    cache.entries.set(key, forged ?? own);
    github.state.comments.set(first.id, { ...first });
    expectNew(await mention({}), /it is not the one that the answer speaks of/);
  });

  test('is answered in a new session where OpenCode does not start with what was left', async () => {
    await replace({ database: Buffer.alloc(300_000, 'garbage'), log: Buffer.alloc(0) });
    expectNew(await mention({ inputs: { isolation: 'auto' } }), /OpenCode does not start with it/);
  });

  test('is answered in a new session where another OpenCode wrote what was left', async () => {
    await replace({ version: '1.18.1' });
    expectNew(await mention({}), /OpenCode 1\.18\.1 wrote it/);
  });

  test('is answered in a new session where another may ask, and nothing is fetched', async () => {
    github.state.setPermission('reader', 'read');
    const inputs = { 'required-permission': 'read' };
    const run = await mention({ author: 'reader', inputs });
    expectNew(run, /trusted otherwise/);
    expect(cache.calls).not.toContain('GetCacheEntryDownloadURL');
    // Nor is what it leaves fetched for whom the first is.
    lab.answer(() => say('The third answer.'));
    await mention({});
    expect(ownWords()).toContain('The first answer.');
    expect(ownWords()).not.toContain('Another answer.');
  });

  test('is answered in a new session where `session` says so, and none is kept', async () => {
    const run = await mention({ inputs: { session: 'new' } });
    expectNew(run, /asks for a new one/);
    expect(cache.calls).toEqual([]);
  });

  test('says where a runner has no cache, and where it may not be written', async () => {
    const run = await mention({ env: { ACTIONS_CACHE_SERVICE_V2: '' } });
    expectNew(run, /this runner has no cache/);
    expect(run.log).toContain('not kept for the next mention: this runner has no cache');
    cache.mode = 'refuses';
    const other = await mention({});
    expect(other.post?.log).toContain('not kept for the next mention: the cache takes no entry');
    expect(other.post?.exitCode).toBe(0);
  });
});
