/** What `post` hides in the answer of a run that was killed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { databaseName } from '../../src/cache/database.ts';
import { keptFolder, openKept, sealKept } from '../../src/cache/kept.ts';
import { createSeal } from '../../src/cache/seal.ts';
import { hiddenOf } from '../../src/killed.ts';
import { type Memory, renderMemory } from '../../src/session/memory.ts';

const invocationId = 'a1';
let temp = '';
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'hidden-'));
});
afterEach(async () => {
  await rm(temp, { recursive: true, force: true });
});

function hidden(server: string, purpose = 'answer'): { found: string; line: string } {
  const memory: Memory = {
    sessionId: 'ses_1',
    server,
    version: '1.18.33',
    level: 'write',
    run: { id: '1', url: 'https://github.com/o/r/actions/runs/1' },
    seal: 'x'.repeat(59),
    at: '2026-01-02T00:00:00.000Z',
  };
  const line = renderMemory(memory);
  const identity = { runId: '1', attempt: 1, invocationId };
  const killed = { memory: { type: 'memory', line }, context: { temp }, identity } as const;
  return { found: hiddenOf(killed, purpose), line };
}

test('a session that went with its runner is not named: the one before it is gone on with', () => {
  expect(hidden('local').found).toBe('');
});

test('a session that is kept is named', async () => {
  const folder = keptFolder(temp, invocationId);
  openKept(folder);
  await writeFile(join(folder, databaseName), 'a database');
  const facts = {
    repository: 'o/r',
    thread: { kind: 'issue', number: 1 },
    level: 'write',
    version: '1.18.33',
    sessionId: 'ses_1',
    runId: '1',
  } as const;
  expect(hidden('local').found).toBe('');
  await sealKept(folder, facts, await createSeal(), new Date());
  const { found, line } = hidden('local');
  expect(found).toBe(line);
});

test('a session on a server of its own is named, in answers alone', () => {
  const { found, line } = hidden('a'.repeat(64));
  expect(found).toBe(line);
  expect(hidden('a'.repeat(64), 'progress').found).toBe('');
});
