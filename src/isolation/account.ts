import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { messageOf } from '../errors.ts';
import { accountTries } from '../limits.ts';
import { type Privileges, systemPath } from './privilege.ts';
import { isAtWork } from './processes.ts';

/** The user that the agent of one run is. Its group has the same name and number. */
export interface Account {
  name: string;
  uid: number;
  /** Its own folder, closed to everybody else. */
  home: string;
}

/**
 * Numbers that no system gives to people or packages, and that still fit into a container's 65,536:
 * systemd's, for users that live as long as a service. https://systemd.io/UIDS-GIDS/
 */
const uids = { first: 61_184, last: 65_519 };

const namePattern = /^mention-loop-[\da-f]{8}$/;

/** Where a home is looked for a place: only root can write to the first ones. */
const parents = ['/home', '/var/lib', '/opt', '/var/tmp', '/tmp'];

const lockedMs = 100;

/** A user that is not there yet: what it is called is known, and can be noted, before it is made. */
export function chooseAccount(): Account {
  const taken = new Set([...readEntries('passwd'), ...readEntries('group')].map(({ id }) => id));
  const name = `mention-loop-${randomBytes(4).toString('hex')}`;
  const mounts = readText('/proc/mounts');
  const parent = parents.find((path) => existsSync(path) && mayHold(mounts, path)) ?? '/tmp';
  for (;;) {
    const uid = randomInt(uids.first, uids.last + 1);
    if (!taken.has(uid) && !isAtWork(uid)) return { name, uid, home: join(parent, name) };
  }
}

/**
 * Makes the user, where the system can, and its home, which is `owner`'s until it is handed over.
 * Without `useradd` the user is a number, which is all that the kernel knows. Throws an `Error`.
 */
export async function createAccount(
  privileges: Privileges,
  { name, uid, home }: Account,
  owner: number,
): Promise<void> {
  // Fails where there is something of that name, a link too.
  await privileges.run(['mkdir', '-m', '0700', '--', home]);
  if (owner !== 0) await privileges.run(['chown', '-h', String(owner), '--', home]);
  // A system whose lists of users cannot be written does without the name, too.
  await nameIt(privileges, { name, uid, home }).catch(() => undefined);
}

async function nameIt(privileges: Privileges, { name, uid, home }: Account): Promise<void> {
  if (!hasTool('useradd') || !hasTool('groupadd')) return;
  const id = String(uid);
  await patiently(() => privileges.run(['groupadd', '--gid', id, '--', name]));
  const nowhere = ['--no-create-home', '--home-dir', home, '--shell', '/usr/sbin/nologin'];
  const ids = ['--system', '--uid', id, '--gid', id, '--comment', 'Mention Loop'];
  await patiently(() => privileges.run(['useradd', ...ids, ...nowhere, '--', name]));
}

/** Removes what `createAccount` made, as far as it is there; its processes must have ended. */
export async function removeAccount(privileges: Privileges, account: Account): Promise<void> {
  const { name, home } = account;
  if (hasEntry('passwd', name)) await patiently(() => privileges.run(['userdel', '--', name]));
  // `userdel` may have removed it too: `USERGROUPS_ENAB` in login.defs(5).
  if (hasEntry('group', name)) await patiently(() => privileges.run(['groupdel', '--', name]));
  if (existsSync(home)) await privileges.run(['rm', '-rf', '--one-file-system', '--', home]);
}

/**
 * Whether an account that somebody wrote down can be one of ours: another may not be ended, nor its
 * files given away.
 */
export function isOurs({ name, uid, home }: Account): boolean {
  if (!namePattern.test(name) || !Number.isInteger(uid)) return false;
  if (uid < uids.first || uid > uids.last) return false;
  if (basename(home) !== name || !parents.includes(dirname(home))) return false;
  if (isForeign(home, uid)) return false;
  const entries = [...readEntries('passwd'), ...readEntries('group')];
  return entries.every((entry) => (entry.name === name) === (entry.id === uid));
}

function isForeign(home: string, uid: number): boolean {
  const found = lstatSync(home, { throwIfNoEntry: false });
  if (found === undefined) return false;
  return !found.isDirectory() || ![uid, process.getuid?.() ?? 0, 0].includes(found.uid);
}

/** Users that are named in this system's own files by us, and are left over where nothing runs. */
export function leftOverNames(): string[] {
  return readEntries('passwd')
    .filter(({ name, id }) => namePattern.test(name) && !isAtWork(id))
    .map(({ name }) => name);
}

/** Where root may be nobody, and cannot give a file away: a home at NFS, or one that is mounted on demand. */
const remote = /^(?:nfs\d?|autofs|cifs|smb\d?|afs|fuse\.sshfs)$/;

/** Whether a home can be made where `path` is, and programs be run from there. https://man7.org/linux/man-pages/man5/proc_pid_mounts.5.html */
export function mayHold(mounts: string, path: string): boolean {
  const found = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, at = '']) => at === path || path.startsWith(at.endsWith('/') ? at : `${at}/`))
    .toSorted(([, one = ''], [, other = '']) => one.length - other.length)
    .at(-1);
  const [, , type = '', marks = ''] = found ?? [];
  const options = marks.split(',');
  return !remote.test(type) && !options.includes('noexec') && !options.includes('ro');
}

/** Two runs may want to write the list of users at once: it is locked for a moment then. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let left = accountTries; ; left -= 1) {
    try {
      await work();
      return;
    } catch (thrown) {
      if (left <= 1 || !/lock/.test(messageOf(thrown))) throw thrown;
      await pause(lockedMs);
    }
  }
}

function hasTool(name: string): boolean {
  return systemPath.split(':').some((folder) => existsSync(join(folder, name)));
}

function hasEntry(file: 'passwd' | 'group', name: string): boolean {
  return readEntries(file).some((entry) => entry.name === name);
}

/** https://man7.org/linux/man-pages/man5/passwd.5.html, and group(5): the number is the third field. */
function readEntries(file: 'passwd' | 'group'): { name: string; id: number }[] {
  return readText(`/etc/${file}`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'))
    .map(([name = '', , id = '']) => ({ name, id: Number(id) }));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
