import { basename, join } from 'node:path';

import type { Account } from './account.ts';
import type { Privileges } from './privilege.ts';
import { isAtWork } from './processes.ts';

/** Files in the agent's home, by their names there, and where to put them. */
export interface Carried {
  names: readonly string[];
  /** A folder of ours that nobody else can come to. */
  to: string;
  /** One that is larger stays where it is. */
  bytes: number;
}

/** Files of the agent's own home, while nothing of it is at work. All throw an `Error`. */
export interface HomeFiles {
  /** Copies files of ours to it. */
  bringIn(files: readonly string[]): Promise<void>;
  /**
   * Moves files out of it, and makes them ours. As root we may read anything, so nothing is taken but
   * plain files that the agent has made and that have no other name: what a link of its leads to stays
   * where it is.
   */
  takeOut(carried: Carried): Promise<void>;
  /** Removes files from it, whatever they are. */
  remove(names: readonly string[]): Promise<void>;
}

/** The files of one agent. */
export function homeFilesOf(privileges: Privileges, account: Account): HomeFiles {
  return {
    bringIn: (files) => bringIn(privileges, account, files),
    takeOut: (carried) => takeOut(privileges, account, carried),
    remove: async (names) => {
      const paths = names.map((name) => join(account.home, name));
      await privileges.run(['rm', '-rf', '--', ...paths]);
    },
  };
}

async function bringIn(
  privileges: Privileges,
  { uid, home }: Account,
  files: readonly string[],
): Promise<void> {
  await privileges.run(['cp', '--', ...files, home]);
  const copies = files.map((file) => join(home, basename(file)));
  await privileges.run(['chown', '-h', `${uid}:${uid}`, '--', ...copies]);
}

async function takeOut(
  privileges: Privileges,
  { uid, home }: Account,
  { names, to, bytes }: Carried,
): Promise<void> {
  if (isAtWork(uid)) throw new Error('something of the agent is still at work');
  const named = names.flatMap((name, index) => [...(index > 0 ? ['-o'] : []), '-name', name]);
  const isPlain = ['-type', 'f', '-links', '1', '-user', String(uid), '-size', `-${bytes}c`];
  const ours = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const take = ['-exec', 'chown', '-h', ours, '{}', ';', '-exec', 'mv', '--', '{}', to, ';'];
  const where = ['-maxdepth', '1', '-xdev'];
  await privileges.run(['find', home, ...where, ...isPlain, '(', ...named, ')', ...take]);
}
