/** deploy/ gives OpenCode a user of its own: its agent works in what the front has laid out, and no more. */
import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, jest, test } from '@jest/globals';

import { secrets } from '../serve/setting.ts';
import { end, member } from '../serve/tars.ts';

jest.setTimeout(180_000);

const canMakeUsers = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;

/** The users of deploy/compose.yaml: the front is in the group of the other as well. */
const front = ['--reuid=9200', '--regid=9200', '--groups=9200,54321'];
const agent = ['--reuid=54321', '--regid=54321', '--clear-groups'];

/** OpenCode as far as the front looks for it. */
async function startUpstream(): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((_request, response) => response.end('{"version":"1.18.33"}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Setting extends AsyncDisposable {
  spaces: string;
  state: string;
  url: string;
  told: () => string;
}

/** The bundled `serve` as its user, its folders owned as docs/remote.md says. */
async function start(): Promise<Setting> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'two-users-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const path = (name: string): string => join(folder, name);
  await chmod(folder, 0o755);
  for (const name of ['serve', 'spaces', 'state']) await mkdir(path(name));
  await copyFile(process.execPath, path('node'));
  for (const name of ['index.js', 'package.json'])
    await copyFile(join(import.meta.dirname, '../../dist/serve', name), path(`serve/${name}`));
  await chown(path('spaces'), 9200, 54321);
  await chmod(path('spaces'), 0o2750);
  await chown(path('state'), 9200, 9200);
  await chmod(path('state'), 0o700);
  const upstream = stack.use(await startUpstream());
  const flags = ['--listen=127.0.0.1:0', `--upstream=${upstream.url}`];
  const own = [`--workspaces=${path('spaces')}`, `--workspaces-state=${path('state')}`];
  const program = [path('node'), path('serve/index.js'), ...flags, ...own];
  const env = { PATH: process.env['PATH'], MENTION_LOOP_TOKEN: secrets.ci };
  const child = spawn('setpriv', [...front, '--no-new-privs', '--', ...program], {
    cwd: folder,
    env,
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  stack.defer(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let told = '';
  const port = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (said: string) => {
      told += said;
      const found = /Listening on 127\.0\.0\.1:(\d+)/.exec(told)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`It ended early:\n${told}`)));
  });
  const owned = stack.move();
  return {
    spaces: path('spaces'),
    state: path('state'),
    url: `http://127.0.0.1:${port}`,
    told: () => told,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What a script comes to that the agent runs in its workspace. */
async function runAsAgent(directory: string, script: string): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
  };
  const shell = ['--', 'sh', '-c', `umask 0002; ${script}`];
  const child = spawn('setpriv', [...agent, '--no-new-privs', ...shell], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return await text(child.stdout);
}

if (!canMakeUsers) {
  test('cannot be tried on this machine: it takes root and setpriv to be two users', () =>
    expect(canMakeUsers).toBe(false));
} else {
  describe('with the two users of deploy/', () => {
    test('the agent works in its workspace, and the front takes it back', async () => {
      await using setting = await start();
      const call = (method: string, path: string, body?: Buffer): Promise<Response> =>
        fetch(`${setting.url}/workspaces${path}`, {
          method,
          headers: { authorization: `Bearer ${secrets.ci}` },
          ...(body === undefined ? {} : { body }),
        });
      const tar = Buffer.concat([member({ name: 'src/a.txt', content: 'one\n' }), end]);
      const laid = await call('PUT', '/issue-1', tar);
      expect({ status: laid.status, told: setting.told() }).toMatchObject({ status: 200 });
      const { directory } = (await laid.json()) as { directory: string };
      const work = [
        'echo two > src/a.txt && mkdir -p new/deep && echo new > new/deep/file && chmod 700 new/deep',
        'git add --all && git -c user.name=a -c user.email=a@b commit --quiet -m mine && git status --short',
        'chmod 755 new/deep && echo done',
      ];
      expect(await runAsAgent(directory, work.join(' && '))).toBe('done\n');
      const patch = await (await call('GET', '/issue-1/patch')).text();
      expect(patch).toContain('-one\n+two');
      expect(patch).toContain('b/new/deep/file');
      // A folder that it closes to the front is left out of the way.
      expect(await runAsAgent(directory, 'chmod 700 new && mkdir shut && chmod 700 shut')).toBe('');
      expect((await call('PUT', '/issue-1', tar)).status).toBe(200);
      expect((await readdir(directory)).toSorted()).toEqual(['.git', 'src']);
      expect(await (await call('GET', '/issue-1/patch')).text()).toBe('');
    });

    test('the agent reaches neither the front’s repository nor what is beside its workspace', async () => {
      await using setting = await start();
      const { spaces, state } = setting;
      const headers = { authorization: `Bearer ${secrets.ci}` };
      const body = Buffer.concat([member({ name: 'a.txt', content: 'one\n' }), end]);
      const laid = await fetch(`${setting.url}/workspaces/issue-1`, {
        method: 'PUT',
        headers,
        body,
      });
      const { directory } = (await laid.json()) as { directory: string };
      const attempts = [
        `ls ${state}`,
        `ls ${spaces} && touch ${spaces}/mine`,
        `touch ${directory}/../mine`,
        `mv ${directory} ${directory}-moved`,
        `rm -rf ${directory} && ln -s / ${directory}`,
      ];
      for (const attempt of attempts)
        expect(await runAsAgent('/', `(${attempt}) > /dev/null 2>&1 && echo did it`)).toBe('');
      expect((await stat(directory)).isDirectory()).toBe(true);
      const owner = (await readdir(spaces))[0] ?? '';
      expect(await readdir(join(state, owner))).toEqual(['issue-1']);
      // What everybody may do is what the agent may: as it would be without users of their own.
      await chmod(state, 0o755);
      expect(await runAsAgent('/', `ls ${state} > /dev/null && echo did it`)).toBe('did it\n');
    });
  });
}
