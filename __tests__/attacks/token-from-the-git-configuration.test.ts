/** The agent looks for the token that `actions/checkout` leaves for later steps of the job. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { startGitHub } from '../../playground/github/emulator.ts';
import { startAction } from '../../playground/runner.ts';
import { callTool, createHold, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { newPullRepository } from '../runs/stranger.ts';
import { eventually } from '../runs/watch.ts';
import { git } from '../thread/repository.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** All that `actions/checkout` 4 to 6 leave, and what older ways of authenticating do. */
function leave(workspace: string, temp: string, token: string): void {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const header = `AUTHORIZATION: basic ${basic}`;
  mkdirSync(temp, { recursive: true });
  git(workspace, 'config', 'http.https://github.com/.extraheader', header);
  const included = join(temp, 'git-credentials-6e3b.config');
  writeFileSync(included, `[http "https://github.com/"]\n\textraheader = ${header}\n`);
  git(workspace, 'config', `includeIf.gitdir:${workspace}/.git.path`, included);
  const key = join(temp, '8d1f');
  writeFileSync(key, `-----BEGIN OPENSSH PRIVATE KEY-----\n${basic}\n`, { mode: 0o600 });
  git(workspace, 'config', 'core.sshCommand', `"/usr/bin/ssh" -i "${key}" -o BatchMode=yes`);
  const url = `http://x-access-token:${token}@127.0.0.1/octo-org/hello-world.git`;
  git(workspace, 'remote', 'set-url', '--push', 'origin', url);
}

/** Every file of two folders, and its bytes. */
function files(...folders: string[]): Record<string, string> {
  const found = folders.flatMap((folder) =>
    execFileSync('find', [folder, '-type', 'f', '-not', '-name', '*.jsonl'], { encoding: 'utf8' })
      .trim()
      .split('\n'),
  );
  return Object.fromEntries(found.map((path) => [path, readFileSync(path, 'base64')]));
}

function search(workspace: string, temp: string, token: string): string {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  // In two halves, so that the command does not hold what it looks for.
  const half = (text: string): string => `'${text.slice(0, 9)}''${text.slice(9)}'`;
  return `grep -rlF -e ${half(token)} -e ${half(basic)} ${workspace} ${temp}; echo searched`;
}

test.each(['ends', 'is killed'])(
  'finds nothing, and a run that %s puts it all back',
  async (how) => {
    await using github = await startGitHub();
    const folder = await lab.folder();
    const { workspace } = newPullRepository(folder, {}, {});
    const temp = join(folder, 'temp');
    leave(workspace, temp, github.token);
    const config = join(workspace, '.git/config');
    const before = files(join(workspace, '.git'), temp);
    const find = search(workspace, temp, github.token);
    const shell = (command: string): string =>
      execFileSync('sh', ['-c', command], { encoding: 'utf8' });
    // The attack works before the run: the token, the key file and the included one.
    expect(shell(find).trim().split('\n')).toHaveLength(4);
    const network = 'git push origin HEAD:x 2>&1 | tail -n 1; git fetch 2>&1 | tail -n 1';
    const hold = createHold();
    lab.answer([
      callTool('bash', { command: find, description: 'Search' }),
      callTool('bash', { command: `git log --format=%s; ${network}`, description: 'Use git' }),
      say(['Found nothing.', hold]),
    ]);
    await using action = await startAction({
      event: commentEvent(github.state),
      github,
      // The same user sees more.
      inputs: { ...(await lab.local()), isolation: 'none' },
      workspace,
      temp,
    });
    await eventually(() => lab.asked.length === 3);
    const [first = '', second = ''] = (lab.asked.at(-1)?.messages ?? [])
      .filter(({ role }) => role === 'tool')
      .map(({ text }) => text);
    expect(first.trim()).toBe('searched');
    expect(second).toMatch(/^Work\n/);
    expect(second).not.toMatch(/Everything up-to-date|\[new branch\]/);
    expect(readdirSync(temp).filter((name) => name.endsWith('.sealed'))).toHaveLength(1);
    if (how === 'ends') hold.release();
    else action.child.kill('SIGKILL');
    await action.main;
    await action.runPost();
    const after = files(join(workspace, '.git'), temp);
    for (const [path, bytes] of Object.entries(before))
      expect([path, after[path]]).toEqual([path, bytes]);
    expect(readFileSync(config, 'utf8')).toContain('extraheader');
    expect(readdirSync(temp).filter((name) => name.endsWith('.sealed'))).toEqual([]);
    expect(existsSync(join(workspace, '.git/hooks'))).toBe(true);
  },
);
