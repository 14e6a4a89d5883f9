import { chmod, mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import {
  findOverlap,
  isPlanned,
  type Places,
  planAccess,
  readPlaces,
  restoreAccess,
  setAccess,
} from '../../src/isolation/access.ts';
import { isolate } from '../../src/isolation/isolation.ts';
import { findHindrance } from '../attacks/agent.ts';
import { execFileSync } from 'node:child_process';

/** As the owner of all files here, there is nothing to ask root for. */
const privileges = {
  prefix: [],
  run: ([file = '', ...args]: readonly string[]) =>
    Promise.resolve(execFileSync(file, args, { encoding: 'utf8' })),
};

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'access-')));
  for (const folder of ['jobs/_temp/commands', 'jobs/repo/repo', 'jobs/other', 'jobs/_tool', 'bin'])
    await mkdir(join(root, folder), { recursive: true, mode: 0o755 });
  for (const file of ['jobs/_temp/commands/env', 'secret', 'jobs/repo/repo/file'])
    await writeFile(join(root, file), '', { mode: 0o644 });
  await symlink('/etc/passwd', join(root, 'link'));
});
afterEach(() => rm(root, { recursive: true }));

function places(changes: { temp?: string; workspace?: string; toolCache?: string } = {}): Places {
  const env = { GITHUB_ENV: join(root, 'jobs/_temp/commands/env') };
  const [temp, workspace] = [join(root, 'jobs/_temp'), join(root, 'jobs/repo/repo')];
  return readPlaces({ temp, workspace, toolCache: join(root, 'jobs/_tool'), env, ...changes });
}

function planned(plan: ReturnType<typeof planAccess>): Record<string, string> {
  const named = plan.map(({ path, before, during }) => [
    path.slice(root.length) || '/',
    `${before} to ${during}`,
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

describe('what the agent may reach', () => {
  test('is the way to its workspace and the tool cache, and nothing else that was closed', () => {
    expect(planned(planAccess(places()))).toEqual({
      '/': '0 to 1',
      '/bin': '5 to 0',
      '/secret': '4 to 0',
      '/jobs': '5 to 1',
      '/jobs/_temp': '5 to 0',
      '/jobs/_temp/commands': '5 to 0',
      '/jobs/other': '5 to 0',
      '/jobs/repo': '5 to 1',
    });
  });

  test('is open beside the work folder where it was open before', async () => {
    await chmod(root, 0o755);
    expect(planned(planAccess(places()))).toEqual({
      '/jobs': '5 to 1',
      '/jobs/_temp': '5 to 0',
      '/jobs/_temp/commands': '5 to 0',
      '/jobs/other': '5 to 0',
      '/jobs/repo': '5 to 1',
    });
  });

  test('is all that everybody shares, but for the job’s own files in it', async () => {
    await chmod(root, 0o1777);
    const plan = planAccess({ ...places(), closed: [root], workRoot: undefined });
    expect(planned(plan)).toEqual({ '/bin': '5 to 0', '/secret': '4 to 0' });
  });

  test('is as before when the run is over, unless somebody else has changed it since', async () => {
    const modes = async (): Promise<number[]> =>
      await Promise.all(
        ['', 'bin', 'secret', 'jobs', 'jobs/_temp', 'jobs/other'].map(
          async (path) => (await stat(join(root, path))).mode & 0o7777,
        ),
      );
    const before = await modes();
    const plan = planAccess(places());
    await setAccess(privileges, plan);
    expect(await modes()).toEqual([0o701, 0o750, 0o640, 0o751, 0o750, 0o750]);
    await restoreAccess(privileges, plan);
    expect(await modes()).toEqual(before);
    await setAccess(privileges, plan);
    await chmod(join(root, 'bin'), 0o701);
    await restoreAccess(privileges, plan);
    expect(await modes()).toEqual(before.with(1, 0o701));
    await restoreAccess(privileges, plan);
  });
});

test('the runner’s own files in the workspace cannot be kept from who owns it', () => {
  expect(findOverlap(places())).toBeUndefined();
  const inside = places({ workspace: join(root, 'jobs') });
  expect(findOverlap(inside)).toContain('_temp');
});

test('no plan names what is neither on the way nor beside it', () => {
  for (const { path } of planAccess(places())) expect(isPlanned(places(), path)).toBe(true);
  for (const path of ['/etc/shadow', '/root/.ssh', join(root, 'jobs/repo/repo/file')])
    expect(isPlanned(places(), path)).toBe(false);
});

const hindrance = await findHindrance();

if (hindrance !== undefined) {
  test(`nothing can be closed on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe('a folder of the runner’s that cannot be looked at', () => {
    const warnings: string[] = [];
    const open = async (wanted: 'auto' | 'user'): Promise<unknown> =>
      await isolate({
        workspace: join(root, 'jobs/repo/repo'),
        temp: join(root, 'gone'),
        toolCache: '',
        env: {},
        wanted,
        withStoredKeys: false,
        note: () => warnings.push('noted'),
        warn: (message) => warnings.push(message),
        log: () => undefined,
        signal: AbortSignal.timeout(60_000),
      });

    test('has `auto` warn and go on, with nothing changed', async () => {
      expect(await open('auto')).toBeUndefined();
      expect(warnings).toEqual([expect.stringContaining('ENOENT')]);
    });

    test('has `user` refuse, and say why', async () => {
      await expect(open('user')).rejects.toThrow(/cannot have a user of its own here: .*ENOENT/);
    });
  });
}
