import { listBranches } from './branches.ts';
import { forkNote } from './decide.ts';
import { isHopeless, type Delivery, type Outcome } from './delivery.ts';
import { branchName, branchPrefix } from './name.ts';
import { named, reasonOf, short, tokenNote } from './notes.ts';
import { landOn, makeBranch } from './land.ts';
import { compareUrl } from './pull-request.ts';
import { on } from './repository.ts';

/**
 * Pushes the changes to the head branch of a pull request of this repository. Where that has moved,
 * they are merged onto what it shows now; where they do not merge, or may not be pushed to it, they
 * go to a branch of their own.
 */
export async function deliverToHead(
  delivery: Delivery,
  headSha: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const number = delivery.thread?.number ?? 0;
  const asked = { ...on(delivery, signal), pull_number: number };
  const { head, base, state } = (await delivery.github.rest.pulls.get(asked)).data;
  // A fork's branch may well be called `main`.
  if (head.repo?.id !== base.repo.id) return { patchFor: [forkNote] };
  const branch = head.ref;
  if (state !== 'open') {
    const why = 'The pull request is not open any more.';
    return await besides(delivery, { headSha, base: base.ref, why }, signal);
  }
  const { landed, parent } = await landOn(delivery, branch, signal);
  if (landed.is === 'pushed') {
    const notes = [parent === headSha ? '' : movedNote(branch, parent)];
    notes.push(await tokenNote(delivery, signal));
    return { commitSha: landed.commitSha, branch, notes: notes.filter((note) => note !== '') };
  }
  const why = reasonOf(landed, branch);
  if (landed.is === 'empty') return { notes: [why] };
  if (isHopeless(landed)) return { patchFor: [why] };
  const onto = landed.is === 'gone' ? base.ref : branch;
  return await besides(delivery, { headSha, base: onto, why }, signal);
}

/** A branch of its own upon the head that the agent worked in. */
async function besides(
  delivery: Delivery,
  { headSha, base, why }: { headSha: string; base: string; why: string },
  signal: AbortSignal,
): Promise<Outcome> {
  const { thread, title, identity, serverUrl } = delivery;
  const taken = await listBranches(delivery, branchPrefix(thread, identity.runId), signal);
  const wanted = {
    name: branchName(thread, title, identity.runId),
    parent: headSha,
    taken: taken.keys(),
  };
  const { branch, landed } = await makeBranch(delivery, wanted, signal);
  if (landed.is !== 'pushed') return { patchFor: [why, reasonOf(landed, branch)] };
  return {
    commitSha: landed.commitSha,
    branch,
    compareUrl: compareUrl(serverUrl, delivery, { base, branch }),
    notes: [
      `${why} They are on the branch ${named(branch)}, upon ${short(headSha)}.`,
      await tokenNote(delivery, signal),
    ].filter((note) => note !== ''),
  };
}

function movedNote(branch: string, parent: string): string {
  return `The head of the pull request moved while the agent was at work: its changes were merged onto ${short(parent)}, which ${named(branch)} shows now.`;
}
