/** The agent leaves in git's own folder what a later step, with a token, would run. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, jest, test } from '@jest/globals';

import { hideCredentials } from '../../src/thread/hide.ts';
import { sealAt } from '../../src/thread/seal.ts';
import { commit, git, newFolder, removeFolders, token } from '../thread/repository.ts';

/** Git is started many times, on however busy a machine. */
jest.setTimeout(120_000);

afterAll(removeFolders);

/** What is planted in `.git`; `run` is a command that leaves a proof of having run. */
const plants: [string, (folder: string, run: string) => void][] = [
  ['a hook', (folder, run) => script(join(folder, 'hooks/pre-commit'), run)],
  [
    'a hook in place of one that was there',
    (folder, run) => {
      rmSync(join(folder, 'hooks/post-commit'));
      script(join(folder, 'hooks/post-commit'), run);
    },
  ],
  [
    'a link in the place of the hooks',
    (folder, run) => {
      const elsewhere = newFolder();
      script(join(elsewhere, 'pre-commit'), run);
      rmSync(join(folder, 'hooks'), { recursive: true });
      symlinkSync(elsewhere, join(folder, 'hooks'));
    },
  ],
  ['a file system monitor', (folder, run) => set(folder, 'core.fsmonitor', `${run}; false`)],
  [
    'a file system monitor in a folder that is closed to its owner',
    (folder, run) => {
      set(folder, 'core.fsmonitor', `${run}; false`);
      chmodSync(join(folder, 'hooks'), 0);
      chmodSync(folder, 0o500);
      chmodSync(join(folder, '..'), 0o500);
    },
  ],
  [
    'another folder of hooks',
    (folder, run) => {
      const elsewhere = newFolder();
      script(join(elsewhere, 'pre-commit'), run);
      set(folder, 'core.hooksPath', elsewhere);
    },
  ],
  [
    'an include',
    (folder, run) => {
      writeFileSync(join(folder, 'more'), `[core]\n\tfsmonitor = "${run}; false"\n`);
      set(folder, 'include.path', 'more');
    },
  ],
  [
    'a filter',
    (folder, run) => {
      set(folder, 'filter.evil.clean', `${run}; cat`);
      mkdirSync(join(folder, 'info'), { recursive: true });
      writeFileSync(join(folder, 'info/attributes'), '* filter=evil\n');
    },
  ],
  [
    'a configuration of the worktree',
    (folder, run) => {
      writeFileSync(join(folder, 'config.worktree'), `[core]\n\tfsmonitor = "${run}; false"\n`);
    },
  ],
  [
    'another folder for all that is shared',
    (folder, run) => {
      const other = newFolder();
      execFileSync('cp', ['-a', `${folder}/.`, other]);
      script(join(other, 'hooks/pre-commit'), run);
      writeFileSync(join(folder, 'commondir'), other);
    },
  ],
];

function script(path: string, run: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${run}\n`, { mode: 0o755 });
}

function set(folder: string, key: string, value: string): void {
  execFileSync('git', ['config', '--file', join(folder, 'config'), key, value]);
}

/** A checkout with a hook and a setting of the workflow's own. */
function newWorkspace(): { workspace: string; folder: string; proof: string; own: string } {
  const workspace = newFolder();
  const [proof, own] = [join(newFolder(), 'ran'), join(newFolder(), 'own')];
  git(workspace, 'init', '--quiet');
  commit(workspace, { 'readme.md': 'hello\n' });
  // As `actions/checkout` does for a sparse checkout: then `config.worktree` counts.
  git(workspace, 'config', 'extensions.worktreeConfig', 'true');
  const folder = join(workspace, '.git');
  script(join(folder, 'hooks/post-commit'), `echo own >> ${own}`);
  return { workspace, folder, proof, own };
}

/** What the workflow does next. */
function laterStep(workspace: string): void {
  writeFileSync(join(workspace, 'readme.md'), 'later\n');
  git(workspace, 'status', '--short');
  git(workspace, 'commit', '--quiet', '--all', '--message', 'Later');
}

/** As `hideCredentials` leaves a checkout; disposal puts it back. */
async function hide(workspace: string, warnings: string[]): Promise<AsyncDisposable> {
  const temp = newFolder();
  return await hideCredentials({
    workspace,
    temp,
    env: { PATH: process.env['PATH'], HOME: temp },
    seal: sealAt(temp, 'aaaaaaaa-1111-4111-8111-111111111111', token),
    looksSecret: () => false,
    warn: (message) => warnings.push(message),
    signal: new AbortController().signal,
  });
}

describe.each(plants)('%s', (_, plant) => {
  test('is gone before a later step runs git, and what was there is back', async () => {
    const { workspace, folder, proof, own } = newWorkspace();
    const warnings: string[] = [];
    const hidden = await hide(workspace, warnings);
    const before = readFileSync(join(folder, 'config'), 'utf8');
    plant(folder, `echo evil >> ${proof}`);
    await hidden[Symbol.asyncDispose]();
    laterStep(workspace);
    expect(existsSync(proof)).toBe(false);
    expect(readFileSync(own, 'utf8')).toBe('own\n');
    expect(readFileSync(join(folder, 'config'), 'utf8')).toBe(before);
    expect(warnings.length).toBeLessThanOrEqual(1);
    for (const warning of warnings) expect(warning).toMatch(/was set aside: `.*\.git\//);
  });

  test('would be run otherwise', () => {
    const { workspace, folder, proof } = newWorkspace();
    plant(folder, `echo evil >> ${proof}`);
    laterStep(workspace);
    expect(readFileSync(proof, 'utf8')).toContain('evil');
  });
});

test('a configuration that has grown too large to be read is replaced', async () => {
  const { workspace, folder } = newWorkspace();
  const config = join(folder, 'config');
  const before = readFileSync(config, 'utf8');
  const hidden = await hide(workspace, []);
  // Sparse: it takes no room.
  truncateSync(config, 3 * 1024 ** 3);
  await hidden[Symbol.asyncDispose]();
  expect(readFileSync(config, 'utf8')).toBe(before);
});

test('folders that were closed to their owner are open again, and to nobody else', async () => {
  const { workspace, folder } = newWorkspace();
  const hidden = await hide(workspace, []);
  for (const name of ['hooks', '.']) chmodSync(join(folder, name), 0o005);
  await hidden[Symbol.asyncDispose]();
  for (const name of ['hooks', '.']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o705);
});
