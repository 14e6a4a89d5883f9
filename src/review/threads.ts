import { messageOf } from '../errors.ts';
import { isRefusal, repeat } from '../github-repeat.ts';
import { type GitHub, toGitHubError } from '../github.ts';
import { commentChars } from '../limits.ts';
import { closedThreads, closingFailures, closingMs } from '../limits/review.ts';
import { type FindingThread, renderFindingMarker } from './finding-threads.ts';

/** What became of the threads of fixed findings. */
export interface Closed {
  resolved: number;
  /** Those that could only be marked as fixed. */
  marked: number;
  /** What was not done, or done in another way, in sentences; empty where all are resolved. */
  note: string;
}

/** A commit in as many letters as GitHub shows; it makes a link of them. */
const shaChars = 7;

/**
 * Resolves the threads of findings that are fixed; where the token may not (it takes `contents: write`),
 * their comment is marked as fixed instead, once, and `note` says so. What is resolved or marked already
 * is left alone. One after the other, as GitHub wants it, `closedThreads` at most and within `closingMs`:
 * what is left over stays open, and `note` says that too. Never throws.
 * https://docs.github.com/graphql/reference/mutations#resolvereviewthread
 */
export async function closeThreads(
  github: GitHub,
  fixed: readonly FindingThread[],
  headSha: string,
  signal: AbortSignal,
): Promise<Closed> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(closingMs)]);
  const open = fixed.filter(({ isResolved, isMarked }) => !isResolved && !isMarked);
  const closed: Closed = { resolved: 0, marked: 0, note: '' };
  let mayResolve = true;
  const failures: unknown[] = [];
  for (const thread of open.slice(0, closedThreads)) {
    if (limited.aborted || failures.length >= closingFailures) break;
    try {
      if (mayResolve && thread.mayResolve) mayResolve = await resolve(github, thread, limited);
      const isResolved = mayResolve && thread.mayResolve;
      if (!isResolved) await mark(github, thread, headSha, limited);
      closed[isResolved ? 'resolved' : 'marked'] += 1;
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  const left = open.length - closed.resolved - closed.marked;
  const notes = [
    ...(closed.marked === 0 ? [] : [unresolved]),
    ...(left === 0 ? [] : [renderLeft(left, failures[0] ?? limited.reason)]),
  ];
  return { ...closed, note: notes.join(' ') };
}

const unresolved =
  'What is fixed is marked as fixed, but its threads stay open: this token may not resolve them; as a rule that takes `contents: write`.';

function renderLeft(left: number, why: unknown): string {
  const what = left === 1 ? 'A comment on what is fixed' : `${left} comments on what is fixed`;
  const said = why === undefined ? '' : `: ${messageOf(why)}`;
  return `${what} could not be closed${said}.`;
}

const resolving = `mutation ($id: ID!) {
  resolveReviewThread(input: { threadId: $id }) { thread { isResolved } }
}`;

/** Resolving again changes nothing. Resolves to false where the token may not. */
async function resolve(
  github: GitHub,
  { id }: FindingThread,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await repeat(() => github.graphql(resolving, { id, request: { signal } }), signal);
    return true;
  } catch (thrown) {
    signal.throwIfAborted();
    if (isRefusal(thrown) || isForbidden(thrown)) return false;
    throw toGitHubError(thrown, 'resolve a review thread');
  }
}

/** GraphQL answers 200 and says it in its errors. */
function isForbidden(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const errors: unknown = 'errors' in thrown ? thrown.errors : undefined;
  return Array.isArray(errors) && errors.some(isRefusalOfAccess);
}

function isRefusalOfAccess(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return 'type' in error && error.type === 'FORBIDDEN';
}

const editing = `mutation ($id: ID!, $body: String!) {
  updatePullRequestReviewComment(input: { pullRequestReviewCommentId: $id, body: $body }) {
    pullRequestReviewComment { id }
  }
}`;

async function mark(
  github: GitHub,
  { commentId: id, body, foundBy, findingId }: FindingThread,
  headSha: string,
  signal: AbortSignal,
): Promise<void> {
  const marker = renderFindingMarker(foundBy, findingId, true);
  const lead = `**Fixed in ${headSha.slice(0, shaChars)}.**\n\n`;
  const room = commentChars - lead.length - marker.length - 2;
  const said = `${lead}${body.slice(0, room)}\n\n${marker}`;
  try {
    await repeat(() => github.graphql(editing, { id, body: said, request: { signal } }), signal);
  } catch (thrown) {
    signal.throwIfAborted();
    throw toGitHubError(thrown, 'mark a review comment as fixed');
  }
}
