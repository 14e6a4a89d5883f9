/** An ordinary user with password-less sudo, as the one of a hosted runner is. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lchownSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { testBinary } from '../../playground/opencode.ts';
import type { ActionOptions } from '../../playground/runner.ts';

const repository = join(import.meta.dirname, '..', '..');

/** Who runs a job, with a copy of all that it takes. */
export interface Person extends AsyncDisposable {
  as: Required<Pick<ActionOptions, 'user' | 'node' | 'actionPath'>>;
  /** OpenCode's binary, which others can run. */
  binary: string;
  /** Closed to others, as a home is. */
  home: string;
  /** Makes a folder and all in it this person's. */
  own(folder: string): void;
}

/** Why no such user can be made on this machine; undefined where one can. */
export function findObstacle(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can make a user';
  const missing = ['/usr/bin/sudo', '/usr/sbin/useradd', '/usr/bin/setpriv'].find(
    (path) => !existsSync(path),
  );
  return missing === undefined ? undefined : `${missing} is not there`;
}

/** Makes the user, with sudo or without; disposal removes it. */
export async function makePerson({ hasSudo = true } = {}): Promise<Person> {
  await using stack = new AsyncDisposableStack();
  const name = `runner-${randomBytes(4).toString('hex')}`;
  const home = join('/home', name);
  execFileSync('useradd', ['--create-home', '--home-dir', home, '--shell', '/bin/sh', name]);
  stack.defer(() => {
    execFileSync('userdel', [name]);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  const rule = join('/etc/sudoers.d', name);
  // Newer versions of sudo have `use_pty` by default.
  const rules = `Defaults:${name} use_pty\n${name} ALL=(ALL) NOPASSWD: ALL\n`;
  if (hasSudo) await writeFile(rule, rules, { mode: 0o440 });
  stack.defer(() => rmSync(rule, { force: true }));
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  const user = { uid: id('-u'), gid: id('-g') };
  const [node, binary, actionPath] = ['node', 'opencode', 'action'].map((file) => join(home, file));
  if (node === undefined || binary === undefined || actionPath === undefined) throw new Error();
  await copyFile(process.execPath, node);
  await copyFile(await testBinary(), binary);
  await mkdir(actionPath);
  for (const part of ['action.yml', 'dist'])
    await cp(join(repository, part), join(actionPath, part), { recursive: true });
  const own = (folder: string): void => {
    lchownSync(folder, user.uid, user.gid);
    for (const each of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      lchownSync(join(folder, each), user.uid, user.gid);
  };
  mkdirSync(join(home, 'work'));
  own(home);
  chmodSync(home, 0o750);
  const owned = stack.move();
  const dispose = (): Promise<void> => owned.disposeAsync();
  return { as: { user, node, actionPath }, binary, home, own, [Symbol.asyncDispose]: dispose };
}
