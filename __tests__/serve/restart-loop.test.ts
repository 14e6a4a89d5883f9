/** An OpenCode that ends again and again ends `serve`, as a process before the real one. */
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { testBinary } from '../../playground/opencode.ts';
import { restartsMax } from '../../src/serve/limits.ts';
import { type Command, startCommand } from './command.ts';
import { secrets } from './setting.ts';

jest.setTimeout(240_000);

let folder: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'restart-loop-')));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

async function start(name: string, ...args: string[]): Promise<{ front: Command; temp: string }> {
  const home = join(folder, name);
  const temp = join(home, 'temp');
  await mkdir(temp, { recursive: true });
  const env = { MENTION_LOOP_TOKEN: secrets.ci, TMPDIR: temp };
  return { front: await startCommand({ home, env, args: ['--drain', '0', ...args] }), temp };
}

/** Ends whatever OpenCode there is until the front has ended, and gives the front's status. */
async function killAll(front: Command, times = Infinity): Promise<number | null> {
  let isOver = false;
  void front.ended.then(() => (isOver = true));
  const killed = new Set<number>();
  while (!isOver && killed.size < times) {
    for (const pid of front.children()) {
      if (killed.has(pid)) continue;
      killed.add(pid);
      process.kill(pid, 'SIGKILL');
    }
    await pause(20);
  }
  return await front.ended;
}

/** What a front tells that has given up: each start, and then one sentence, once. */
function expectGivenUp(front: Command, why: string): void {
  const told = front.told();
  expect(told.match(/It is started again in/g)).toHaveLength(restartsMax - 1);
  const sentence = `OpenCode ended ${restartsMax} times in a row, and is not started again.`;
  expect(told.split(sentence)).toHaveLength(2);
  expect(told.split(sentence)[1]).toContain(why);
  expect(told).not.toMatch(/\n\s+at /);
}

describe('a restart loop ends the process with status 1, in one sentence', () => {
  test('where each OpenCode is killed', async () => {
    const { front, temp } = await start('killed');
    expect(await killAll(front)).toBe(1);
    expectGivenUp(front, 'SIGKILL');
    expect(front.children()).toEqual([]);
    expect((await readdir(temp)).filter((name) => name.startsWith('mention-loop'))).toEqual([]);
    await expect(fetch(`${front.url}/healthz`)).rejects.toThrow();
  });

  test('where the first one came up, and no other does', async () => {
    const script = join(folder, 'once');
    const lines = [
      '#!/bin/sh',
      'if [ -e "$0.ran" ]; then echo "no room is left" >&2; exit 7; fi',
      ': > "$0.ran"',
      `exec '${await testBinary()}' "$@"`,
    ];
    await writeFile(script, `${lines.join('\n')}\n`, { mode: 0o700 });
    const { front, temp } = await start('once-only', '--opencode-path', script);
    expect(await killAll(front, 1)).toBe(1);
    expectGivenUp(front, 'status 7');
    expect(front.told()).toContain('no room is left');
    expect((await readdir(temp)).filter((name) => name.startsWith('mention-loop'))).toEqual([]);
  });
});
