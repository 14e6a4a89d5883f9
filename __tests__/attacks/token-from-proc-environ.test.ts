import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, jest, test } from '@jest/globals';

import { findHindrance, openScene } from './agent.ts';

jest.setTimeout(120_000);

const hindrance = await findHindrance();

if (hindrance !== undefined) {
  test(`cannot be tried on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe("the environment of the job's processes", () => {
    test("is closed to the agent, and open to one that is the job's own user", async () => {
      await using scene = await openScene();
      const job = spawn('sleep', ['600'], { env: { SECRET: scene.canary }, stdio: 'ignore' });
      await once(job, 'spawn');
      const attack = 'for each in /proc/[0-9]*/environ; do tr "\\0" "\\n" < $each; done 2>&1';
      const [asAgent, asJob] = [await scene.asAgent(attack), await scene.asJob(attack)];
      job.kill('SIGKILL');
      expect(asAgent).toMatch(/Permission denied/);
      expect(asAgent).not.toContain(scene.canary);
      expect(asJob).toContain(scene.canary);
    });

    test('is not handed over in an argument either', async () => {
      await using scene = await openScene();
      const env = {
        ...scene.isolation.atHome({ PATH: scene.env['PATH'] ?? '' }),
        KEY: scene.canary,
      };
      const { file, args, env: own, input } = scene.isolation.launch(['sh'], env);
      expect([file, ...args, ...Object.values(own)].join(' ')).not.toContain(scene.canary);
      expect(input).toContain(scene.canary);
    });
  });
}
