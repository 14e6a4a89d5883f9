import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { findPrivileges } from '../../src/isolation/privilege.ts';
import { giveBack, handOver, identify } from '../../src/isolation/files.ts';
import { findHindrance, openScene, type Scene } from './agent.ts';

jest.setTimeout(120_000);

const hindrance = await findHindrance();

if (hindrance !== undefined) {
  test(`cannot be tried on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe('when the workspace changes hands, what is linked into it', () => {
    let scene: Scene;
    let foreign: string;
    const owner = async (path: string): Promise<number> => (await stat(path)).uid;
    beforeEach(async () => {
      scene = await openScene();
      foreign = join(scene.root, 'other', 'file');
    });
    afterEach(async () => {
      await scene[Symbol.asyncDispose]();
    });

    async function privileges() {
      const found = await findPrivileges();
      if ('missing' in found) throw new Error(found.missing);
      return found;
    }

    test.each([
      ['a hard link', link],
      ['a symbolic link', symlink],
    ])('by %s does not become the agent’s', async (_, plant) => {
      const { workspace, isolation } = scene;
      const ours = process.getuid?.() ?? 0;
      await plant(foreign, join(workspace, 'trap'));
      await symlink(join(scene.root, 'other'), join(workspace, 'folder'));
      await handOver(await privileges(), identify(workspace), ours, isolation.account.uid);
      expect(await owner(foreign)).toBe(ours);
      expect(await owner(join(scene.root, 'other'))).toBe(ours);
      expect(await owner(join(workspace, 'file'))).toBe(isolation.account.uid);
    });

    test('by the agent does not become the job’s, and what it made does', async () => {
      const { workspace, isolation, facts, temp } = scene;
      const ours = process.getuid?.() ?? 0;
      const attack = [
        'ln /etc/passwd passwd; ln -s /etc/shadow shadow; ln -s $TEMP_FOLDER temp',
        'mkdir new; echo x > new/file; chmod 000 new; cp /bin/sh suid; chmod 6755 suid',
        'echo mine > file',
      ].join('; ');
      const before = (await stat('/etc/shadow')).uid;
      await scene.asAgent(attack);
      await isolation[Symbol.asyncDispose]();
      expect(await owner('/etc/shadow')).toBe(before);
      expect(await owner(temp)).toBe(ours);
      for (const name of ['new', 'new/file', 'suid', 'file']) {
        const found = await stat(join(workspace, name));
        expect([name, found.uid, found.gid]).toEqual([name, ours, process.getgid?.() ?? 0]);
      }
      expect((await stat(join(workspace, 'suid'))).mode & 0o4000).toBe(0);
      expect(await readFile(join(workspace, 'file'), 'utf8')).toBe('mine\n');
      expect(facts.account.uid).not.toBe(ours);
    });

    test('is not missed where a run that was killed still hands it over', async () => {
      const { workspace, isolation } = scene;
      const { uid } = isolation.account;
      await isolation[Symbol.asyncDispose]();
      const late = [
        '-name',
        'file',
        '-exec',
        'sleep',
        '1',
        ';',
        '-exec',
        'chown',
        String(uid),
        '{}',
        ';',
      ];
      const find = spawn('find', [workspace, '-xdev', ...late], { stdio: 'ignore' });
      await once(find, 'spawn');
      const to = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
      await giveBack(await privileges(), identify(workspace), to, uid);
      expect(find.exitCode).toBe(0);
      expect(await owner(join(workspace, 'file'))).toBe(to.uid);
    });

    test('in the place of the whole workspace is told from it', async () => {
      const { workspace, isolation } = scene;
      const folder = identify(workspace);
      const to = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
      await rename(workspace, `${workspace}.away`);
      await mkdir(workspace);
      await writeFile(join(workspace, 'other'), '');
      const back = giveBack(await privileges(), folder, to, isolation.account.uid);
      await expect(back).rejects.toThrow('another folder');
      await rm(workspace, { recursive: true });
      await rename(`${workspace}.away`, workspace);
    });
  });
}
