import { statSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { createSample } from '../../playground/sample.ts';
import { callTool, say } from '../../playground/script.ts';
import { findHindrance } from '../attacks/agent.ts';
import { findObstacle, makePerson, type Person } from '../attacks/person.ts';
import { busyMachineMs, greeting, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, type Scene, watch } from '../runs/watch.ts';

jest.setTimeout(busyMachineMs);

const hindrance = await findHindrance();
const obstacle = findObstacle();

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

function toolResults(): string {
  return lab.asked
    .flatMap(({ messages }) => messages.filter(({ role }) => role === 'tool'))
    .map(({ text }) => text)
    .join('\n');
}

if (hindrance !== undefined) {
  test(`no isolation can be had on this machine: ${hindrance}`, () =>
    expect(hindrance).not.toBe(''));
} else {
  describe('an agent with a user of its own', () => {
    test('is run by the OpenCode of a closed folder, with the settings of the job’s user', async () => {
      const home = await lab.folder();
      const settings = join(home, '.config', 'opencode');
      await mkdir(settings, { recursive: true });
      await writeFile(join(settings, 'AGENTS.md'), 'Always answer in rhymes.');
      const local = await lab.local();
      const binary = join(home, 'opencode');
      await copyFile(local['opencode-path'] ?? '', binary);
      await chmod(binary, 0o700);
      lab.answer([
        callTool('bash', { command: 'whoami; umask', description: 'Who' }),
        say(greeting),
      ]);
      const inputs = { ...local, 'opencode-path': binary, isolation: 'user' };
      const run = await watch(lab, { inputs, env: { HOME: home } });
      expectEnding(run, 'success', 'completed');
      expect(JSON.stringify(lab.asked[0]?.body)).toContain('Always answer in rhymes.');
      expect(toolResults()).toMatch(/mention-loop-[\da-f]{8}/);
      expect(statSync(binary).mode & 0o777).toBe(0o700);
    });

    test('works in a workspace that the job comes to by a link in a closed folder', async () => {
      const [closed, real] = [await lab.folder(), await lab.folder()];
      await createSample(join(real, 'repo'));
      await chmod(closed, 0o700);
      await symlink(real, join(closed, 'work'));
      lab.answer([callTool('bash', { command: 'pwd', description: 'Where' }), say(greeting)]);
      const inputs = { ...(await lab.local()), isolation: 'user' };
      const run = await watch(lab, { inputs, workspace: join(closed, 'work', 'repo') });
      expectEnding(run, 'success', 'completed');
      expect(toolResults()).toContain(join(real, 'repo'));
    });

    test.each([
      ['auto', false],
      ['off', true],
    ])(
      'gets the keys that `opencode auth` has stored with `key-relay: %s`: %s',
      async (relay, has) => {
        const home = await lab.folder();
        const data = join(home, '.local', 'share', 'opencode');
        await mkdir(data, { recursive: true });
        await writeFile(join(data, 'auth.json'), '{}', { mode: 0o600 });
        const command = 'ls $XDG_DATA_HOME/opencode/auth.json';
        lab.answer([callTool('bash', { command, description: 'Look' }), say(greeting)]);
        const inputs = { ...(await lab.local()), isolation: 'user', 'key-relay': relay };
        const run = await watch(lab, { inputs, env: { HOME: home } });
        expectEnding(run, 'success', 'completed');
        expect(toolResults().includes('No such file')).toBe(!has);
        const warned = run.annotations.some(({ message }) => message.includes('opencode auth'));
        expect(warned).toBe(!has);
        expect(await readFile(join(data, 'auth.json'), 'utf8')).toBe('{}');
      },
    );
  });
}

if (obstacle !== undefined) {
  test(`no ordinary user can be had on this machine: ${obstacle}`, () =>
    expect(obstacle).not.toBe(''));
} else {
  describe('where the job’s user has no sudo', () => {
    let person: Person;
    beforeAll(async () => {
      person = await makePerson({ hasSudo: false });
    }, busyMachineMs);
    afterAll(async () => {
      await person[Symbol.asyncDispose]();
    });

    async function scene(isolation: string): Promise<Scene> {
      const workspace = join(person.home, 'work', crypto.randomUUID(), 'repo');
      await createSample(workspace);
      person.own(join(person.home, 'work'));
      lab.answer([say(greeting)]);
      const inputs = { ...(await lab.local()), 'opencode-path': person.binary, isolation };
      return { inputs, workspace, as: person.as };
    }

    test('`user` is refused before anything is started, and says why', async () => {
      const run = await watch(lab, await scene('user'));
      expectEnding(run, 'failure', 'invalid-input');
      expect(run.comments[0]?.body).toContain('`isolation`');
      expect(run.comments[0]?.body).toContain('no `sudo` without a password');
      expect(run.logs).not.toContain('Starting OpenCode');
    });

    test('`auto` warns in one line and goes on', async () => {
      const run = await watch(lab, await scene('auto'));
      expectEnding(run, 'success', 'completed');
      expect(run.annotations.map(({ message }) => message)).toEqual([
        expect.stringContaining('no `sudo` without a password'),
      ]);
    });
  });
}
