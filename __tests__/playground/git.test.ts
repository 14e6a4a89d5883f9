import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startGitHub } from '../../playground/github/emulator.ts';

const run = promisify(execFile);
let folder: string;

async function git(...args: string[]): Promise<string> {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  return (await run('git', ['-C', folder, ...who, ...args])).stdout.trim();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'git-'));
  await git('init', '-q', '-b', 'main');
  await writeFile(join(folder, 'a.txt'), 'a\n'.repeat(1_000));
  await git('add', '.');
  await git('commit', '-qm', 'first');
  await git('update-ref', 'refs/pull/7/head', 'HEAD');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test.each(['', '.git'])('a pull request head can be fetched from owner/name%s', async (suffix) => {
  await using github = await startGitHub({ gitDirectory: join(folder, '.git') });
  const url = `${github.url}/octo-org/hello-world${suffix}`;
  const clone = await mkdtemp(join(folder, 'clone-'));
  const there = (...args: string[]) => run('git', ['-C', clone, ...args]);
  await there('init', '-q');
  await there('fetch', '-q', '--depth=1', url, 'refs/pull/7/head');
  const { stdout } = await there('rev-parse', 'FETCH_HEAD');
  expect(stdout.trim()).toBe(await git('rev-parse', 'HEAD'));
  expect(github.violations).toEqual([]);
});
