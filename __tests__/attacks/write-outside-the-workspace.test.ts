import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, jest, test } from '@jest/globals';

import { launchAs } from '../../src/isolation/launch.ts';
import { findPrivileges } from '../../src/isolation/privilege.ts';
import { findHindrance, openScene, output, type Scene } from './agent.ts';

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

    test('writes to nothing that everybody may write to, such as the tool cache of GitHub’s runners', async () => {
      await using scene = await openScene();
      const cache = join(scene.root, '_tool');
      const open = await mkdtemp('/opt/mention-loop-open-').catch(() => undefined);
      const places = [cache, ...(open === undefined ? [] : [open])];
      try {
        for (const folder of places) await chmod(folder, 0o777);
        await chmod(join(cache, 'tool'), 0o777);
        const attack = [
          ...places.map((folder) => `touch ${folder}/planted && echo wrote`),
          `echo planted > ${cache}/tool && echo wrote`,
          `rm -f ${cache}/tool; umount ${cache} && echo wrote`,
        ].join('; ');
        expect(await scene.asAgent(attack)).not.toContain('wrote');
        expect(await scene.asAgent(`${cache}/tool`)).toBe('a tool\n');
        const plain = await outsideOfTheView(scene, attack);
        expect(plain.match(/wrote/g)).toHaveLength(places.length + 1);
      } finally {
        if (open !== undefined) await rm(open, { recursive: true });
      }
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

/** The attack by the same user, with the defence switched off. */
async function outsideOfTheView({ isolation }: Scene, attack: string): Promise<string> {
  const privileges = await findPrivileges();
  if ('missing' in privileges) throw new Error(privileges.missing);
  const { file, args, env, input } = launchAs(
    privileges,
    isolation.account,
    ['sh', '-c', attack],
    isolation.atHome({ PATH: '/usr/bin:/bin' }),
  );
  return await output(file, args, env, input);
}
