/** The bundled action without `server-directory`: the bundled `serve` lays out what it is sent. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { startGitHub } from '../../playground/github/emulator.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { callTool, createHold, say } from '../../playground/script.ts';
import { type Command, startCommand } from '../serve/command.ts';
import { busyMachineMs, greeting, type Lab, openLab } from './lab.ts';
import { newPullRepository, onPullOf } from './stranger.ts';
import { bodies, expectEnding, expectIdlePost, type Run, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

const token = `token-${randomUUID()}`;
const otherToken = `other-${randomUUID()}`;
let lab: Lab;
let folder: string;
let front: Command;

beforeAll(async () => {
  lab = await openLab();
  lab.secrets.push(token, otherToken);
  folder = await realpath(await lab.folder());
  await mkdir(join(folder, 'spaces'));
  await writeFile(join(folder, 'tokens'), `actions ${token}\nother ${otherToken}\n`);
  front = await serve('--workspaces', join(folder, 'spaces'), '--workspaces-state', state());
}, busyMachineMs);
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
});

function state(): string {
  return join(folder, 'state');
}

async function serve(...args: string[]): Promise<Command> {
  const config = (await lab.local())['opencode-config'] ?? '';
  const own = ['--token-file', join(folder, 'tokens'), '--opencode-config', config, '--drain', '0'];
  return await startCommand({ home: await lab.folder(), args: [...own, ...args] });
}

function inputs(of: Command = front): Record<string, string> {
  return { 'server-url': of.url, 'server-token': token };
}

/** GitHub is at one address for all mentions on a thread. */
const env = { GITHUB_SERVER_URL: 'http://127.0.0.1:1' };

/** Where the workspaces of these tests are, by key; those of one token only. */
async function workspaces(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const owner of await readdir(join(folder, 'spaces')))
    for (const key of await readdir(join(folder, 'spaces', owner)))
      found.set(key, join(folder, 'spaces', owner, key));
  return found;
}

async function workspaceOf(thread: string): Promise<{ key: string; directory: string }> {
  const found = [...(await workspaces())].filter(([name]) => name.startsWith(`${thread}-`));
  expect(found).toHaveLength(1);
  const [[key, directory] = ['', '']] = found;
  return { key, directory };
}

async function fetchPatch(key: string, as: string): Promise<Response> {
  const headers = { authorization: `Bearer ${as}` };
  return await fetch(`${front.url}/workspaces/${key}/patch`, { headers });
}

function git(directory: string, ...args: string[]): string {
  return execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8' }).trim();
}

const work = callTool('bash', {
  command: [
    "printf 'export const greet = 1;\\r\\n' > src/greet.js",
    'git mv README.md read-me.md',
    "printf 'a\\000b' > 'new file é.bin'",
    'printf "odd\\n" > "$(printf \'with\\nnewline\')"',
    'ln -s src/greet.js link && printf x > run.sh && chmod 755 run.sh',
    'printf left > untracked.txt && pwd',
  ].join(' && '),
  description: 'Work',
});

