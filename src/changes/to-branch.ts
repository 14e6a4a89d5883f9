import { messageOf } from '../errors.ts';
import { toGitHubError, viewerLogin } from '../github.ts';
import { findWork, listBranches, type OpenWork } from './branches.ts';
import type { Delivered } from './change.ts';
import { fallbackTitle, isHopeless, type Delivery, type Landed, type Outcome } from './delivery.ts';
import { describePull } from './description.ts';
import { landOn, makeBranch } from './land.ts';
import { subjectOf } from './message.ts';
import { branchName, branchPrefix } from './name.ts';
import { named, noteOnToken, reasonOf, said, short } from './notes.ts';
import { compareUrl, openPull, type Opened, type OwnPull } from './pull-request.ts';
import { on, orMissing, readTip } from './repository.ts';

/** A branch with the changes. */
interface Branch {
  name: string;
  commitSha: string;
  /** The pull request that is open already. */
  pull: OwnPull | undefined;
  notes: string[];
}

/**
 * Pushes the changes to a branch of their own, and opens a pull request that closes the issue; or
 * goes on with those that a former run made for it. A person may open the pull request where Actions
 * may not: the branch stays.
 */
export async function deliverToBranch(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
  const login = await viewerLogin(delivery.github, signal);
  const base = (await delivery.github.rest.repos.get(on(delivery, signal))).data.default_branch;
  const prefix = branchPrefix(delivery.thread, delivery.identity.runId);
  const branches = await listBranches(delivery, prefix, signal);
  const work = await findFormer(delivery, branches, login, signal);
  const went = work === undefined ? undefined : await goOn(delivery, work, signal);
  if (went !== undefined && !('why' in went)) {
    return 'name' in went ? await withPull(delivery, went, { base, login }, signal) : went;
  }
  const made = await begin(delivery, { base, taken: branches.keys() }, signal);
  if ('patchFor' in made) {
    return { patchFor: [...(went === undefined ? [] : [went.why]), ...made.patchFor] };
  }
  if (went !== undefined)
    made.notes.unshift(`${went.why} They are on the branch ${named(made.name)} instead.`);
  return await withPull(delivery, made, { base, login }, signal);
}

/** A run that is on no thread has no former ones: jobs of one run have a branch each. */
async function findFormer(
  delivery: Delivery,
  branches: ReadonlyMap<string, string>,
  login: string,
  signal: AbortSignal,
): Promise<OpenWork | undefined> {
  const { thread, serverUrl } = delivery;
  if (thread === undefined) return undefined;
  return await findWork(delivery, branches, { login, serverUrl }, signal);
}

/** Adds to a former run's branch; `why` where another one is needed. */
async function goOn(
  delivery: Delivery,
  { branch, pull }: OpenWork,
  signal: AbortSignal,
): Promise<Branch | Outcome | { why: string }> {
  const { landed } = await landOn(delivery, branch, signal);
  if (landed.is === 'pushed') return { name: branch, commitSha: landed.commitSha, pull, notes: [] };
  const why = reasonOf(landed, branch);
  if (landed.is === 'empty') return { notes: [why] };
  return isHopeless(landed) ? { patchFor: [why] } : { why };
}

/**
 * A new branch upon the default branch as it is now; where the changes do not merge with it, upon the
 * commit that the agent worked in.
 */
async function begin(
  delivery: Delivery,
  { base, taken }: { base: string; taken: Iterable<string> },
  signal: AbortSignal,
): Promise<Branch | { patchFor: string[] }> {
  const { thread, title, identity, changeSet } = delivery;
  const tip = await readTip(delivery, base, signal);
  const wanted = { name: branchName(thread, title, identity.runId), taken: [...taken] };
  const parent = tip ?? changeSet.base;
  let { landed, branch } = await makeBranch(delivery, { ...wanted, parent }, signal);
  const notes: string[] = [];
  if (landed.is === 'conflicts' && (await isKnown(delivery, changeSet.base, signal))) {
    notes.push(`${reasonOf(landed, base)} The branch begins at ${short(changeSet.base)}.`);
    ({ landed, branch } = await makeBranch(
      delivery,
      { ...wanted, parent: changeSet.base },
      signal,
    ));
  }
  if (landed.is === 'pushed')
    return { name: branch, commitSha: landed.commitSha, pull: undefined, notes };
  return { patchFor: [...notes, reasonOf(landed, nameFor(landed, branch, base))] };
}

/** Of which branch the reason speaks. */
function nameFor(landed: Landed, branch: string, base: string): string {
  return landed.is === 'conflicts' || landed.is === 'empty' ? base : branch;
}

/** Whether GitHub has a commit: another step may have made the one that the workspace shows. */
async function isKnown(delivery: Delivery, sha: string, signal: AbortSignal): Promise<boolean> {
  const asked = { ...on(delivery, signal), commit_sha: sha };
  return (await orMissing(delivery.github.rest.git.getCommit(asked))) !== undefined;
}

/** The branch is pushed: whatever becomes of the pull request, the branch is told. */
async function withPull(
  delivery: Delivery,
  { name, commitSha, pull, notes }: Branch,
  { base, login }: { base: string; login: string },
  signal: AbortSignal,
): Promise<Delivered> {
  const pushed = { commitSha, branch: name };
  const token = noteOnToken(login);
  const common = [...notes, ...(token === '' ? [] : [token])];
  if (pull !== undefined) return { ...pushed, pull: { ...pull, isNew: false }, notes: common };
  const opened = await open(delivery, { branch: name, base, login }, signal);
  if (opened.is === 'open')
    return { ...pushed, pull: { ...opened.pull, isNew: true }, notes: common };
  const why = `The pull request could not be opened: ${opened.why}.`;
  const url = compareUrl(delivery.serverUrl, delivery, { base, branch: name });
  return { ...pushed, compareUrl: url, notes: [why, ...common] };
}

async function open(
  delivery: Delivery,
  { branch, base, login }: { branch: string; base: string; login: string },
  signal: AbortSignal,
): Promise<Opened> {
  const { answer, thread, identity, runUrl, harmless } = delivery;
  const title = subjectOf(answer, fallbackTitle(thread, identity.runId));
  const body = describePull({ thread, answer, runId: identity.runId, runUrl, harmless });
  try {
    const opened = await openPull(delivery, { branch, base, title, body, identity }, login, signal);
    return opened.is === 'open' ? opened : { ...opened, why: said(opened.why) };
  } catch (thrown) {
    const why = signal.aborted
      ? 'there was no time left'
      : messageOf(toGitHubError(thrown, 'open it'));
    return { is: 'refused', why };
  }
}
