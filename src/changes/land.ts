import { pushTries } from '../limits/changes.ts';
import { land, type Delivery, type Landed } from './delivery.ts';
import { freeName } from './name.ts';
import { readTip } from './repository.ts';

/**
 * Pushes the changes to a branch that is there, upon what it shows now; as often as somebody else
 * was faster. `parent` is what it showed at the last try.
 */
export async function landOn(
  delivery: Delivery,
  branch: string,
  signal: AbortSignal,
): Promise<{ landed: Landed; parent: string }> {
  let parent = '';
  for (let count = 1; count <= pushTries; count += 1) {
    const tip = await readTip(delivery, branch, signal);
    if (tip === undefined) return { landed: { is: 'gone' }, parent };
    parent = tip;
    const landed = await land(delivery, { branch, isNew: false, parent }, signal);
    if (landed.is !== 'moved') return { landed, parent };
  }
  return { landed: { is: 'moved' }, parent };
}

/** Pushes the changes as a new branch upon `parent`, under the first name that is not `taken`. */
export async function makeBranch(
  delivery: Delivery,
  { name, parent, taken }: { name: string; parent: string; taken: Iterable<string> },
  signal: AbortSignal,
): Promise<{ landed: Landed; branch: string }> {
  const names = new Set(taken);
  for (;;) {
    const branch = freeName(name, names);
    if (branch === undefined) return { branch: name, landed: { is: 'taken' } };
    const landed = await land(delivery, { branch, isNew: true, parent }, signal);
    if (landed.is !== 'taken') return { branch, landed };
    names.add(branch);
  }
}
