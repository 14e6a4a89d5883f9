/** `GET /compare/{base}...{head}`, as GitHub's JSON has it. */
import type { Fields } from './example.ts';
import { renderFile } from './pull.ts';
import type { ChangedFile } from './records.ts';
import { nodeId, renderUser } from './render.ts';
import type { GitHubState } from './state.ts';

/** A head that goes on from another by one commit, which changes these files. */
export function renderComparison(
  state: GitHubState,
  { base, head, files }: { base: string; head: string; files: readonly ChangedFile[] },
): Fields {
  const repository = `${state.links.api}/repos/${state.fullName}`;
  const page = `${state.links.server}/${state.fullName}/compare/${base}...${head}`;
  return {
    url: `${repository}/compare/${base}...${head}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: renderCommit(state, base),
    merge_base_commit: renderCommit(state, base),
    status: 'ahead',
    ahead_by: 1,
    behind_by: 0,
    total_commits: 1,
    commits: [renderCommit(state, head)],
    files: files.map((file) => renderFile(state, file, head)),
  };
}

function renderCommit(state: GitHubState, sha: string): Fields {
  const url = `${state.links.api}/repos/${state.fullName}/commits/${sha}`;
  const person = { name: 'octocat', email: 'octocat@example.com', date: '2026-01-01T00:00:00Z' };
  const tree = { sha, url };
  return {
    sha,
    node_id: nodeId('Commit', Number.parseInt(sha.slice(0, 8), 16)),
    url,
    html_url: `${state.links.server}/${state.fullName}/commit/${sha}`,
    comments_url: `${url}/comments`,
    commit: {
      url,
      author: person,
      committer: person,
      message: `Pushed ${sha.slice(0, 7)}\n\nWith more to say.`,
      comment_count: 0,
      tree,
    },
    author: renderUser(state, 'octocat'),
    committer: renderUser(state, 'octocat'),
    parents: [],
  };
}
