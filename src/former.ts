import { findWork, listBranches } from './changes/branches.ts';
import { branchPrefix } from './changes/name.ts';
import type { Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import { viewerLogin } from './github.ts';
import type { ChangesInputs } from './inputs.ts';
import { logWarning } from './outputs.ts';

/** The branch that a former run made for an issue, and that is still to be merged. */
export interface FormerWork {
  /** The issue. */
  number: number;
  branch: string;
  headSha: string;
}

/**
 * Looks for what a former run on the same issue changed, so that this one goes on from it. Where that
 * cannot be told, it begins at what is checked out. Throws only the signal's reason.
 */
export async function findFormerWork(
  { github, trigger, context }: Desk,
  { way, isSilent }: ChangesInputs,
  signal: AbortSignal,
): Promise<FormerWork | undefined> {
  const { repository, thread } = trigger;
  if (thread?.kind !== 'issue' || way !== 'push' || isSilent) return undefined;
  const place = { github, repository };
  try {
    const branches = await listBranches(place, branchPrefix(thread, context.runId), signal);
    if (branches.size === 0) return undefined;
    const ours = { login: await viewerLogin(github, signal), serverUrl: context.serverUrl };
    const { branch = '' } = (await findWork(place, branches, ours, signal)) ?? {};
    const headSha = branches.get(branch);
    return headSha === undefined ? undefined : { number: thread.number, branch, headSha };
  } catch (thrown) {
    signal.throwIfAborted();
    logWarning(`Whether a former run changed something here is not known: ${messageOf(thrown)}.`);
    return undefined;
  }
}
