import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { messageOf } from '../errors.ts';
import { privilegedMs } from '../limits.ts';

/** The way to act as root: as we are, or through `sudo` that asks for no password. */
export interface Privileges {
  /** What stands before a command for it to be root's; empty where we are root. */
  prefix: readonly string[];
  /**
   * Runs one command as root, without a shell, for `privilegedMs` or `ms`; resolves to what it
   * printed. Throws an `Error` that says how it failed.
   */
  run(command: readonly string[], ms?: number): Promise<string>;
}

/** Where an isolation cannot be had, why, as half a sentence. */
export interface Missing {
  missing: string;
}

/** Only the system's own folders: an earlier step may have put anything on `PATH`. */
export const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';

/** No user has it: only whether the step down works is tried with it. */
const probeUid = 65_533;

const execute = promisify(execFile);

/**
 * Whether this process can act as root, and step down from there to a user without any privilege.
 * Answers within `privilegedMs`; never throws.
 */
export async function findPrivileges(): Promise<Privileges | Missing> {
  if (process.platform !== 'linux') return { missing: 'it is made for Linux only' };
  const isRoot = process.getuid?.() === 0;
  const privileges = privilegesOf(isRoot ? [] : ['sudo', '-n', '--']);
  try {
    if (!isRoot) await privileges.run(['true']);
  } catch {
    return { missing: 'the job is not root and has no `sudo` without a password' };
  }
  try {
    await privileges.run([...stepDown(probeUid), 'true']);
  } catch {
    return { missing: "util-linux's `setpriv` is not there, or may not do its work" };
  }
  return privileges;
}

/**
 * What stands before a command for it to be the user `uid`'s, in the group of the same number and no
 * other. No program that it starts can get more: set-user-ID has no effect, and nothing is left to
 * inherit. https://man7.org/linux/man-pages/man1/setpriv.1.html
 */
export function stepDown(uid: number): string[] {
  const ids = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  return ['setpriv', ...ids, '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--'];
}

/** The environment of what is run as root: nothing of the step's. */
export const rootEnvironment: Readonly<Record<string, string>> = { PATH: systemPath, LC_ALL: 'C' };

function privilegesOf(prefix: readonly string[]): Privileges {
  const run = async (command: readonly string[], ms: number = privilegedMs): Promise<string> => {
    // We may not signal what runs as root: it has to stop by itself.
    const bounded = ['timeout', '-k', '1', String(Math.ceil(ms / 1000)), ...command];
    const [file = '', ...args] = [...prefix, ...bounded];
    try {
      const options = { env: rootEnvironment, cwd: '/', maxBuffer: 16 * 1024 * 1024 };
      return (await execute(file, args, { ...options, encoding: 'utf8' })).stdout;
    } catch (thrown) {
      throw new Error(`\`${command[0]}\` failed: ${complaintOf(thrown)}`, { cause: thrown });
    }
  };
  return { prefix, run };
}

/** The first line that a failed command complained in; the paths in it are no secret. */
function complaintOf(thrown: unknown): string {
  const { stderr } = thrown as { stderr?: unknown };
  const line = typeof stderr === 'string' ? stderr.trim().split('\n')[0] : '';
  return (line === '' ? undefined : line) ?? messageOf(thrown);
}
