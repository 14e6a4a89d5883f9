import { existsSync, linkSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { databaseName, logName } from '../../src/cache/database.ts';
import { discardKept, keptFolder, openKept, readKept, sealKept } from '../../src/cache/kept.ts';
import { hasSeal } from '../../src/cache/manifest.ts';
import { createSeal, type Seal } from '../../src/cache/seal.ts';

let root: string;
let folder: string;
let seal: Seal;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kept-'));
  folder = keptFolder(root, 'id');
  seal = await createSeal();
  openKept(folder);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const facts = {
  repository: 'octo-org/octo-repo',
  thread: { kind: 'pull' as const, number: 2 },
  level: 'write',
  version: '1.18.33',
  sessionId: 'ses_one',
  runId: '1',
};
const now = new Date();

describe('what a run leaves to `post`', () => {
  test('is its database and log, sealed; the seal’s secret half is never written', async () => {
    await writeFile(join(folder, databaseName), 'database');
    await writeFile(join(folder, logName), 'log');
    expect(await sealKept(folder, facts, seal, now)).toBe(true);
    const kept = await readKept(folder);
    expect(kept).toMatchObject({ facts, publicKey: seal.publicKey });
    expect(hasSeal(kept?.sealed ?? { text: '', signature: '' }, seal.publicKey)).toBe(true);
    expect(kept?.files).toEqual({ database: Buffer.from('database'), log: Buffer.from('log') });
    for (const name of readdirSync(folder))
      expect(readFileSync(join(folder, name), 'utf8')).not.toContain(seal.privateKey);
  });

  test('is nothing without a database', async () => {
    expect(await sealKept(folder, facts, seal, now)).toBe(false);
    expect(await readKept(folder)).toBeUndefined();
  });

  test('is nothing that was not sealed', async () => {
    await writeFile(join(folder, databaseName), 'database');
    expect(await readKept(folder)).toBeUndefined();
  });

  test('is nothing that was changed since', async () => {
    await writeFile(join(folder, databaseName), 'database');
    await sealKept(folder, facts, seal, now);
    await writeFile(join(folder, logName), 'log');
    await expect(readKept(folder)).rejects.toThrow(/was changed/);
  });

  test('is closed to others, made by nobody before, and removed whole', async () => {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(() => openKept(folder)).toThrow(/EEXIST/);
    await writeFile(join(folder, databaseName), 'database');
    discardKept(folder);
    expect(existsSync(folder)).toBe(false);
  });

  test.each([
    ['a link', (to: string, at: string) => symlinkSync(to, at)],
    ['another name', (to: string, at: string) => linkSync(to, at)],
    ['a folder', (_: string, at: string) => openKept(at)],
  ])('does not hold what %s in its place leads to', async (_, put) => {
    const foreign = join(root, 'foreign');
    await writeFile(foreign, 'a secret of the runner');
    put(foreign, join(folder, databaseName));
    const sealing = sealKept(folder, facts, seal, now);
    await expect(sealing).rejects.toThrow(/something else lies in its place/);
    expect(await readKept(folder)).toBeUndefined();
  });
});
