import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, jest, test } from '@jest/globals';

import { findHindrance, openScene } from './agent.ts';

jest.setTimeout(120_000);

const hindrance = await findHindrance();

if (hindrance !== undefined) {
  test(`cannot be tried on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe('the agent', () => {
    test('writes to its workspace and its home, and to nothing else of the job’s', async () => {
      await using scene = await openScene();
      const { root, temp, workspace, isolation } = scene;
      const places = [
        root,
        temp,
        join(root, 'other'),
        join(root, '_tool'),
        '/etc',
        '/usr/local/bin',
      ];
      const attack = [...places, workspace, isolation.account.home]
        .map((folder) => `touch ${folder}/mention-loop-was-here && echo "to ${folder}."`)
        .join('; ');
      const said = await scene.asAgent(attack);
      const written = [...said.matchAll(/^to (.*)\.$/gm)].map(([, folder]) => folder);
      expect(written).toEqual([workspace, isolation.account.home]);
    });

    test('keeps nothing but what is in the workspace: its home is gone, and so is its user', async () => {
      const scene = await openScene();
      const { account } = scene.isolation;
      await scene.asAgent('touch kept; touch ~/lost');
      await scene.isolation[Symbol.asyncDispose]();
      expect((await stat(join(scene.workspace, 'kept'))).uid).toBe(process.getuid?.());
      await expect(stat(account.home)).rejects.toThrow('ENOENT');
      expect(await scene.asJob(`id ${account.name}`)).toContain('no such user');
      await scene[Symbol.asyncDispose]();
    });
  });
}
