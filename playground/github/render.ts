/** GitHub's JSON for what is in the state: its own examples, with our facts in them. */
import { examplePayload, fieldsOf, rewritten, type Fields } from './example.ts';
import type { Comment, Issue, Label, Reaction, Written } from './records.ts';
import type { GitHubState } from './state.ts';

const CONTENTS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'eyes', 'rocket'];
const example = examplePayload('issues', 15);
const exampleUser = fieldsOf(example['sender']);
const exampleRepository = fieldsOf(example['repository']);

/** GraphQL's id. */
export function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}${id}`).toString('base64');
}

/** The address that stands for a login in commits. */
export function publicEmail(login: string): string {
  return `${userId(login)}+${login}@users.noreply.github.com`;
}

/** A number for a login, always the same. */
function userId(login: string): number {
  let hash = 0;
  for (const character of login) hash = (hash * 31 + character.charCodeAt(0)) % 100_000_000;
  return hash + 1_000;
}

/** GitHub's addresses in the examples, and ours instead. */
export function hosts(state: GitHubState): [string, string][] {
  const { host } = new URL(state.links.server);
  return [
    ['https://api.github.com', state.links.api],
    ['https://github.com', state.links.server],
    ['git://github.com', `git://${host}`],
    ['git@github.com', `git@${host}`],
  ];
}

/** A user as everywhere inside other objects; logins that end in `[bot]` are Bots. */
export function renderUser(state: GitHubState, login: string): Fields {
  const user = rewritten(exampleUser, [...hosts(state), ['Codertocat', login]]);
  const id = userId(login);
  const type = login.endsWith('[bot]') ? 'Bot' : 'User';
  return { ...user, id, node_id: nodeId('User', id), type, user_view_type: 'public' };
}

/** `GET /users/{login}`. */
export function renderPublicUser(state: GitHubState, login: string): Fields {
  const nothing = {
    bio: null,
    blog: '',
    company: null,
    email: null,
    hireable: null,
    location: null,
  };
  const counts = { followers: 0, following: 0, public_gists: 0, public_repos: 1 };
  const since = '2019-05-15T15:19:25Z';
  const times = { created_at: since, updated_at: since };
  return { ...renderUser(state, login), ...nothing, ...counts, ...times, name: login };
}

/** The repository, or a fork of it under another full name. */
export function renderRepository(state: GitHubState, fullName = state.fullName): Fields {
  const [owner = '', name = ''] = fullName.split('/');
  const renamed = rewritten(exampleRepository, [
    ...hosts(state),
    ['Codertocat/Hello-World', fullName],
    ['Hello-World', name],
  ]);
  const isFork = fullName !== state.fullName;
  const count = { subscribers_count: 0, network_count: 0, has_discussions: false };
  const ids = { id: userId(fullName), node_id: nodeId('Repository', userId(fullName)) };
  const visibility = state.isPrivate ? 'private' : 'public';
  const access = { private: state.isPrivate, visibility, fork: isFork };
  const own = { owner: renderUser(state, owner), default_branch: state.defaultBranch };
  return { ...renamed, ...count, ...ids, ...access, ...own };
}

/** A label of the repository. */
export function renderLabel(state: GitHubState, label: Label): Fields {
  const url = `${state.links.api}/repos/${state.fullName}/labels/${encodeURIComponent(label.name)}`;
  return { ...label, node_id: nodeId('Label', label.id), url, default: label.name === 'bug' };
}

/** A reaction with who it is by. */
export function renderReaction(state: GitHubState, reaction: Reaction): Fields {
  const { id, content, login, createdAt } = reaction;
  const user = renderUser(state, login);
  return { id, node_id: nodeId('Reaction', id), user, content, created_at: createdAt };
}

/** The reactions to something, counted. */
export function rollup(url: string, reactions: readonly Reaction[]): Fields {
  const count = (content: string): number => reactions.filter((r) => r.content === content).length;
  const counts = Object.fromEntries(CONTENTS.map((content) => [content, count(content)]));
  return { url: `${url}/reactions`, total_count: reactions.length, ...counts };
}

/** What everything that somebody wrote has in common. */
export function renderWritten(state: GitHubState, kind: string, written: Written): Fields {
  return {
    id: written.id,
    node_id: nodeId(kind, written.id),
    user: renderUser(state, written.author),
    author_association: written.association,
    body: written.body,
    created_at: written.createdAt,
    updated_at: written.updatedAt,
  };
}

/** An issue; a pull request as the issues API shows it. */
export function renderIssue(state: GitHubState, issue: Issue): Fields {
  const repo = `${state.links.api}/repos/${state.fullName}`;
  const url = `${repo}/issues/${issue.number}`;
  const place = issue.pull ? 'pull' : 'issues';
  const html = `${state.links.server}/${state.fullName}/${place}/${issue.number}`;
  const pull = {
    url: `${repo}/pulls/${issue.number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    merged_at: null,
  };
  const comments = [...state.comments.values()].filter((c) => c.number === issue.number);
  return {
    ...renderWritten(state, issue.pull ? 'PullRequest' : 'Issue', issue),
    url,
    repository_url: repo,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: html,
    ...renderCommon(state, issue),
    comments: comments.length,
    reactions: rollup(url, issue.reactions),
    ...(issue.pull && { draft: issue.pull.isDraft, pull_request: pull }),
  };
}

/** What an issue and a pull request call by the same names. */
export function renderCommon(state: GitHubState, issue: Issue): Fields {
  const labels = issue.labels.map((name) => state.labels.get(name) ?? state.addLabel(name));
  return {
    number: issue.number,
    title: issue.title,
    state: issue.state,
    locked: false,
    active_lock_reason: null,
    labels: labels.map((label) => renderLabel(state, label)),
    assignee: null,
    assignees: [],
    milestone: null,
    closed_at: issue.state === 'closed' ? issue.updatedAt : null,
  };
}

/** A comment on an issue or under a pull request. */
export function renderComment(state: GitHubState, comment: Comment): Fields {
  const repo = `${state.links.api}/repos/${state.fullName}`;
  const url = `${repo}/issues/comments/${comment.id}`;
  const html = renderIssue(state, state.issue(comment.number))['html_url'];
  return {
    ...renderWritten(state, 'IssueComment', comment),
    url,
    html_url: `${String(html)}#issuecomment-${comment.id}`,
    issue_url: `${repo}/issues/${comment.number}`,
    performed_via_github_app: null,
    reactions: rollup(url, comment.reactions),
  };
}
