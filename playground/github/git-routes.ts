import { found, Refusal, type Answer, type Call, type Routes } from './call.ts';
import type { Reference } from './database.ts';
import {
  renderBlob,
  renderBranch,
  renderCommit,
  renderReference,
  renderTree,
} from './git-render.ts';
import { makeCommit, makeTree, type CommitBody, type TreeBody } from './git-write.ts';
import type { GitHubState } from './state.ts';

const refuse = (message: string): never => {
  throw new Refusal(422, message);
};

function createBlob({ state, git, body }: Call): Answer {
  const encoding = body['encoding'] === 'base64' ? 'base64' : 'utf8';
  const sha = git.write('blob', Buffer.from(String(body['content']), encoding));
  const url = `${state.links.api}/repos/${state.fullName}/git/blobs/${sha}`;
  return { status: 201, body: { sha, url } };
}

function getBlob({ state, git, params }: Call): Answer {
  const object = git.read(params['file_sha'] ?? '');
  if (object?.type !== 'blob') throw new Refusal(404, 'Not Found');
  return { status: 200, body: renderBlob(state, object) };
}

/**
 * An App without the permission is refused a tree that touches workflows, in the words of any other
 * missing permission (https://github.com/anthropics/claude-code-action/issues/29); a push with git,
 * which the emulator does not take, is refused as the reference is moved.
 */
function createTree({ state, git, body, identity }: Call): Answer {
  const { type, mayChangeWorkflows: mayChange = type === 'User' } = identity;
  const asked = body as unknown as TreeBody;
  const isRefused = asked.tree.some(({ path }) => path.startsWith('.github/workflows/'));
  if (isRefused && !mayChange) {
    throw new Refusal(403, 'Resource not accessible by integration', undefined, {
      'x-accepted-github-permissions': 'contents=write; contents=write,workflows=write',
    });
  }
  const sha = makeTree(git, asked);
  return { status: 201, body: renderTree(state, sha, git.listTree(sha) ?? []) };
}

/** A tree's id, or what leads to one: a commit's, a branch's name. */
function getTree({ state, git, params, query }: Call): Answer {
  const sha = found(git.resolve(params['tree_sha'] ?? '', 'tree'));
  const entries = found(git.listTree(sha, query['recursive'] !== undefined));
  return { status: 200, body: renderTree(state, sha, entries) };
}

function getCommit({ state, git, params }: Call): Answer {
  const object = git.read(params['commit_sha'] ?? '');
  if (object?.type !== 'commit') throw new Refusal(404, 'Not Found');
  return { status: 200, body: renderCommit(state, object) };
}

function createReference({ state, git, body }: Call): Answer {
  const [ref, sha] = [String(body['ref']), String(body['sha'])];
  if (!/^refs\/[^/]+\/./.test(ref))
    refuse("Reference name must start with 'refs/' and contain at least two slashes.");
  const object = git.read(sha);
  if (object === undefined) return refuse('Object does not exist');
  if (git.reference(ref) !== undefined) refuse('Reference already exists');
  checkRules(state, ref);
  if (!git.swap(ref, undefined, sha)) refuse('Reference update failed');
  return { status: 201, body: renderReference(state, { ref, sha, type: object.type }) };
}

function checkRules({ rules }: GitHubState, ref: string): void {
  const branch = ref.replace(/^refs\/heads\//, '');
  const rule = rules.find((one) => one.branch.test(branch));
  if (rule !== undefined) refuse(rule.message);
}

function referenceOf({ git, params }: Call): Reference | undefined {
  return git.reference(`refs/${params['ref'] ?? ''}`);
}

/** Without `force`, to what comes after it only. */
function updateReference(call: Call): Answer {
  const { state, git, body } = call;
  const reference = referenceOf(call) ?? refuse('Reference does not exist');
  const object = git.read(String(body['sha'])) ?? refuse('Object does not exist');
  const isForward = body['force'] === true || git.isAncestor(reference.sha, object.sha);
  if (!isForward) refuse('Update is not a fast forward');
  if (object.sha !== reference.sha) checkRules(state, reference.ref);
  if (!git.swap(reference.ref, reference.sha, object.sha)) refuse('Reference cannot be updated');
  movePulls(call, reference.ref, object.sha);
  const moved = { ...reference, sha: object.sha, type: object.type };
  return { status: 200, body: renderReference(state, moved) };
}

/** A push to a branch moves the heads of the pull requests from it. */
function movePulls({ state, git }: Call, ref: string, sha: string): void {
  for (const { number, pull } of state.issues.values()) {
    const isFromIt =
      pull?.headRepository === state.fullName && ref === `refs/heads/${pull.headRef}`;
    if (!isFromIt || pull.headSha === sha) continue;
    state.pushTo(number, sha);
    const head = git.reference(`refs/pull/${number}/head`);
    if (head !== undefined) git.swap(head.ref, head.sha, sha);
  }
}

function deleteReference(call: Call): Answer {
  const { ref } = referenceOf(call) ?? refuse('Reference does not exist');
  call.git.delete(ref);
  return { status: 204 };
}

function rendered(state: GitHubState, references: readonly Reference[]): unknown[] {
  return references.map((reference) => renderReference(state, reference));
}

/** Git's objects, references and branches. https://docs.github.com/rest/git */
export const gitRoutes: Routes = {
  'git/create-blob': createBlob,
  'git/get-blob': getBlob,
  'git/create-tree': createTree,
  'git/get-tree': getTree,
  'git/create-commit': ({ state, git, body, identity }) => {
    const object = found(git.read(makeCommit(git, body as unknown as CommitBody, identity)));
    return { status: 201, body: renderCommit(state, object) };
  },
  'git/get-commit': getCommit,
  'git/create-ref': createReference,
  'git/get-ref': (call) => ({
    status: 200,
    body: renderReference(call.state, found(referenceOf(call))),
  }),
  'git/list-matching-refs': ({ state, git, params }) => ({
    status: 200,
    body: rendered(state, git.references(`refs/${params['ref'] ?? ''}`)),
  }),
  'git/update-ref': updateReference,
  'git/delete-ref': deleteReference,
  'repos/get-branch': ({ state, git, params }) => {
    const name = params['branch'] ?? '';
    const reference = git.reference(`refs/heads/${name}`);
    if (reference === undefined) throw new Refusal(404, 'Branch not found');
    const commit = found(git.read(reference.sha));
    return { status: 200, body: renderBranch(state, name, commit) };
  },
};
