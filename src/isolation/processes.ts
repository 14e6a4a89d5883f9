import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { serverStopMs } from '../limits.ts';
import { type Privileges, stepDown } from './privilege.ts';

const pollMs = 20;
/** Who does nothing but end those that end him is looked for again so often. */
const rounds = 10;

/** The processes of a user that are alive, whatever they have done to their name or environment. */
export function processesOf(uid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isAlive(name, uid))
    .map(Number);
}

/** Whether anything runs as that user. */
export function isAtWork(uid: number): boolean {
  return processesOf(uid).length > 0;
}

/**
 * Ends every process of a user: SIGTERM, and SIGKILL after `serverStopMs`. The last signal is sent by
 * that user to all that it may signal, which the kernel does at one stroke: no new process slips
 * through, and one that forks faster than `/proc` can be read does not either. Root sends it too, to
 * those it sees, where the agent has ended the one that was to end it. Throws an `Error` where some
 * are left. https://man7.org/linux/man-pages/man2/kill.2.html
 */
export async function endProcesses(privileges: Privileges, uid: number): Promise<void> {
  if (isAtWork(uid)) {
    await signalAll(privileges, uid, 'TERM');
    await untilGone(uid);
  }
  for (let round = 0; round < rounds; round += 1) {
    if (await signalAll(privileges, uid, 'KILL')) {
      await untilGone(uid);
      if (!isAtWork(uid)) return;
    }
    await signalEach(privileges, uid);
  }
  throw new Error('processes of the agent could not be ended');
}

/** Resolves to whether the signal was sent: the agent may end the sender before. */
async function signalAll(privileges: Privileges, uid: number, signal: string): Promise<boolean> {
  const kill = ['sh', '-c', `kill -${signal} -1`];
  return await privileges.run([...stepDown(uid), ...kill]).then(
    () => true,
    () => false,
  );
}

async function signalEach(privileges: Privileges, uid: number): Promise<void> {
  const left = processesOf(uid).map(String);
  if (left.length === 0) return;
  await privileges.run(['kill', '-KILL', ...left]).catch(() => undefined);
}

async function untilGone(uid: number): Promise<void> {
  const deadline = performance.now() + serverStopMs;
  while (isAtWork(uid) && performance.now() < deadline) await pause(pollMs);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html; a zombie can do nothing any more. */
function isAlive(pid: string, uid: number): boolean {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return false;
  }
  const ids = /^Uid:\t(.*)$/m.exec(status)?.[1]?.split('\t') ?? [];
  return ids.includes(String(uid)) && !/^State:\t[ZX]/m.test(status);
}
