import { messageOf } from '../errors.ts';
import type { Git } from '../git/git.ts';
import { findUnfit, readSteps, workflowsOf, type Entry } from './entries.ts';
import { step, type Stepped } from './reference.ts';
import { on, refusalOf, type Place } from './repository.ts';
import { UnfitError, uploadTree } from './upload.ts';

/** One commit for one branch. */
export interface Push {
  /** Without `refs/heads/`. */
  branch: string;
  /** Whether the branch is to be made. */
  isNew: boolean;
  /** The commit before, which GitHub has and whose tree is in git's object database. */
  parent: string;
  /** The tree to push, in git's object database. */
  tree: string;
  message: string;
}

/** What became of a push. `why` is half a sentence, in which GitHub may be quoted. */
export type Pushed =
  | { is: 'pushed'; commitSha: string }
  | Exclude<Stepped, { is: 'pushed' }>
  /** Nothing is changed by it: the parent has that tree. */
  | { is: 'empty' }
  /** The token may not write contents. */
  | { is: 'denied'; why: string }
  /** The token may not change workflows. */
  | { is: 'workflows-denied'; paths: string[] }
  /** GitHub's API cannot be told, or made another tree of it: nothing was pushed. */
  | { is: 'unfit'; why: string };

/**
 * Pushes a tree as one commit through the Git Data API: GitHub signs it, for it names no author. The
 * branch is moved only if the tree that GitHub made is the one that was made here, and only forward.
 * What is refused is a value; throws `GitError`, and what GitHub does not answer.
 * https://docs.github.com/rest/git/commits#create-a-commit
 */
export async function push(
  place: Place,
  git: Git,
  wanted: Push,
  signal: AbortSignal,
): Promise<Pushed> {
  const baseTree = (await git(['rev-parse', `${wanted.parent}^{tree}`], signal)).trim();
  const steps = await readSteps(git, { before: baseTree, after: wanted.tree }, signal);
  const { entries } = steps;
  if (entries.length === 0) return { is: 'empty' };
  const unfit = findUnfit(entries);
  if (unfit !== undefined) return { is: 'unfit', why: unfit };
  try {
    const upload = { git, steps, baseTree };
    if (!(await makeTree(place, upload, wanted.tree, signal))) {
      return { is: 'unfit', why: 'GitHub made another tree of it' };
    }
    const commit = await makeCommit(place, wanted, signal);
    const stepped = await step(place, { ...wanted, commit }, signal);
    return stepped.is === 'pushed' ? { is: 'pushed', commitSha: commit } : stepped;
  } catch (thrown) {
    return refused(thrown, entries);
  }
}

/** If GitHub reads a text in another way than git, it gets all as bytes. */
async function makeTree(
  place: Place,
  upload: Omit<Parameters<typeof uploadTree>[1], 'asBlobs'>,
  wanted: string,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await uploadTree(place, { ...upload, asBlobs: false }, signal)) === wanted) return true;
  return (await uploadTree(place, { ...upload, asBlobs: true }, signal)) === wanted;
}

async function makeCommit(place: Place, wanted: Push, signal: AbortSignal): Promise<string> {
  const { message, tree, parent } = wanted;
  const asked = { ...on(place, signal), message, tree, parents: [parent] };
  return (await place.github.rest.git.createCommit(asked)).data.sha;
}

/**
 * GitHub refuses a tree with workflows with the words of any other missing permission (403, and 404
 * to a person's token): https://github.com/anthropics/claude-code-action/issues/29. A reference may be
 * refused for them as well.
 */
function refused(thrown: unknown, entries: readonly Entry[]): Pushed {
  if (thrown instanceof UnfitError) return { is: 'unfit', why: thrown.message };
  const status = refusalOf(thrown);
  const said = messageOf(thrown);
  const workflows = workflowsOf(entries);
  if ((status === 403 || status === 404) && workflows.length > 0) {
    return { is: 'workflows-denied', paths: workflows };
  }
  if (status === 403 || status === 404) return { is: 'denied', why: said };
  if (status === 409 || status === 422) return { is: 'unfit', why: `GitHub refused it (${said})` };
  throw thrown;
}
