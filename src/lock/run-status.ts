import type { GitHub } from '../github.ts';
import type { RunState } from './judge.ts';
import type { LockRecord } from './record.ts';

/**
 * What GitHub says of the run attempt that a record names. `unknown` where it is of another repository
 * than `repository` (`owner/name`), whose runs are not ours to ask for, where GitHub does not know it
 * (a laptop, act) or does not tell (no `actions: read`), and where there is no answer. Throws the
 * signal's reason only.
 * https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run-attempt
 */
export async function askRun(
  { github, repository }: { github: GitHub; repository: string },
  record: Pick<LockRecord, 'repository' | 'owner'>,
  signal: AbortSignal,
): Promise<RunState> {
  const run = numbersOf(record);
  const [owner = '', repo = ''] = repository.split('/');
  const isOurs = record.repository.toLowerCase() === repository.toLowerCase();
  if (run === undefined || !isOurs) return 'unknown';
  try {
    const asked = { owner, repo, ...run, exclude_pull_requests: true, request: { signal } };
    const { data } = await github.rest.actions.getWorkflowRunAttempt(asked);
    if (data.status === null) return 'unknown';
    return data.status === 'completed' ? 'completed' : 'going on';
  } catch {
    signal.throwIfAborted();
    return 'unknown';
  }
}

/** Others can write a record: undefined for what GitHub's own numbers cannot be. */
function numbersOf({
  owner,
}: Pick<LockRecord, 'owner'>): { run_id: number; attempt_number: number } | undefined {
  const [run_id, attempt_number] = [Number(owner.runId), owner.attempt];
  const isNumber = /^[1-9]\d*$/.test(owner.runId) && Number.isSafeInteger(run_id);
  return isNumber && attempt_number > 0 ? { run_id, attempt_number } : undefined;
}
