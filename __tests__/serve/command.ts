/** The bundled `serve` as a process of its own, as somebody would run it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { get as getHttps } from 'node:https';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { testBinary } from '../../playground/opencode.ts';

/** A front that runs. */
export interface Command extends AsyncDisposable {
  process: ChildProcess;
  url: string;
  /** Its messages so far. */
  told(): string;
  /** Its log so far. */
  log(): string;
  /** Resolves when it is over, with its status. */
  ended: Promise<number | null>;
  /** Process ids of what it has started. */
  children(): number[];
}

/** What is run. */
export const bundle = join(import.meta.dirname, '../../dist/serve/index.js');

/** Starts it; resolves once it is ready. Its flags get a free port and, without an upstream, the test's OpenCode. */
export async function startCommand(options: {
  args: readonly string[];
  home: string;
  env?: Record<string, string>;
  isSecure?: boolean;
  /** 0 (a free one) by default. */
  port?: number;
}): Promise<Command> {
  const { args, home, env = {}, isSecure = false, port = 0 } = options;
  await mkdir(home, { recursive: true });
  const isOwn = !args.includes('--upstream') && !('MENTION_LOOP_UPSTREAM' in env);
  const own = isOwn ? ['--opencode-path', await testBinary()] : [];
  const child = spawn(
    process.execPath,
    [bundle, '--listen', `127.0.0.1:${port}`, ...own, ...args],
    {
      cwd: home,
      env: {
        PATH: process.env['PATH'] ?? ['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
        HOME: home,
        XDG_DATA_HOME: join(home, 'data'),
        XDG_CONFIG_HOME: join(home, 'config'),
        XDG_CACHE_HOME: join(home, 'cache'),
        XDG_STATE_HOME: join(home, 'state'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let told = '';
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let isOver = false;
  void ended.then(() => (isOver = true));
  const scheme = isSecure ? 'https' : 'http';
  let url = '';
  while (!(await isReady(url))) {
    if (isOver) throw new Error(`serve ended early:\n${told}`);
    const listening = /Listening on 127\.0\.0\.1:(\d+)/.exec(told)?.[1];
    if (listening !== undefined) url = `${scheme}://127.0.0.1:${listening}`;
    await sleep(50);
  }
  return {
    process: child,
    url,
    told: () => told,
    log: () => log,
    ended,
    children: () => childrenOf(child.pid),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      child.kill('SIGINT');
      await ended;
    },
  };
}

function childrenOf(pid: number | undefined): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return rows.flatMap(([id = 0, parent]) => (parent === pid && id !== pid ? [id] : []));
}

async function isReady(url: string): Promise<boolean> {
  if (url === '') return false;
  if (url.startsWith('http:'))
    return await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  return await new Promise((resolve) => {
    const asked = getHttps(`${url}/readyz`, { rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('error', () => resolve(false));
  });
}
