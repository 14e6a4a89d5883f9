import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, jest, test } from '@jest/globals';

import { findHindrance, openScene } from './agent.ts';

jest.setTimeout(120_000);

const hindrance = await findHindrance();

if (hindrance !== undefined) {
  test(`cannot be tried on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe("the memory of the job's processes", () => {
    test("is closed to the agent, and open to one that is the job's own user", async () => {
      await using scene = await openScene();
      const job = spawn('sleep', ['600'], { env: { SECRET: scene.canary }, stdio: 'ignore' });
      await once(job, 'spawn');
      // The environment lies at the end of the stack.
      const attack = `stack=$(grep '\\[stack\\]' /proc/${job.pid}/maps) || exit 1
        from=$((0x\${stack%%-*})); to=\${stack#*-}; to=$((0x\${to%% *}))
        dd if=/proc/${job.pid}/mem bs=4096 skip=$((from / 4096)) count=$(((to - from) / 4096)) |
          tr -c '[:print:]' '\\n'`;
      const [asAgent, asJob] = [await scene.asAgent(attack), await scene.asJob(attack)];
      job.kill('SIGKILL');
      expect(asAgent).toMatch(/Permission denied/);
      expect(asAgent).not.toContain(scene.canary);
      expect(asJob).toContain(scene.canary);
    });
  });
}
