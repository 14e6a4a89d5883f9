import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { giveBack, handOver, identify } from '../../src/isolation/files.ts';
import { findPrivileges } from '../../src/isolation/privilege.ts';

const privileges = await findPrivileges();
const isRoot = process.getuid?.() === 0;
const [runner, agent] = [1001, 61_185];

if ('missing' in privileges || !isRoot) {
  test('nothing can be given away on this machine, for we are not root', () =>
    expect(isRoot && !('missing' in privileges)).toBe(false));
} else {
  test('the workspace that the runner has made for a container is the agent’s too, and the runner’s again', async () => {
    const workspace = await mkdtemp(join(tmpdir(), 'files-'));
    const [ours, theirs] = [join(workspace, 'ours'), join(workspace, 'theirs')];
    const owners = async (): Promise<number[]> =>
      await Promise.all([workspace, ours, theirs].map(async (path) => (await stat(path)).uid));
    for (const file of [ours, theirs]) await writeFile(file, '');
    for (const path of [workspace, theirs]) await chown(path, runner, runner);
    const folder = identify(workspace);
    await handOver(privileges, folder, 0, agent);
    expect(await owners()).toEqual([agent, agent, runner]);
    await giveBack(privileges, folder, { uid: 0, gid: 0 }, agent);
    expect(await owners()).toEqual([runner, 0, runner]);
    await giveBack(privileges, folder, { uid: 0, gid: 0 }, agent);
    expect(await owners()).toEqual([runner, 0, runner]);
    await rm(workspace, { recursive: true });
  });
}