describe('a run without server-directory', () => {
  test('works in what was sent, and its patch gives the same files elsewhere', async () => {
    lab.answer([work, say(greeting)]);
    const run = await watch(lab, { inputs: inputs(), env });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(bodies(run)).toContain(greeting);
    const { key, directory } = await workspaceOf('issue-1');
    expect(lab.asked.at(-1)?.messages.find(({ role }) => role === 'tool')?.text).toContain(
      directory,
    );
    const answer = await fetchPatch(key, token);
    expect(answer.headers.get('mention-loop-tree')).toBe(
      git(lab.sample.directory, 'rev-parse', 'HEAD^{tree}'),
    );
    await writeFile(join(folder, 'patch'), Buffer.from(await answer.arrayBuffer()));
    const copy = join(await lab.folder(), 'copy');
    git(folder, 'clone', '--quiet', '--branch', 'main', lab.sample.directory, copy);
    git(copy, 'apply', join(folder, 'patch'));
    execFileSync('diff', ['-r', '--no-dereference', '--exclude=.git', copy, directory]);
    expect(git(copy, 'status', '--porcelain')).toContain('read-me.md');
    expect(git(lab.sample.directory, 'status', '--porcelain')).toBe('');
  });

  test('finds the same folder on the next mention, and nothing of the last run in it', async () => {
    const { directory } = await workspaceOf('issue-1');
    const look = callTool('bash', { command: 'pwd && ls -A', description: 'Look' });
    lab.answer([look, say(greeting)]);
    const run = await watch(lab, { inputs: inputs(), env });
    expectEnding(run, 'success', 'completed');
    const seen = lab.asked.at(-1)?.messages.find(({ role }) => role === 'tool')?.text ?? '';
    expect(seen.trim().split('\n')).toEqual([directory, '.git', 'README.md', 'src']);
  });

  test('goes on with its session on the next mention, although the workspace is laid out anew', async () => {
    await using github = await startGitHub();
    github.state.addIssue();
    lab.answer((_, index) => say(`Answer ${index}.`));
    const ask = async (body: string): Promise<Run> => {
      const event = (at: GitHubState) => commentEvent(at, { number: 1, body });
      return await watch(lab, { inputs: inputs(), env, on: github, event });
    };
    const first = await ask('/oc one');
    const second = await ask('/oc two');
    expect(second.outputs).toMatchObject({ outcome: 'success', 'session-reused': 'true' });
    expect(second.outputs['session-id']).toBe(first.outputs['session-id']);
    const said = lab.asked.at(-1)?.messages.map(({ text }) => text) ?? [];
    expect(said).toContain('Answer 0.');
  });

  test('keeps its workspace from every other token', async () => {
    const { key, directory } = await workspaceOf('issue-1');
    expect((await fetchPatch(key, token)).status).toBe(200);
    expect((await fetchPatch(key, otherToken)).status).toBe(404);
    const read = async (as: string): Promise<number> => {
      const query = `?directory=${encodeURIComponent(directory)}&path=.`;
      const headers = { authorization: `Bearer ${as}` };
      return (await fetch(`${front.url}/file${query}`, { headers })).status;
    };
    expect(await read(token)).toBe(200);
    expect(await read(otherToken)).toBe(403);
  });

  test.each([
    ['octocat', 'open', 'the head’s own'],
    ['stranger', 'guarded', 'the base’s'],
  ])('on a pull request of %s works in its head, configured by %s', async (author, _, whose) => {
    const home = await lab.folder();
    const pull = newPullRepository(home, { 'AGENTS.md': 'base' }, { 'AGENTS.md': 'head' });
    lab.answer([
      callTool('bash', { command: 'cat code.txt AGENTS.md', description: 'Look' }),
      say(greeting),
    ]);
    const before = new Set((await workspaces()).keys());
    const run = await watch(lab, {
      inputs: inputs(),
      event: onPullOf(pull, author),
      github: { gitDirectory: pull.served },
      workspace: pull.workspace,
    });
    expectEnding(run, 'success', 'completed');
    const seen = lab.asked.at(-1)?.messages.find(({ role }) => role === 'tool')?.text ?? '';
    expect(seen).toBe(whose === 'the base’s' ? 'head\nbase' : 'head\nhead');
    const after = [...(await workspaces()).keys()].filter((key) => !before.has(key));
    expect(after).toEqual([expect.stringMatching(/^pull-2-[\da-f]{16}$/)]);
    expect(git(pull.workspace, 'status', '--porcelain')).toBe('');
    expect(git(pull.workspace, 'rev-parse', 'HEAD')).toBe(pull.base);
  });

  test('that is killed has its session stopped there, and its patch is in the summary', async () => {
    const waiting = createHold();
    const command = 'echo mine >> src/greet.js && echo new > new.txt';
    lab.answer([callTool('bash', { command, description: 'Work' }), say([greeting, waiting])]);
    const run = await watch(lab, {
      inputs: inputs(),
      env,
      meanwhile: async ({ action, untilJournalled }) => {
        await untilJournalled(greeting);
        action.child.kill('SIGKILL');
      },
    });
    waiting.release();
    expect(bodies(run)).toContain(greeting);
    expect(front.log()).toMatch(/"route":"\/session\/:session\/abort","status":200/);
    expect(run.post?.summary).toContain('\n+mine\n');
    expect(run.post?.summary).toContain('diff --git a/new.txt b/new.txt');
    expect(bodies(run)).toContain('**2 files changed** (+2 −0).');
  });

  test('whose server lays out none says what to do', async () => {
    await using plain = await serve();
    lab.answer([]);
    const run = await watch(lab, { inputs: inputs(plain) });
    expectEnding(run, 'failure', 'invalid-input');
    expect(run.comments[0]?.body).toContain('`server-directory` is empty');
    expect(run.comments[0]?.body).toContain('`--workspaces`');
    expect(lab.asked).toEqual([]);
  });

  test('whose server is OpenCode itself says the same', async () => {
    lab.answer([]);
    const { 'server-directory': _, ...remote } = await lab.remote();
    const run = await watch(lab, { inputs: remote });
    expectEnding(run, 'failure', 'invalid-input');
    expect(run.comments[0]?.body).toContain('`server-directory` is empty');
  });

  test('without a checkout on the runner says what to do', async () => {
    lab.answer([]);
    const run = await watch(lab, { inputs: inputs(), workspace: await lab.folder() });
    expectEnding(run, 'failure', 'invalid-input');
    expect(run.comments[0]?.body).toContain('actions/checkout');
  });
});
