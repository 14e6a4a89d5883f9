import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findBinary } from '../src/opencode/install.ts';
import { withLock } from './lock.ts';

/** The project's own tool cache, which git ignores: what `npm run try` and the tests install OpenCode to. */
export const toolCache = join(import.meta.dirname, '..', '.cache', 'tools');

let found: Promise<string> | undefined;

/**
 * Path of a real OpenCode binary: `MENTION_LOOP_TEST_OPENCODE` where it is set, else the action's
 * own pinned version, installed by the action's own code on first use. Any number of processes may
 * ask at the same time; one of them downloads.
 */
export function testBinary(): Promise<string> {
  found ??= installOnce();
  return found;
}

async function installOnce(): Promise<string> {
  const given = process.env['MENTION_LOOP_TEST_OPENCODE'] ?? '';
  if (given !== '') return given;
  const temp = join(toolCache, '..', 'temp');
  await Promise.all([mkdir(toolCache, { recursive: true }), mkdir(temp, { recursive: true })]);
  return await withLock(`${toolCache}.lock`, () =>
    findBinary({
      version: undefined,
      path: undefined,
      toolCache,
      temp,
      env: process.env,
      warn: (message) => console.warn(message),
      progress: () => {},
      signal: AbortSignal.timeout(300_000),
    }),
  );
}

/** A real `opencode serve`, as somebody else would run it for `server-url`. */
export interface OpenCodeServer extends AsyncDisposable {
  /** Base address, without a trailing slash. */
  url: string;
  process: ChildProcess;
  /** What it has printed so far. */
  output(): string;
}

/** Where and how to start a server. */
export interface OpenCodeOptions {
  /** OpenCode's configuration, for example a scripted model's `config`. */
  config: Record<string, unknown>;
  /** Its working directory: the repository. */
  directory: string;
  /** An empty folder of its own for everything that it keeps (sessions, configuration, cache). */
  home: string;
  /** Basic password of user `opencode`; default none. */
  password?: string;
}

/** Starts a server on a free port of loopback; rejects with its output when it does not come up. */
export async function startOpenCode(options: OpenCodeOptions): Promise<OpenCodeServer> {
  await mkdir(options.home, { recursive: true });
  const child = spawn(await testBinary(), ['serve', '--port', '0', '--hostname', '127.0.0.1'], {
    cwd: options.directory,
    env: environmentOf(options),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that the end takes what its tools have started along.
    detached: process.platform !== 'win32',
  });
  let output = '';
  const url = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const address = /listening on (http:\/\/\S+)\n/.exec(output)?.[1];
      if (address !== undefined) url.resolve(address);
    });
  }
  child.once('error', url.reject);
  child.once('exit', () => url.reject(new Error(`opencode serve ended early:\n${output}`)));
  return {
    url: await url.promise,
    process: child,
    output: () => output,
    [Symbol.asyncDispose]: () => stop(child),
  };
}

function environmentOf({ config, home, password }: OpenCodeOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'] ?? ['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_STATE_HOME: join(home, 'state'),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
    ...(password !== undefined && { OPENCODE_SERVER_PASSWORD: password }),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  signalGroup(child, 'SIGTERM');
  await Promise.race([gone, sleep(1_500, undefined, { ref: false })]);
  signalGroup(child, 'SIGKILL');
  await gone;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone already.
  }
}
