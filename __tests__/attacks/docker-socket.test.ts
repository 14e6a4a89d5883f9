import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { chmodSync, chownSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findHindrance, openScene } from './agent.ts';

jest.setTimeout(120_000);

const hindrance = await findHindrance();

if (hindrance !== undefined) {
  test(`cannot be tried on this machine: ${hindrance}`, () => expect(hindrance).not.toBe(''));
} else {
  describe("a socket that the job's group may use, as Docker's is", () => {
    /** The group of Docker's socket, which the user of a hosted runner is in. */
    const dockers = 61_000;
    let folder: string;
    let server: Server;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'socket-'));
      const path = join(folder, 'docker.sock');
      server = createServer((socket) => socket.end('a daemon of root'));
      await new Promise<void>((resolve) => server.listen(path, resolve));
      chmodSync(folder, 0o755);
      chmodSync(path, 0o660);
      chownSync(path, process.getuid?.() ?? 0, dockers);
    });
    afterAll(async () => {
      server.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('is out of reach: the agent is in no group but its own', async () => {
      await using scene = await openScene();
      const { uid } = scene.isolation.account;
      const attack = `id -G; node -e '
        const socket = require("net").connect("${folder}/docker.sock");
        socket.pipe(process.stdout); socket.on("error", (e) => console.log(e.code));'`;
      const said = await scene.asAgent(attack, dockers);
      expect(said.split('\n')[0]).toBe(String(uid));
      expect(said).toContain('EACCES');
      expect(await scene.asJob(attack)).toContain('a daemon of root');
    });
  });
}
