/**
 * The agent prepares its workspace so that whoever reads the patch runs a command, reads a file from
 * elsewhere, or sees no change. Beside it: what happens to whoever trusts the agent's repository.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { openFrontWith, type SpacesScene } from '../serve/spaces.ts';
import { end, member, pax } from '../serve/tars.ts';

jest.setTimeout(120_000);

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'tampered-')));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function git(directory: string, ...args: string[]): string {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@localhost'];
  const env = { PATH: process.env['PATH'], HOME: folder };
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  return execFileSync('git', [...who, ...args], {
    cwd: directory,
    env,
    encoding: 'utf8',
    stdio: [...stdio],
  });
}

const commit = '1234567890123456789012345678901234567890';

async function laidOut(scene: SpacesScene): Promise<string> {
  const answer = await scene.put('issue-1', [
    member({ name: 'a.txt', content: 'one\n' }),
    member({ name: 'b.txt', content: 'two\n' }),
    member({ name: 'sub/c.txt', content: 'three\n' }),
    pax({ 'MENTIONLOOP.gitlink': commit }),
    member({ name: 'module/', type: '5' }),
    end,
  ]);
  expect({ ...answer, told: scene.told }).toMatchObject({ status: 200, told: [] });
  return (JSON.parse(answer.body) as { directory: string }).directory;
}

async function patchOf(scene: SpacesScene): Promise<string> {
  const { status, body } = await scene.ask('GET', '/workspaces/issue-1/patch');
  expect({ status, told: scene.told }).toEqual({ status: 200, told: [] });
  return body;
}

/** A command that leaves a trace; the agent has it in a file, for git may add arguments. */
async function trap(directory: string): Promise<{ script: string; trace: string }> {
  const trace = join(await mkdtemp(join(folder, 'trace-')), 'ran');
  const script = join(directory, '.git', 'trap.sh');
  await writeFile(script, `#!/bin/sh\ntouch ${trace}\ncat\n`);
  await chmod(script, 0o755);
  return { script, trace };
}

const commands: [string, (directory: string, script: string) => Promise<void>][] = [
  ['a monitor of files', (at, script) => set(at, 'core.fsmonitor', script)],
  ['an external diff', (at, script) => set(at, 'diff.external', script)],
  [
    'a diff driver that converts to text',
    async (at, script) => {
      await set(at, 'diff.evil.textconv', script);
      await writeFile(join(at, '.gitattributes'), '* diff=evil\n');
    },
  ],
  [
    'a diff driver that is a command',
    async (at, script) => {
      await set(at, 'diff.evil.command', script);
      await writeFile(join(at, '.git', 'info-attributes'), '');
      await writeFile(join(at, '.gitattributes'), '* diff=evil\n');
    },
  ],
  [
    'a filter',
    async (at, script) => {
      await set(at, 'filter.evil.clean', script);
      await writeFile(join(at, '.gitattributes'), '* filter=evil\n');
    },
  ],
  [
    'a filter that is a process',
    async (at, script) => {
      await set(at, 'filter.evil.process', script);
      await set(at, 'filter.evil.required', 'true');
      await writeFile(join(at, '.gitattributes'), '* filter=evil\n');
    },
  ],
  [
    'a hook',
    async (at, script) => {
      await set(at, 'core.hooksPath', join(at, '.git', 'evil'));
      await mkdir(join(at, '.git', 'evil'));
      await symlink(script, join(at, '.git', 'evil', 'post-index-change'));
    },
  ],
  [
    'configuration that a file includes',
    async (at, script) => {
      await set(at, 'include.path', '../included');
      await writeFile(join(at, 'included'), `[core]\n\tfsmonitor = ${script}\n`);
    },
  ],
  [
    'a monitor of files in the folder of a submodule',
    async (at, script) => {
      const inner = join(at, 'module');
      git(inner, 'init', '--quiet');
      git(inner, 'commit', '--quiet', '--allow-empty', '-m', 'x');
      await set(inner, 'core.fsmonitor', script);
      await writeFile(
        join(at, '.gitmodules'),
        '[submodule "module"]\n\tpath = module\n\turl = ./x\n\tignore = none\n',
      );
    },
  ],
];

async function set(directory: string, key: string, value: string): Promise<void> {
  git(directory, 'config', key, value);
  await Promise.resolve();
}

describe('a command that the agent has set up is not run by reading the patch', () => {
  test.each(commands)('%s', async (_, prepare) => {
    await using scene = await openFrontWith();
    const directory = await laidOut(scene);
    const { script, trace } = await trap(directory);
    await prepare(directory, script);
    await writeFile(join(directory, 'a.txt'), 'changed\n');
    const patch = await patchOf(scene);
    expect(patch).toContain('+changed');
    expect(existsSync(trace)).toBe(false);
    // Who asks the agent's own repository runs it.
    try {
      git(directory, 'add', '--all');
      git(directory, 'diff', '--cached', '--ext-diff', '--textconv', 'HEAD');
      git(directory, 'status');
    } catch {
      // It ran, and git did not like what it said.
    }
    expect(existsSync(trace)).toBe(true);
  });
});

