import { existsSync, linkSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { databaseName, logName } from '../../src/cache/database.ts';
import {
  discardKept,
  keptFolder,
  noteFacts,
  openKept,
  readKept,
  sealKept,
} from '../../src/cache/kept.ts';
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
  test('is its database and log, sealed, and the seal’s secret half is gone', async () => {
    await noteFacts(folder, facts, seal);
    await writeFile(join(folder, databaseName), 'database');
    await writeFile(join(folder, logName), 'log');
    expect(await sealKept(folder, now)).toBe(true);
    expect(await sealKept(folder, now)).toBe(false);
    const kept = await readKept(folder);
    expect(kept).toMatchObject({ facts, publicKey: seal.publicKey });
    expect(hasSeal(kept?.sealed ?? { text: '', signature: '' }, seal.publicKey)).toBe(true);
    expect(kept?.files).toEqual({ database: Buffer.from('database'), log: Buffer.from('log') });
    expect(readdirSync(folder)).not.toContain('seal.key');
  });

  test('is of the session that was begun last', async () => {
    await noteFacts(folder, facts, seal);
    await noteFacts(folder, { ...facts, sessionId: 'ses_two' }, seal);
    await writeFile(join(folder, databaseName), 'database');
    await sealKept(folder, now);
    expect((await readKept(folder))?.facts.sessionId).toBe('ses_two');
  });

  test('is nothing without a session, or without a database', async () => {
    await writeFile(join(folder, databaseName), 'database');
    expect(await sealKept(folder, now)).toBe(false);
    await rm(join(folder, databaseName));
    await noteFacts(folder, facts, seal);
    expect(await sealKept(folder, now)).toBe(false);
    expect(await readKept(folder)).toBeUndefined();
  });

  test('is closed to others, made by nobody before, and removed whole', async () => {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(() => openKept(folder)).toThrow(/EEXIST/);
    await noteFacts(folder, facts, seal);
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
    await noteFacts(folder, facts, seal);
    put(foreign, join(folder, databaseName));
    await expect(sealKept(folder, now)).rejects.toThrow(/something else lies in its place/);
    expect(await readKept(folder)).toBeUndefined();
  });
});
