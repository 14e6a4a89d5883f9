import { toGitHubError } from '../github.ts';
import { GitError } from '../git/git.ts';
import type { Delivered } from './change.ts';
import { decide } from './decide.ts';
import type { Delivery } from './delivery.ts';
import { deliverToBranch } from './to-branch.ts';
import { deliverToHead } from './to-head.ts';

/**
 * Brings the agent's changes to where they belong: the pull request's head, a branch of their own
 * with a pull request, or a patch. Whatever GitHub refuses or does not answer is told in `notes`, and
 * the changes are a patch then. Throws the signal's reason, and what `savePatch` throws.
 */
export async function deliver(delivery: Delivery, signal: AbortSignal): Promise<Delivered> {
  const { changeSet } = delivery;
  const plan = decide({ ...delivery, isChanged: changeSet.changes.length > 0 });
  if (plan.to === 'nothing') return { notes: [] };
  if (plan.to === 'patch') return await patch(delivery, [plan.note], signal);
  try {
    const outcome =
      plan.to === 'head'
        ? await deliverToHead(delivery, plan.headSha, signal)
        : await deliverToBranch(delivery, signal);
    return 'patchFor' in outcome ? await patch(delivery, outcome.patchFor, signal) : outcome;
  } catch (thrown) {
    signal.throwIfAborted();
    return await patch(delivery, [problem(thrown)], signal);
  }
}

async function patch(
  delivery: Delivery,
  notes: readonly string[],
  signal: AbortSignal,
): Promise<Delivered> {
  const patchPath = await delivery.savePatch(signal);
  return { patchPath, notes: notes.filter((note) => note !== '') };
}

function problem(thrown: unknown): string {
  if (thrown instanceof GitError) return `The changes could not be pushed: ${thrown.message}.`;
  return toGitHubError(thrown, 'push the changes').sentence;
}
