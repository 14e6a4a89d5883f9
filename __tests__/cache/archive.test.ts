import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';

import { packEntry, unpackEntry } from '../../src/cache/archive.ts';
import { type EntryFacts, sealManifest } from '../../src/cache/manifest.ts';
import { createSeal } from '../../src/cache/seal.ts';

const facts: EntryFacts = {
  repository: 'octo-org/octo-repo',
  thread: { kind: 'issue', number: 7 },
  level: 'write',
  version: '1.18.33',
  sessionId: 'ses_one',
  runId: '9000000001',
};
const files = { database: Buffer.from('SQLite\n\0 and more'), log: Buffer.from('\nlog\n') };
const now = new Date('2026-11-25T20:00:00Z');
const [seal, other] = await Promise.all([createSeal(), createSeal()]);
const packed = await packEntry(sealManifest(facts, files, seal.privateKey, now), files);

describe('an entry', () => {
  test('gives back what was put in, byte by byte', async () => {
    const { manifest, ...held } = await unpackEntry(packed, seal.publicKey);
    expect(manifest).toMatchObject({ ...facts, savedAt: now.toISOString() });
    expect(held).toEqual(files);
  });

  test('with nothing in the log is one too', async () => {
    const none = { ...files, log: Buffer.alloc(0) };
    const entry = await packEntry(sealManifest(facts, none, seal.privateKey, now), none);
    expect(await unpackEntry(entry, seal.publicKey)).toMatchObject(none);
  });

  test('is refused cut at any place', async () => {
    for (let end = 0; end < packed.length; end += 1)
      await expect(unpackEntry(packed.subarray(0, end), seal.publicKey)).rejects.toThrow(/it is/);
  });

  test('is refused with any byte of its content changed', async () => {
    const whole = await promisify(gunzip)(packed);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const entry = await promisify(gzip)(changed);
      await expect(unpackEntry(entry, seal.publicKey)).rejects.toThrow(/^it /);
    }
  });

  test('is refused where another run has sealed it, or nobody', async () => {
    await expect(unpackEntry(packed, other.publicKey)).rejects.toThrow(/not the one/);
    await expect(unpackEntry(packed, 'no key')).rejects.toThrow(/not the one/);
    await expect(unpackEntry(Buffer.from('nothing'), seal.publicKey)).rejects.toThrow(/damaged/);
  });

  test('is refused where it is sealed and holds something else', async () => {
    const another = { ...files, log: Buffer.from('another') };
    const entry = await packEntry(sealManifest(facts, files, seal.privateKey, now), another);
    await expect(unpackEntry(entry, seal.publicKey)).rejects.toThrow(/something else/);
  });
});
