import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { testBinary } from '../../playground/opencode.ts';
import { ActionError } from '../../src/errors.ts';
import { request } from '../../src/opencode/client.ts';
import { localConfig } from '../../src/opencode/config.ts';
import { type LocalOptions, startLocal } from '../../src/opencode/local.ts';
import { listProcesses, readProcess, readVariable } from '../../src/opencode/processes.ts';
import { markName, stopServer } from '../../src/opencode/stop.ts';

jest.setTimeout(300_000);

const signal = AbortSignal.timeout(300_000);
let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'local-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Options for a server of this test's own; `script` stands in for OpenCode where it is given. */
async function optionsFor(script?: string): Promise<LocalOptions & { pids: number[] }> {
  const home = await mkdtemp(join(root, 'run-'));
  const workspace = join(home, 'repo');
  await mkdir(workspace);
  const binary = script === undefined ? await testBinary() : join(home, 'fake');
  if (script !== undefined) await writeFile(binary, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const pids: number[] = [];
  return {
    binary,
    workspace,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, SOME_TOKEN: 'hunter2-hunter2' },
    agentEnv: [],
    config: localConfig({ share: false }, { username: 'scripted' }),
    temp: home,
    mark: crypto.randomUUID(),
    signal,
    onSpawn: (pid) => {
      pids.push(pid);
    },
    pids,
  };
}

async function untilGone(pid: number): Promise<void> {
  while (readProcess(pid) !== undefined) await pause(20);
}

function markedProcesses(mark: string): number[] {
  return listProcesses()
    .filter(({ pid }) => readVariable(pid, markName) === mark)
    .map(({ pid }) => pid);
}

describe('a server of our own', () => {
  test('answers to its password only, with our configuration, and writes nothing to the workspace', async () => {
    const options = await optionsFor();
    await using server = await startLocal(options);
    expect(server.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(server).toMatchObject({ directory: options.workspace, pid: options.pids[0] });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const call = { method: 'GET', path: '/config' } as const;
    expect(await request(server, call, signal)).toMatchObject({
      autoupdate: false,
      share: 'disabled',
      username: 'scripted',
    });
    const stranger = { ...server, headers: {} };
    const refused = { reason: 'server-unauthorized' };
    await expect(request(stranger, call, signal)).rejects.toMatchObject(refused);
    expect(await readdir(options.workspace)).toEqual([]);
  });

  test('is gone when it is disposed of, with its log', async () => {
    const options = await optionsFor();
    const server = await startLocal(options);
    await server[Symbol.asyncDispose]();
    expect(readProcess(options.pids[0] ?? 0)).toBeUndefined();
    expect((await readdir(options.temp)).filter((name) => name.endsWith('.log'))).toEqual([]);
    await server[Symbol.asyncDispose]();
  });

  test('that ends early is reported at once, with its last output and without secrets', async () => {
    const script = 'echo "bad config $SOME_TOKEN $OPENCODE_SERVER_PASSWORD" >&2; exit 3';
    const error = await startLocal(await optionsFor(script)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ActionError);
    expect(error).toMatchObject({
      reason: 'server-start-failed',
      message:
        "OpenCode's server did not start: it ended with status 3. Its last output:\nbad config *** ***",
    });
  });

  test('that cannot be run is reported', async () => {
    const options = { ...(await optionsFor()), binary: join(root, 'nothing') };
    await expect(startLocal(options)).rejects.toMatchObject({
      reason: 'server-start-failed',
      message: expect.stringContaining('ENOENT'),
    });
  });

  test('shows only the end of a long output', async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8 9; do printf "%1000s" $i; done; exit 1';
    const error: unknown = await startLocal(await optionsFor(script)).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as ActionError).message.length).toBeLessThan(4_200);
  });

  test("is ended when the signal fires while it starts, which throws the signal's reason", async () => {
    const stop = new AbortController();
    const options = { ...(await optionsFor('sleep 300')), signal: stop.signal };
    const reason = new ActionError('cancelled', 'Cancelled.');
    const starting = startLocal(options);
    setTimeout(() => stop.abort(reason), 100);
    await expect(starting).rejects.toBe(reason);
    expect(markedProcesses(options.mark)).toEqual([]);
  });
});

const describeWithProc = process.platform === 'linux' ? describe : () => undefined;

describeWithProc('stopping a server', () => {
  /** A stand-in server with a child, a grandchild in a session of its own, and an orphan. */
  const family = [
    'sleep 300 &',
    'setsid sh -c "sleep 300 & sleep 300" &',
    '(setsid sleep 300 &)',
    'setsid env -i sleep 300 &',
    'trap "" TERM',
    'touch ready; while :; do sleep 1; done',
  ].join('\n');

  interface Family extends AsyncDisposable {
    child: ChildProcess;
    pid: number;
    mark: string;
    /** The one that dropped its environment, mark included. */
    bare: number;
  }

  async function startFamily(): Promise<Family> {
    const home = await mkdtemp(join(root, 'family-'));
    const mark = crypto.randomUUID();
    const env = { PATH: process.env['PATH'], [markName]: mark };
    const child = spawn('sh', ['-c', family], { cwd: home, env, detached: true, stdio: 'ignore' });
    const pid = child.pid ?? 0;
    const findBare = (): number | undefined =>
      listProcesses().find(
        (one) => one.parent === pid && readVariable(one.pid, markName) === undefined,
      )?.pid;
    while (!(await readdir(home)).includes('ready') || findBare() === undefined) await pause(20);
    while (markedProcesses(mark).length < 6) await pause(20);
    const stop = (): Promise<void> => stopServer(pid, mark);
    return { child, pid, mark, bare: findBare() ?? 0, [Symbol.asyncDispose]: stop };
  }

  test('ends what it started, whatever group, parent or environment that is in now', async () => {
    await using started = await startFamily();
    const { pid, mark, bare } = started;
    expect(readProcess(bare)).toBeDefined();
    await stopServer(pid);
    expect(markedProcesses(mark)).toEqual([]);
    expect(readProcess(bare)).toBeUndefined();
    expect(readProcess(pid)).toBeUndefined();
    await stopServer(pid);
  });

  test('finds by its mark what outlived a server that was killed', async () => {
    await using started = await startFamily();
    const { child, pid, mark, bare } = started;
    process.kill(bare, 'SIGKILL');
    child.kill('SIGKILL');
    await untilGone(pid);
    expect(markedProcesses(mark)).not.toEqual([]);
    await stopServer(pid, mark);
    expect(markedProcesses(mark)).toEqual([]);
  });

  test('leaves a process alone that got the id of a server that is gone', async () => {
    const child = spawn('sleep', ['300'], { env: { PATH: process.env['PATH'] }, detached: true });
    await once(child, 'spawn');
    await stopServer(child.pid ?? 0);
    await stopServer(child.pid ?? 0, crypto.randomUUID());
    expect(readProcess(child.pid ?? 0)).toBeDefined();
    child.kill('SIGKILL');
  });

  test('does nothing for an id that nobody has', async () => {
    const most = Number(await readFile('/proc/sys/kernel/pid_max', 'utf8'));
    await stopServer(most + 1);
  });
});
