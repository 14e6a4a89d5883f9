import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { gitIn } from '../../src/git/git.ts';
import { verifyCommit } from '../../src/thread/fetch.ts';

let workspace: string;

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'forged-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

function git(...args: string[]): string {
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return execFileSync('git', ['-C', workspace, ...person, ...args], { encoding: 'utf8' }).trim();
}

test('a commit that the agent has put under the name of another is found out', async () => {
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'Real');
  const sha = git('rev-parse', 'HEAD');
  const ours = gitIn(workspace, process.env);
  const { signal } = new AbortController();
  await verifyCommit(ours, sha, signal);

  const forged = git('cat-file', 'commit', sha).replace(/Real$/, 'Evil');
  const path = join(workspace, '.git/objects', sha.slice(0, 2), sha.slice(2));
  chmodSync(path, 0o644);
  writeFileSync(path, deflateSync(`commit ${forged.length + 1}\0${forged}\n`));
  // Git itself takes it for that commit.
  expect(git('log', '-1', '--format=%s', sha)).toBe('Evil');
  await expect(verifyCommit(ours, sha, signal)).rejects.toThrow('is not what its name says');
});