const disguises: [string, (directory: string) => Promise<unknown>][] = [
  ['a flag in its index', async (at) => git(at, 'update-index', '--assume-unchanged', 'a.txt')],
  ['another flag in its index', async (at) => git(at, 'update-index', '--skip-worktree', 'a.txt')],
  ['a commit of its own', async (at) => git(at, 'commit', '--quiet', '--all', '-m', 'Mine')],
  ['another folder as the working tree', (at) => set(at, 'core.worktree', '/')],
  ['a repository that is gone', (at) => rm(join(at, '.git'), { recursive: true })],
  [
    'a repository that is elsewhere',
    async (at) => {
      await rm(join(at, '.git'), { recursive: true });
      await writeFile(join(at, '.git'), `gitdir: ${folder}\n`);
    },
  ],
  ['what it excludes by itself', (at) => appendToExclude(at)],
  ['attributes that call it binary', (at) => writeFile(join(at, '.gitattributes'), '* binary\n')],
  [
    'attributes that change its line ends',
    (at) => writeFile(join(at, '.gitattributes'), '* text eol=crlf\n'),
  ],
  [
    'attributes of another encoding',
    (at) => writeFile(join(at, '.gitattributes'), '* text working-tree-encoding=UTF-16\n'),
  ],
];

async function appendToExclude(directory: string): Promise<void> {
  await mkdir(join(directory, '.git', 'info'), { recursive: true });
  await appendFile(join(directory, '.git', 'info', 'exclude'), '*\n');
}

describe('a change is seen to the byte, in spite of', () => {
  test.each(disguises)('%s', async (_, prepare) => {
    await using scene = await openFrontWith();
    const directory = await laidOut(scene);
    await writeFile(join(directory, 'a.txt'), 'changed\r\n');
    await writeFile(join(directory, 'new.txt'), 'new\n');
    await prepare(directory);
    const patch = await patchOf(scene);
    expect(patch).toContain('-one\n+changed\r\n');
    expect(patch).toContain('+++ b/new.txt');
  });
});

describe('nothing from elsewhere comes with the patch', () => {
  test('through a link in place of a folder, or to a file', async () => {
    await using scene = await openFrontWith();
    const directory = await laidOut(scene);
    const elsewhere = await mkdtemp(join(folder, 'elsewhere-'));
    await writeFile(join(elsewhere, 'c.txt'), 'secret\n');
    await rm(join(directory, 'sub'), { recursive: true });
    await symlink(elsewhere, join(directory, 'sub'));
    await rm(join(directory, 'a.txt'));
    await symlink(join(elsewhere, 'c.txt'), join(directory, 'a.txt'));
    const patch = await patchOf(scene);
    expect(patch).not.toContain('secret');
    expect(patch).toContain('deleted file mode 100644');
    expect(patch).toContain('new file mode 120000');
  });

  test('nor does a workspace that has become a link', async () => {
    await using scene = await openFrontWith();
    const directory = await laidOut(scene);
    const elsewhere = await mkdtemp(join(folder, 'elsewhere-'));
    await writeFile(join(elsewhere, 'c.txt'), 'secret\n');
    await rm(directory, { recursive: true });
    await symlink(elsewhere, directory);
    const { status, body } = await scene.ask('GET', '/workspaces/issue-1/patch');
    expect(status).toBe(500);
    expect(body).not.toContain('secret');
  });

  test('another repository, with a commit or without, is left out, and what is a pipe', async () => {
    await using scene = await openFrontWith();
    const directory = await laidOut(scene);
    for (const name of ['nested', 'empty', 'module', 'b.txt']) {
      await rm(join(directory, name), { recursive: true, force: true });
      await mkdir(join(directory, name));
      git(join(directory, name), 'init', '--quiet');
      if (name === 'empty') continue;
      await writeFile(join(directory, name, 'inner.txt'), 'inner\n');
      git(join(directory, name), 'add', '--all');
      git(join(directory, name), 'commit', '--quiet', '-m', 'Inner');
    }
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    await writeFile(join(directory, 'a.txt'), 'changed\n');
    const patch = await patchOf(scene);
    expect(patch.match(/^diff --git .*$/gm)).toEqual([
      'diff --git a/a.txt b/a.txt',
      'diff --git a/b.txt b/b.txt',
    ]);
    expect(patch).not.toMatch(/Subproject|inner/);
  });
});
