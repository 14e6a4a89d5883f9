/** What lies between two commits. https://docs.github.com/rest/commits/commits#compare-two-commits */
import { found, Refusal, type Answer, type Call } from './call.ts';
import type { Fields } from './example.ts';
import { renderDiff, renderFile } from './pull.ts';
import type { ChangedFile, PullFacts } from './records.ts';
import { nodeId, renderUser } from './render.ts';
import type { GitHubState } from './state.ts';

/** As a diff GitHub gives no more, and a comparison lists no more of them. */
const DIFF_FILES = 300;

/** The diff media type. */
export function diffOf(files: readonly ChangedFile[]): Answer {
  if (files.length > DIFF_FILES) {
    const message = `Sorry, the diff exceeded the maximum number of files (${DIFF_FILES}).`;
    throw new Refusal(406, message, [
      { resource: 'PullRequest', field: 'diff', code: 'too_large' },
    ]);
  }
  return { status: 200, body: renderDiff(files) };
}

/** Between what is or was a pull request's base and head. */
export function compareCommits({ state, params, accept }: Call): Answer {
  const [base = '', head = ''] = (params['basehead'] ?? '').split('...');
  const pulls = [...state.issues.values()].flatMap(({ pull }) => pull ?? []);
  const heads = pulls.flatMap((pull) => [pull, ...pull.earlier.map((e) => ({ ...pull, ...e }))]);
  // Of two heads of one pull request, the later one changes what it is said to change.
  const isPushed = ({ headSha, earlier }: PullFacts): boolean =>
    headSha === head && earlier.some((one) => one.headSha === base);
  const { files, mergeBase = base } = found(
    heads.find((one) => one.headSha === head && one.baseSha === base) ?? pulls.find(isPushed),
  );
  if (/\bdiff\b/.test(accept)) return diffOf(files);
  const url = `${state.links.api}/repos/${state.fullName}/compare/${base}...${head}`;
  const page = `${state.links.server}/${state.fullName}/compare/${base}...${head}`;
  return {
    status: 200,
    body: {
      url,
      html_url: page,
      permalink_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: renderCommit(state, base),
      merge_base_commit: renderCommit(state, mergeBase),
      status: 'ahead',
      ahead_by: 1,
      behind_by: 0,
      total_commits: 1,
      commits: [renderCommit(state, head)],
      files: files.slice(0, DIFF_FILES).map((file) => renderFile(state, file, head)),
    },
  };
}

/** Of a commit that need not be there, its name alone tells anything. */
function renderCommit(state: GitHubState, sha: string): Fields {
  const url = `${state.links.api}/repos/${state.fullName}/commits/${sha}`;
  const person = { name: 'octocat', email: 'octocat@github.com', date: '2026-01-01T00:00:00Z' };
  const user = renderUser(state, 'octocat');
  const tree = { sha, url: `${state.links.api}/repos/${state.fullName}/git/trees/${sha}` };
  const text = {
    author: person,
    committer: person,
    message: `Pushed ${sha.slice(0, 7)}\n\nWith more to say.`,
    comment_count: 0,
    tree,
    url,
  };
  return {
    sha,
    node_id: nodeId('Commit', Number.parseInt(sha.slice(0, 8), 16)),
    url,
    html_url: `${state.links.server}/${state.fullName}/commit/${sha}`,
    comments_url: `${url}/comments`,
    commit: text,
    author: user,
    committer: user,
    parents: [],
  };
}
