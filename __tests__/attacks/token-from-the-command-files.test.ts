import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { findHindrance, openScene, type Scene } from './agent.ts';

jest.setTimeout(120_000);

const hindrance = await findHindrance();
const attack = [
  'cat $COMMANDS/event.json $TEMP_FOLDER/secret',
  'cat $COMMANDS/set_env',
  'cat $ROOT/other/file',
  'ls $ROOT $TEMP_FOLDER $COMMANDS $ROOT/_actions',
  'echo LD_PRELOAD=./evil.so >> $COMMANDS/set_env',
  'echo x > $TEMP_FOLDER/new; echo x > $COMMANDS/new; echo x > $ROOT/new; echo x > $ROOT/repo/new',
].join('; ');

if (hindrance !== undefined) {
  test(`cannot be tried on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe('the command files, the event and other work folders', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await openScene();
    });
    afterAll(async () => {
      await scene[Symbol.asyncDispose]();
    });

    test('are out of reach, to read and to write', async () => {
      const { canary, root, temp, commands, asAgent } = scene;
      const said = await asAgent(`${attack}; cat file; $ROOT/_tool/tool`);
      expect(said).not.toContain(canary);
      expect(said).not.toContain('set_env\n');
      expect(said).toContain('a file');
      expect(said).toContain('a tool');
      expect(await readFile(join(commands, 'set_env'), 'utf8')).toBe(canary);
      for (const folder of [temp, commands, root, join(root, 'repo')])
        await expect(stat(join(folder, 'new'))).rejects.toThrow('ENOENT');
    });

    test("are there for the agent that is the job's own user", async () => {
      const { canary, commands, asJob } = scene;
      expect(await asJob(attack)).toContain(canary);
      expect(await readFile(join(commands, 'set_env'), 'utf8')).toContain('LD_PRELOAD');
    });
  });
}
