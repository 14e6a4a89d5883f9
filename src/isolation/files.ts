import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { ownershipMs } from '../limits.ts';
import type { Privileges } from './privilege.ts';

const pollMs = 50;

/** A folder, whatever its name leads to later. */
export interface Folder {
  path: string;
  device: number;
  inode: number;
  /** Whose it is, a number: in a container's job the runner has made it, and root works in it. */
  owner: number;
}

/** Which folder a path, which is real, leads to now. */
export function identify(path: string): Folder {
  const { dev: device, ino: inode, uid: owner } = lstatSync(path);
  return { path, device, inode, owner };
}

/**
 * Makes what is the runner's in a folder the agent's, and the folder itself where we are root. Links
 * are never followed, and a file that has another name somewhere (a hard link) stays the runner's:
 * the agent may read it, and put another in its place, but not write to what the other name shows.
 * The group stays, which is how `giveBack` tells what the agent has made. Throws an `Error`.
 */
export async function handOver(
  privileges: Privileges,
  folder: Folder,
  owner: number,
  uid: number,
): Promise<void> {
  const { path } = folder;
  if (owner === 0 && folder.owner !== 0) await privileges.run(chown(String(uid), path));
  const its = ['(', '-type', 'd', '-o', '-links', '1', ')', '-user', String(owner)];
  await inFolder(privileges, path, [...its, ...each(chown(String(uid)))]);
}

/**
 * Makes what is the agent's in a folder the runner's: its processes must have ended. Nothing else
 * changes hands, whatever it linked to. Set-user-ID marks go with the owner.
 * https://man7.org/linux/man-pages/man2/chown.2.html
 * Throws an `Error` where the path does not lead to that folder any more.
 */
export async function giveBack(
  privileges: Privileges,
  folder: Folder,
  { uid, gid }: { uid: number; gid: number },
  from: number,
): Promise<void> {
  await untilLetGo(folder.path);
  const now = identify(folder.path);
  if (now.device !== folder.device || now.inode !== folder.inode)
    throw new Error(`${folder.path} is another folder than before`);
  const its = ['-user', String(from)];
  const made = [...its, '-group', String(from), ...each(chown(`${uid}:${gid}`))];
  const found = [...its, ...each(chown(String(uid)))];
  await inFolder(privileges, folder.path, [...made, '-o', ...found]);
  if (uid === 0 && now.owner !== folder.owner)
    await privileges.run(chown(String(folder.owner), folder.path));
}

/** A `find` of ours outlives a run that is killed: what it still hands over would stay the agent's. */
async function untilLetGo(path: string): Promise<void> {
  const deadline = performance.now() + ownershipMs;
  while (isInHand(path) && performance.now() < deadline) await pause(pollMs);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_cmdline.5.html */
function isInHand(path: string): boolean {
  const wanted = `find\0${path}\0-xdev\0`;
  return readdirSync('/proc').some(
    (name) => /^\d+$/.test(name) && argumentsOf(name).includes(wanted),
  );
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Another file system that is mounted in the folder stays as it is. */
async function inFolder(privileges: Privileges, path: string, tests: string[]): Promise<void> {
  await privileges.run(['find', path, '-xdev', ...tests], ownershipMs);
}

function chown(to: string, path = '{}'): string[] {
  return ['chown', '-h', to, path];
}

function each(command: readonly string[]): string[] {
  return ['-exec', ...command, '+'];
}
