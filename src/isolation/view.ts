import { existsSync, readFileSync } from 'node:fs';

import type { Account } from './account.ts';
import type { Places } from './access.ts';
import { type Privileges, systemPath } from './privilege.ts';

/** What every user has for files of a moment, and what is no disk: these stay as they are. */
const shared = ['/tmp', '/var/tmp'];
const systems = ['/proc', '/sys', '/dev', '/run'];

/**
 * Run as root in a mount namespace of its own, with three lists of paths, each ended by `--`: what
 * stays writable, what becomes read-only, and other file systems that do, as far as they can. The
 * rest is the program. A clone of a mount has its marks: what stays writable comes first.
 * https://man7.org/linux/man-pages/man8/mount.8.html
 */
const script = `set -e
while [ "$1" != -- ]; do mount -n --rbind "$1" "$1"; shift; done; shift
while [ "$1" != -- ]; do mount -n --rbind "$1" "$1"; mount -n -o remount,bind,ro "$1"; shift; done; shift
while [ "$1" != -- ]; do mount -n -o remount,bind,ro "$1" 2>/dev/null || :; shift; done; shift
mount -n -o remount,bind,ro /
exec "$@"`;

/**
 * What stands before a command, as root, for it to find nothing writable but the workspace, its home
 * and what is for files of a moment: on GitHub's own runners everybody may write to the tool cache
 * and to `/usr/share`, which later steps run. Undefined where there can be no such view.
 * https://github.com/actions/runner-images/blob/main/images/ubuntu/scripts/build/configure-system.sh
 */
export async function findView(
  privileges: Privileges,
  { workspace, open }: Places,
  { home }: Account,
): Promise<string[] | undefined> {
  const writable = [...shared.filter((path) => existsSync(path)), workspace, home];
  const others = mountsBeside(readFileSync('/proc/self/mounts', 'utf8'), [...writable, ...systems]);
  const namespace = ['unshare', '--mount', '--propagation', 'private', '--'];
  const lists = [...writable, '--', ...open, '--', ...others, '--'];
  const view = ['env', `PATH=${systemPath}`, ...namespace, 'sh', '-c', script, 'sh', ...lists];
  return await privileges.run([...view, 'true']).then(
    () => view,
    () => undefined,
  );
}

/**
 * Where further file systems are mounted that can be written to, but for those at or below one of
 * `kept`; `mounts` is as in proc_pid_mounts(5), with blanks in names escaped as fstab(5) says.
 */
export function mountsBeside(mounts: string, kept: readonly string[]): string[] {
  return mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , , options = '']) => options.split(',').includes('rw'))
    .map(([, at = '']) => at.replaceAll(/\\(\d{3})/g, (_, octal: string) => fromOctal(octal)))
    .filter((at) => at !== '/' && !kept.some((path) => at === path || at.startsWith(`${path}/`)));
}

function fromOctal(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 8));
}
