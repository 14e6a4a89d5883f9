import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { expect, test } from '@jest/globals';

import { testBinary } from '../../playground/opencode.ts';

const root = join(import.meta.dirname, '..', '..');

async function tryIt(...args: string[]): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, MENTION_LOOP_TEST_OPENCODE: await testBinary() };
  const child = spawn(process.execPath, [join(root, 'playground/try.ts'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output: await text(child.stdout), code: await ended };
}

test('npm run try shows what happens, the agent’s words, and the finished thread', async () => {
  const { code, output } = await tryIt();
  const lines = [
    '/oc Please look at `greet`',
    'new reaction eyes',
    'Starting OpenCode.',
    'is at work in session',
    'agent   I will look at the code first.',
    'new comment',
    'The thread as it now stands',
    'ada commented at',
    'Nothing checks for an empty name.',
    '▾ Run summary',
    'outcome   success (completed)',
  ];
  const places = lines.map((line) => output.indexOf(line));
  expect(places.filter((place) => place === -1)).toEqual([]);
  expect(code).toBe(0);
}, 180_000);

test('npm run try without a mention says that there is nothing to do', async () => {
  const { code, output } = await tryIt('--input', 'mentions=/elsewhere');
  expect(output).toContain('Nothing to do (no-mention)');
  expect(output).toContain('outcome   skipped (no-mention)');
  expect(code).toBe(0);
}, 180_000);
