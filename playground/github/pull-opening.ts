/** How pull requests are listed and opened. https://docs.github.com/rest/pulls/pulls */
import { Refusal, textOrEmpty, type Answer, type Call } from './call.ts';
import { renderPull } from './pull.ts';
import type { Issue } from './records.ts';

/** Newest first, open ones unless another state is asked for. */
export function listPulls({ state, query }: Call): Answer {
  const { state: wanted = 'open', head, base } = query;
  const pulls = [...state.issues.values()].filter((issue) => {
    if (issue.pull === undefined) return false;
    const [owner] = issue.pull.headRepository.split('/');
    return (
      (wanted === 'all' || issue.state === wanted) &&
      (head === undefined || head === `${owner}:${issue.pull.headRef}`) &&
      (base === undefined || base === issue.pull.baseRef)
    );
  });
  return { list: pulls.toReversed().map((issue) => renderPull(state, issue)) };
}

/** From a branch of this repository, or of another one as `owner:branch`. */
export function openPull(call: Call): Answer {
  const { state, git, identity, body } = call;
  if (identity.login === 'github-actions[bot]' && !state.actionsMayOpenPulls) {
    const message = 'GitHub Actions is not permitted to create or approve pull requests.';
    throw new Refusal(403, message);
  }
  const headRef = String(body['head']).replace(`${state.owner}:`, '');
  const baseRef = String(body['base']);
  const headSha = tipOf(call, 'head', headRef);
  const baseSha = tipOf(call, 'base', baseRef);
  if (find(call, headRef, baseRef) !== undefined) {
    refuse({ message: `A pull request already exists for ${state.owner}:${headRef}.` });
  }
  if (git.isAncestor(headSha, baseSha)) {
    refuse({ message: `No commits between ${baseRef} and ${headRef}` });
  }
  const [title, text] = [String(body['title']), textOrEmpty(call, 'PullRequest')];
  const draft = { author: identity.login, title, body: text, isDraft: body['draft'] === true };
  const issue = state.addPull({ ...draft, headRef, headSha, baseRef, baseSha, files: [] });
  git.swap(`refs/pull/${issue.number}/head`, undefined, headSha);
  return { status: 201, body: renderPull(state, issue) };
}

function tipOf({ git }: Call, field: string, branch: string): string {
  const sha = git.reference(`refs/heads/${branch}`)?.sha;
  return sha ?? refuse({ field, code: 'invalid' });
}

function find({ state }: Call, headRef: string, baseRef: string): Issue | undefined {
  return [...state.issues.values()].find(
    ({ state: is, pull }) =>
      is === 'open' &&
      pull?.headRepository === state.fullName &&
      pull.headRef === headRef &&
      pull.baseRef === baseRef,
  );
}

function refuse(error: { field?: string; code?: string; message?: string }): never {
  const common = { resource: 'PullRequest', code: 'custom' };
  throw new Refusal(422, 'Validation Failed', [{ ...common, ...error }]);
}
