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

/** Copies files of ours to the agent's home: it must not have run yet. Throws an `Error`. */
export async function bringIn(
  privileges: Privileges,
  { uid, home }: Account,
  files: readonly string[],
): Promise<void> {
  await privileges.run(['cp', '--', ...files, home]);
  const copies = files.map((file) => join(home, basename(file)));
  await privileges.run(['chown', '-h', `${uid}:${uid}`, '--', ...copies]);
}

/**
 * Moves files out of the agent's home, and makes them ours; its processes must have ended. As root we
 * may read anything, so nothing is taken but plain files that the agent has made and that have no
 * other name: what a link of its leads to stays where it is. Throws an `Error`.
 */
export async function takeOut(
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

/** Removes files from the agent's home, whatever they are; its processes must have ended. */
export async function removeFrom(
  privileges: Privileges,
  { home }: Account,
  names: readonly string[],
): Promise<void> {
  await privileges.run(['rm', '-rf', '--', ...names.map((name) => join(home, name))]);
}
