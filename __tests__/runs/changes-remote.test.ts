import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { startOpenCode } from '../../playground/opencode.ts';
import { say } from '../../playground/script.ts';
import { startCommand } from '../serve/command.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { bash, filesIn, filesOf, onPull, openRemote } from './remote.ts';
import { bodies, expectEnding, expectIdlePost, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
let config: string;

beforeAll(async () => {
  lab = await openLab();
  config = (await lab.local())['opencode-config'] ?? '{}';
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const work = bash(
  [
    `printf '// agent\\r\\n' >> src/greet.js`,
    'mv old.txt moved.txt && rm gone.txt',
    `printf 'x' > 'new "file" é.txt'`,
    `printf '\\000\\001' > bytes.bin`,
    `printf '#!/bin/sh\\n' > run.sh && chmod +x run.sh && ln -s run.sh link`,
  ].join(' && '),
);

test('what the agent changed in a workspace of serve becomes a commit, to the byte', async () => {
  const token = `token-${randomUUID()}`;
  lab.secrets.push(token);
  const folder = await realpath(await lab.folder());
  const spaces = join(folder, 'spaces');
  await mkdir(spaces);
  await writeFile(join(folder, 'tokens'), `actions ${token}\n`);
  const args = ['--token-file', join(folder, 'tokens'), '--workspaces', spaces];
  const own = ['--workspaces-state', join(folder, 'state'), '--opencode-config', config];
  await using front = await startCommand({
    home: await lab.folder(),
    args: [...args, ...own, '--drain', '0'],
  });
  const remote = await openRemote(lab);
  lab.answer([work, say('Greet better.')]);
  const run = await watch(lab, {
    event: onPull(remote),
    github: remote,
    inputs: { 'server-url': front.url, 'server-token': token },
    workspace: await remote.clone(),
  });
  expectEnding(run, 'success', 'completed');
  expectIdlePost(run);
  const sha = run.outputs['commit-sha'] ?? '';
  expect(run.outputs['branch']).toBe('fix-greeting');
  expect(remote.git('rev-parse', `${sha}^`)).toBe(remote.headSha);
  const [directory = ''] = execFileSync('find', [spaces, '-name', '.git'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((path) => path.replace(/\/\.git$/, ''));
  expect(filesOf(remote, sha)).toEqual(filesIn(directory));
  expect(Object.keys(filesOf(remote, sha))).toContain('bytes.bin');
});

describe('what the agent changed in a directory of a plain OpenCode server', () => {
  test('comes back through OpenCode’s own routes, but for what is binary', async () => {
    const password = `password-${randomUUID()}`;
    lab.secrets.push(password);
    const remote = await openRemote(lab);
    const directory = await remote.clone();
    await writeFile(join(directory, 'README.md'), 'Changed before.\n');
    await writeFile(join(directory, 'before.txt'), 'There before.\n');
    await using server = await startOpenCode({
      config: JSON.parse(config) as Record<string, unknown>,
      directory,
      home: await lab.folder(),
      password,
    });
    const inputs = {
      'server-url': server.url,
      'server-password': password,
      'server-directory': directory,
    };
    lab.answer([work, say('Greet better.')]);
    const workspace = await remote.clone();
    const run = await watch(lab, { github: remote, inputs, workspace });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    const sha = run.outputs['commit-sha'] ?? '';
    const expected = filesIn(directory);
    for (const path of ['before.txt', 'bytes.bin']) delete expected[path];
    const { 'README.md': readme } = filesOf(remote, remote.main);
    expect(filesOf(remote, sha)).toEqual({ ...expected, 'README.md': readme });
    expect(bodies(run)).toMatch(/does not give out binary files.*bytes\.bin/);

    // On a pull request the directory need not show its head.
    lab.answer([bash('printf y > again.txt'), say('Again.')]);
    const again = await watch(lab, { event: onPull(remote), github: remote, inputs, workspace });
    expectEnding(again, 'success', 'completed');
    expect(again.outputs).toMatchObject({ 'commit-sha': '', branch: '' });
    expect(again.summary).toContain('diff --git a/again.txt b/again.txt');
    expect(again.summary).not.toContain('a/src/greet.js');
    expect(bodies(again)).toContain('could not work in the pull request');
  });
});
