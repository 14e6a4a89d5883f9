import type { Redactor } from '../redact/redactor.ts';
import type { ChangeSet } from './change.ts';
import type { Store } from './store.ts';

/**
 * The paths of changes that add a secret, by content or by name; one that stood in the file before
 * does not count. Throws `GitError`, also where an object is not what its id says.
 */
export async function findSecrets(
  store: Store,
  changeSet: ChangeSet,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<string[]> {
  await Promise.resolve(signal);
  throw new Error(`not built: ${store.folder} ${changeSet.after} ${redactor.redact('')}`);
}
