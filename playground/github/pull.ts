/** GitHub's JSON for pull requests, their reviews and their files. */
import { examplePayload, fieldsOf, rewritten, type Fields } from './example.ts';
import {
  hosts,
  renderCommon,
  renderIssue,
  renderRepository,
  renderUser,
  renderWritten,
  rollup,
} from './render.ts';
import type { ChangedFile, Issue, Review, ReviewComment } from './records.ts';
import type { GitHubState } from './state.ts';

/** Repositories say this inside of pull requests only. */
const MERGING = {
  allow_squash_merge: true,
  allow_merge_commit: true,
  allow_rebase_merge: true,
  delete_branch_on_merge: false,
};

/** `GET /pulls/{number}`; throws for an issue that is none. */
export function renderPull(state: GitHubState, issue: Issue): Fields {
  const { pull } = issue;
  if (pull === undefined) throw new Error(`#${issue.number} is no pull request.`);
  const comments = [...state.reviewComments.values()].filter((c) => c.number === issue.number);
  const { _links, ...urls } = pullUrls(state, issue.number, pull.headSha);
  const changes = pull.files.map(countChanges);
  const end = (ref: string, sha: string, fullName: string): Fields => {
    const [owner = ''] = fullName.split('/');
    const repo = { ...renderRepository(state, fullName), ...MERGING };
    return { label: `${owner}:${ref}`, ref, sha, user: renderUser(state, owner), repo };
  };
  return {
    ...renderWritten(state, 'PullRequest', issue),
    ...urls,
    ...renderCommon(state, issue),
    head: end(pull.headRef, pull.headSha, pull.headRepository),
    base: end(pull.baseRef, pull.baseSha, state.fullName),
    draft: pull.isDraft,
    _links,
    requested_reviewers: [],
    requested_teams: [],
    auto_merge: null,
    merge_commit_sha: null,
    merged: false,
    merged_at: null,
    merged_by: null,
    maintainer_can_modify: false,
    mergeable: true,
    rebaseable: true,
    mergeable_state: 'clean',
    comments: renderIssue(state, issue)['comments'],
    review_comments: comments.length,
    commits: 1,
    additions: changes.reduce((sum, { additions }) => sum + additions, 0),
    deletions: changes.reduce((sum, { deletions }) => sum + deletions, 0),
    changed_files: pull.files.length,
  };
}

function pullUrls(state: GitHubState, number: number, sha: string): Fields {
  const pull = fieldsOf(examplePayload('pull_request', 12)['pull_request']);
  const places = Object.entries(pull).filter(([key]) => key === '_links' || /(^|_)url$/.test(key));
  return rewritten(Object.fromEntries(places), [
    ...hosts(state),
    ['Codertocat/Hello-World', state.fullName],
    ['ec26c3e57ca3a959ca5aad62de7213c562f8c821', sha],
    ['/pulls/2', `/pulls/${number}`],
    ['/pull/2', `/pull/${number}`],
    ['/issues/2', `/issues/${number}`],
  ]);
}

/** A review. */
export function renderReview(state: GitHubState, review: Review): Fields {
  const pull = `${state.links.api}/repos/${state.fullName}/pulls/${review.number}`;
  const page = `${state.links.server}/${state.fullName}/pull/${review.number}`;
  const html = `${page}#pullrequestreview-${review.id}`;
  const {
    created_at: submitted,
    updated_at: _,
    ...written
  } = renderWritten(state, 'Review', review);
  return {
    ...written,
    state: review.state,
    submitted_at: submitted,
    commit_id: review.commitId,
    html_url: html,
    pull_request_url: pull,
    _links: { html: { href: html }, pull_request: { href: pull } },
  };
}

/** A comment on a line of a pull request. */
export function renderReviewComment(state: GitHubState, comment: ReviewComment): Fields {
  const repo = `${state.links.api}/repos/${state.fullName}`;
  const url = `${repo}/pulls/comments/${comment.id}`;
  const pull = `${repo}/pulls/${comment.number}`;
  const page = `${state.links.server}/${state.fullName}/pull/${comment.number}`;
  const html = `${page}#discussion_r${comment.id}`;
  const sha = state.issue(comment.number).pull?.headSha ?? '';
  return {
    ...renderWritten(state, 'PullRequestReviewComment', comment),
    url,
    html_url: html,
    pull_request_url: pull,
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
    pull_request_review_id: comment.reviewId,
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: sha,
    original_commit_id: sha,
    line: comment.line,
    original_line: comment.line,
    position: 1,
    original_position: 1,
    start_line: comment.startLine ?? null,
    original_start_line: comment.startLine ?? null,
    start_side: comment.startLine === undefined ? null : comment.side,
    side: comment.side,
    subject_type: 'line',
    ...(comment.inReplyTo !== undefined && { in_reply_to_id: comment.inReplyTo }),
    reactions: rollup(url, comment.reactions),
  };
}

function countChanges(file: ChangedFile): { additions: number; deletions: number } {
  const lines = (file.patch ?? '').split('\n');
  const count = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  return { additions: file.additions ?? count('+'), deletions: file.deletions ?? count('-') };
}

/** A changed file of a pull request. */
export function renderFile(state: GitHubState, file: ChangedFile, sha: string): Fields {
  const { additions, deletions } = countChanges(file);
  const path = file.filename.split('/').map(encodeURIComponent).join('/');
  const page = `${state.links.server}/${state.fullName}`;
  return {
    sha: '3'.repeat(40),
    ...file,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: `${page}/blob/${sha}/${path}`,
    raw_url: `${page}/raw/${sha}/${path}`,
    contents_url: `${state.links.api}/repos/${state.fullName}/contents/${path}?ref=${sha}`,
  };
}

/** A pull request's changes as the diff media type. */
export function renderDiff(files: readonly ChangedFile[]): string {
  const parts = files.map(({ filename, previous_filename: from = filename, status, patch }) => {
    const before = status === 'added' ? '/dev/null' : `a/${from}`;
    const after = status === 'removed' ? '/dev/null' : `b/${filename}`;
    const top = `diff --git a/${from} b/${filename}\n`;
    const renamed = from === filename ? '' : `rename from ${from}\nrename to ${filename}\n`;
    if (patch !== undefined) return `${top}${renamed}--- ${before}\n+++ ${after}\n${patch}\n`;
    const isBinary = status !== 'renamed';
    return `${top}${renamed}${isBinary ? `Binary files ${before} and ${after} differ\n` : ''}`;
  });
  return parts.join('');
}
