import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { type IsolationFacts, undoIsolation } from '../../src/isolation/isolation.ts';
import { findHindrance, openScene, type Scene } from './agent.ts';

jest.setTimeout(120_000);

const hindrance = await findHindrance();

if (hindrance !== undefined) {
  test(`cannot be tried on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe('a journal that somebody else has written', () => {
    let scene: Scene;
    beforeEach(async () => {
      scene = await openScene();
    });
    afterEach(async () => {
      await scene[Symbol.asyncDispose]();
    });

    const undo = async (forged: Partial<IsolationFacts>): Promise<void> => {
      const { facts, env, workspace, temp, root } = scene;
      const around = { env, workspace, temp, toolCache: join(root, '_tool') };
      await undoIsolation({ ...facts, ...forged }, around);
    };

    test.each<[string, (facts: IsolationFacts) => Partial<IsolationFacts>]>([
      ['root', ({ account }) => ({ account: { ...account, uid: 0 } })],
      ['nobody', ({ account }) => ({ account: { ...account, uid: 65_534 } })],
      ['another number', ({ account }) => ({ account: { ...account, uid: account.uid - 1 } })],
      ['another name', ({ account }) => ({ account: { ...account, name: 'daemon' } })],
      [
        'another of our names',
        ({ account }) => ({ account: { ...account, name: 'mention-loop-00000000' } }),
      ],
      ['another home', ({ account }) => ({ account: { ...account, home: '/root' } })],
      [
        'a home elsewhere',
        ({ account }) => ({ account: { ...account, home: `/etc/${account.name}` } }),
      ],
      ['a workspace elsewhere', ({ workspace }) => ({ workspace: { ...workspace, path: '/etc' } })],
      ['other modes', () => ({ modes: [{ path: '/etc/shadow', before: 7, during: 0 }] })],
    ])('cannot name %s', async (_, forge) => {
      const before = await stat('/etc/shadow');
      const child = spawn('sleep', ['600'], { stdio: 'ignore' });
      await once(child, 'spawn');
      await expect(undo(forge(scene.facts))).rejects.toThrow(/the journal names/);
      expect(child.exitCode).toBeNull();
      child.kill('SIGKILL');
      expect((await stat('/etc/shadow')).mode).toBe(before.mode);
      expect((await stat(scene.isolation.account.home)).isDirectory()).toBe(true);
    });

    test('counts where it is true, once and again', async () => {
      await undo({});
      await expect(stat(scene.isolation.account.home)).rejects.toThrow('ENOENT');
      await undo({});
    });
  });
}
