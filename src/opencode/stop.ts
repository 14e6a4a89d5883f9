import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { serverStopMs } from '../limits.ts';
import {
  type Process,
  descendantsOf,
  listProcesses,
  readProcess,
  readVariable,
} from './processes.ts';

/**
 * The variable that marks a server of ours and, by inheritance, all that it starts; its value is
 * random for each server.
 */
export const markName = 'MENTION_LOOP_SERVER';

/** What OpenCode is started with: port 0 is a free one. */
export const serveArgs = ['serve', '--hostname', '127.0.0.1', '--port', '0'];

const run = promisify(execFile);
const pollMs = 20;
/** A process may start another one while it is being ended: the marked ones are looked for again. */
const rounds = 5;

/**
 * Ends a server of ours and what it started, also what left its process group or was handed on to
 * init; what did both with an emptied environment is not found. SIGTERM first, SIGKILL after
 * `serverStopMs`. A process of that id that is not ours (the id was given out again) is left alone.
 * Never throws; calling it twice does nothing more.
 * `mark` is the server's value of `markName`: with it, what outlived a server that is already gone
 * is found too, and without `pid` what a process that died at once had not told.
 */
export async function stopServer(pid: number | undefined, mark?: string): Promise<void> {
  if (process.platform !== 'linux') return await stopElsewhere(pid);
  const own = mark ?? (pid === undefined ? undefined : readVariable(pid, markName));
  if (own === undefined) return;
  const found = findAll(pid, own);
  signalAll(found, 'SIGTERM');
  await untilGone(found, serverStopMs);
  for (let round = 0, left = [...found, ...findAll(pid, own)]; round < rounds; round += 1) {
    if (!left.some(isAlive)) return;
    signalAll(left, 'SIGKILL');
    await untilGone(left, serverStopMs);
    left = findAll(pid, own);
  }
}

/** The server's descendants, and all that carry its mark with theirs. */
function findAll(pid: number | undefined, mark: string): Process[] {
  const all = listProcesses();
  const marked = all.filter((one) => readVariable(one.pid, markName) === mark);
  const server = marked.filter((one) => one.pid === pid);
  const found = [...server, ...marked].flatMap((one) => descendantsOf(one, all));
  return [...new Map(found.map((one) => [one.pid, one])).values()].filter(
    (one) => one.pid !== process.pid,
  );
}

function signalAll(processes: readonly Process[], signal: NodeJS.Signals): void {
  for (const one of processes) if (isAlive(one)) send(one.pid, signal);
}

function isAlive({ pid, startedAt }: Process): boolean {
  return readProcess(pid)?.startedAt === startedAt;
}

async function untilGone(processes: readonly Process[], waitMs: number): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (processes.some(isAlive) && performance.now() < deadline) await pause(pollMs);
}

/** Without `/proc` the process group is what is left; on Windows the tree below the process. */
async function stopElsewhere(pid: number | undefined): Promise<void> {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    const isOurs = ['/fi', 'imagename eq opencode.exe'];
    await run('taskkill', ['/pid', String(pid), '/t', '/f', ...isOurs]).catch(() => undefined);
    return;
  }
  const command = await run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  if (!command.stdout.includes(serveArgs.join(' '))) return;
  send(-pid, 'SIGTERM');
  const deadline = performance.now() + serverStopMs;
  while (send(-pid, 0) && performance.now() < deadline) await pause(pollMs);
  send(-pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // Gone already, or somebody else's.
    return false;
  }
}
