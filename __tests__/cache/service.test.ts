import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { type CacheMode, type CacheServer, startCache } from '../../playground/cache.ts';
import { type CachePlace, fetchEntry, saveEntry } from '../../src/cache/service.ts';
import { readCache } from '../../src/inputs.ts';

let cache: CacheServer;
let place: CachePlace;
beforeEach(async () => {
  cache = await startCache();
  const found = readCache(cache.env);
  if ('missing' in found) throw new Error(found.missing);
  place = found;
});
afterEach(async () => {
  await cache[Symbol.asyncDispose]();
});

const signal = new AbortController().signal;
const entry = Buffer.from('what a run has left');
const most = 1_000;

describe('an entry', () => {
  test('is what was saved under its key', async () => {
    await saveEntry(place, 'one', entry, signal);
    expect(await fetchEntry(place, 'one', most, signal)).toEqual(entry);
    expect(cache.calls).toEqual([
      'CreateCacheEntry',
      'PUT',
      'FinalizeCacheEntryUpload',
      'GetCacheEntryDownloadURL',
      'GET',
    ]);
  });

  test('is none where only the beginning of its key is asked for', async () => {
    await saveEntry(place, 'one-two', entry, signal);
    expect(await fetchEntry(place, 'one', most, signal)).toBeUndefined();
    expect(await fetchEntry(place, 'two', most, signal)).toBeUndefined();
  });

  test('is saved once', async () => {
    await saveEntry(place, 'one', entry, signal);
    await expect(saveEntry(place, 'one', entry, signal)).rejects.toThrow(/has it already/);
  });

  test('that is too large is not read to its end', async () => {
    await saveEntry(place, 'one', Buffer.alloc(most + 1), signal);
    await expect(fetchEntry(place, 'one', most, signal)).rejects.toThrow(/larger than 1000 bytes/);
  });
});

describe('a service that does not work', () => {
  test.each<[CacheMode, RegExp]>([
    ['hangs', /could not ask the cache: it took longer than 2 s/],
    ['fails', /could not ask the cache: the answer was 500/],
    ['stalls', /could not fetch the entry: it took longer than 5 s/],
  ])('that %s is given up in time, in words of ours alone', async (mode, said) => {
    await saveEntry(place, 'one', entry, signal);
    cache.mode = mode;
    await expect(fetchEntry(place, 'one', most, signal)).rejects.toThrow(said);
  });

  test('that is not there is given up', async () => {
    await cache[Symbol.asyncDispose]();
    const asking = fetchEntry(place, 'one', most, signal);
    await expect(asking).rejects.toThrow(
      /^could not ask the cache: the connection failed \(\w+\)$/,
    );
  });

  test('is left alone at once when the run is stopped', async () => {
    cache.mode = 'hangs';
    const stopping = new AbortController();
    const asking = fetchEntry(place, 'one', most, stopping.signal);
    stopping.abort(new Error('stopped'));
    await expect(asking).rejects.toThrow('stopped');
  });

  test('that refuses an entry says so', async () => {
    cache.mode = 'refuses';
    await expect(saveEntry(place, 'one', entry, signal)).rejects.toThrow(/takes no entry/);
  });
});

describe('which cache a job has', () => {
  test.each([
    ['GitHub Enterprise Server, and act', { ACTIONS_CACHE_SERVICE_V2: '' }],
    ['a job without a token for it', { ACTIONS_RUNTIME_TOKEN: '' }],
    ['a step outside of a runner', { ACTIONS_RESULTS_URL: '' }],
  ])('none: %s', (_, without) => {
    const found = readCache({ ...cache.env, ...without });
    expect(found).toEqual({ missing: 'this runner has no cache for its jobs' });
  });

  test.each([
    ['', true, true],
    ['read', true, false],
    ['write-only', false, true],
    ['none', false, false],
    ['something new', true, true],
  ])('where the runner says "%s": to read %s, to write %s', (mode, mayRead, mayWrite) => {
    const found = readCache({ ...cache.env, ACTIONS_CACHE_MODE: mode });
    expect(found).toMatchObject({ mayRead, mayWrite });
  });
});
