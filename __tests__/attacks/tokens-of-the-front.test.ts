/** deploy/ gives OpenCode a user of its own: its agent then finds no token of the front's. */
import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';

import { type ScriptedModel, startModel } from '../../playground/model.ts';
import { testBinary } from '../../playground/opencode.ts';
import { callTool, say } from '../../playground/script.ts';
import { secrets } from '../serve/setting.ts';

jest.setTimeout(180_000);

const deploy = join(import.meta.dirname, '..', '..', 'deploy');
const canMakeUsers = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;

interface Composition {
  services: Record<'opencode' | 'front', { user: string; command: string[] }>;
}

/** What compose.yaml says of the two. */
async function readComposition(): Promise<Composition['services']> {
  const text = await readFile(join(deploy, 'compose.yaml'), 'utf8');
  return (parse(text, { merge: true }) as Composition).services;
}

/** A program as that user, with nothing to rise by: what the composition says of it. */
async function startAs(
  [uid, gid]: readonly [number, number],
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
  isUp: RegExp,
): Promise<{ pid: number; match: RegExpExecArray } & AsyncDisposable> {
  const own = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'];
  const bare = ['--bounding-set=-all', '--inh-caps=-all'];
  const child = spawn('setpriv', [...own, ...bare, '--', ...args], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let output = '';
  const match = await new Promise<RegExpExecArray>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const found = isUp.exec(output);
        if (found !== null) resolve(found);
      });
    void ended.then(() => reject(new Error(`It ended early:\n${output}`)));
  });
  return {
    pid: child.pid ?? 0,
    match,
    [Symbol.asyncDispose]: async () => {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await ended;
    },
  };
}

function usersOf(user: string): readonly [number, number] {
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  return [uid, gid];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** All that the two need, at places that both can reach, and owned as deploy/ says. */
async function layOut(
  folder: string,
  [agent, front]: readonly (readonly [number, number])[],
): Promise<{ port: number; path: (name: string) => string }> {
  const path = (name: string): string => join(folder, name);
  const port = await freePort();
  await chmod(folder, 0o755);
  for (const name of ['bin', 'repos', 'home', 'serve']) await mkdir(path(name));
  await copyFile(process.execPath, path('bin/node'));
  await copyFile(await testBinary(), path('bin/opencode-1.18.33'));
  for (const name of ['index.js', 'package.json'])
    await copyFile(join(deploy, '../dist/serve', name), path(`serve/${name}`));
  await copyFile(join(deploy, 'opencode/start.sh'), path('start.sh'));
  // The port of deploy/ may be somebody's on this machine.
  const shim = `#!/bin/sh\n[ "$*" = "serve --hostname 127.0.0.1 --port 54321" ] || exit 9
exec opencode-1.18.33 serve --hostname 127.0.0.1 --port ${port}\n`;
  await writeFile(path('bin/opencode'), shim, { mode: 0o755 });
  await writeFile(path('tokens'), `ci ${secrets.ci}\n`, { mode: 0o400 });
  await writeFile(path('opencode-password'), 'the-password-of-opencode\n', { mode: 0o440 });
  const [uid = 0, gid = 0] = agent ?? [];
  const [frontUid = 0, frontGid = 0] = front ?? [];
  for (const name of ['repos', 'home']) await chown(path(name), uid, gid);
  await chown(path('tokens'), frontUid, frontGid);
  await chown(path('opencode-password'), uid, frontGid);
  return { port, path };
}

/** What an agent finds that looks for the tokens, where the two run as these users. */
async function attack(agent: string, front: string): Promise<string> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'attack-'));
  resources.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const users = [usersOf(agent), usersOf(front)] as const;
  const { port, path } = await layOut(folder, users);
  let script = '';
  const model: ScriptedModel = resources.use(
    await startModel(({ messages }) =>
      messages.at(-1)?.role === 'tool'
        ? say('done')
        : callTool('bash', { command: script, description: 'Look around' }),
    ),
  );
  const config = JSON.stringify({ ...model.config, permission: 'allow' });
  const env = { PATH: `${path('bin')}:${process.env['PATH'] ?? ''}`, HOME: path('home') };
  resources.use(
    await startAs(
      users[0],
      [path('start.sh'), path('opencode-password')],
      { ...env, OPENCODE_CONFIG_CONTENT: config },
      path('repos'),
      /listening on/,
    ),
  );
  const { command } = (await readComposition()).front;
  const flags = command.map((flag) =>
    flag
      .replace('0.0.0.0:9200', '127.0.0.1:0')
      .replace('54321', String(port))
      .replace('/run/secrets', folder)
      .replace('/srv/repos', path('repos')),
  );
  const guard = resources.use(
    await startAs(
      users[1],
      [path('bin/node'), path('serve/index.js'), ...flags],
      { PATH: env.PATH, MENTION_LOOP_TOKENS: `laptop ${secrets.laptop}` },
      folder,
      /Listening on (127\.0\.0\.1:\d+)/,
    ),
  );
  script = `cat ${path('tokens')}; tr '\\0' '\\n' </proc/${guard.pid}/environ; id -u; sudo -n id -u`;
  const health = spawnSync(
    process.execPath,
    [join(deploy, 'healthz.mjs'), guard.match[1]?.split(':')[1] ?? ''],
    { encoding: 'utf8' },
  );
  expect(health).toMatchObject({ status: 0, stderr: '' });
  await askThrough(`http://${guard.match[1]}`, path('repos'));
  return model.requests.flatMap(({ messages }) => messages.at(-1)?.text ?? '').join('\n');
}

/** A whole turn through the front. */
async function askThrough(url: string, directory: string): Promise<void> {
  const headers = { authorization: `Bearer ${secrets.ci}`, 'content-type': 'application/json' };
  const post = async (path: string, body: object): Promise<{ id: string }> => {
    const query = `?directory=${encodeURIComponent(directory)}`;
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await fetch(`${url}${path}${query}`, init);
    expect(answer.status).toBe(200);
    return (await answer.json()) as { id: string };
  };
  const { id } = await post('/session', {});
  await post(`/session/${id}/message`, { parts: [{ type: 'text', text: 'Look around.' }] });
}

if (!canMakeUsers) {
  test('cannot be tried on this machine: it takes root and setpriv to be two users', () =>
    expect(canMakeUsers).toBe(false));
} else {
  describe('an agent that looks for the tokens of the front', () => {
    test('finds none with the two users of deploy/: neither in the file nor in its environment', async () => {
      const { opencode, front } = await readComposition();
      const found = await attack(opencode.user, front.user);
      expect(found).toMatch(new RegExp(`^${opencode.user.split(':')[0]}$`, 'm'));
      expect(found.match(/Permission denied/g)).toHaveLength(2);
      for (const secret of Object.values(secrets)) expect(found).not.toContain(secret);
      expect(found).not.toMatch(/^0$/m);
    });

    test('finds both where the two are one user (the attack works without that)', async () => {
      const { opencode } = await readComposition();
      const found = await attack(opencode.user, opencode.user);
      for (const secret of Object.values(secrets)) expect(found).toContain(secret);
    });
  });
}
