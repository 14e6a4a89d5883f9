import { toGitHubError, viewerLogin, type GitHub } from '../github.ts';
import { pageSize } from '../limits.ts';
import type { OwnComment, Place } from './comments.ts';
import { findMarker, renderMarker } from '../marker.ts';

/** Where comments are looked for, and what is known of that by now. */
export interface Search {
  github: GitHub;
  place: Pick<Place, 'repository' | 'thread' | 'reviewThreadId'>;
  /** ISO 8601. Only what was edited since is looked at, whatever the thread's length. */
  since: string;
  /** Our own login in lower case, once GitHub was asked for it. */
  login: string | undefined;
}

/**
 * The comments that end in this marker, oldest first; for a review thread its replies, then what
 * stands on the pull request. Only our own author's count: others may copy a marker.
 * Throws `github-error` where GitHub does not tell.
 */
export async function findOwn(
  search: Search,
  marker: string,
  signal: AbortSignal,
): Promise<OwnComment[]> {
  const { github, place } = search;
  const kinds: OwnComment['kind'][] =
    place.reviewThreadId === undefined ? ['issue'] : ['review', 'issue'];
  try {
    search.login ??= (await viewerLogin(github, signal)).toLowerCase();
    const found = await Promise.all(kinds.map((kind) => findKind(search, kind, marker, signal)));
    return found.flat();
  } catch (thrown) {
    signal.throwIfAborted();
    throw toGitHubError(thrown, `look for our comment on #${place.thread.number}`);
  }
}

async function findKind(
  search: Search,
  kind: OwnComment['kind'],
  marker: string,
  signal: AbortSignal,
): Promise<OwnComment[]> {
  const found: OwnComment[] = [];
  for await (const { data } of pages(search, kind, signal)) {
    for (const comment of data) {
      const text = findMarker(comment.body ?? '');
      const isOurs = comment.user?.login.toLowerCase() === search.login;
      if (!isOurs || text === undefined || renderMarker(text, text.purpose) !== marker) continue;
      found.push(ownComment(kind, comment));
    }
  }
  return found.sort((one, other) => one.id - other.id);
}

function pages({ github, place, since }: Search, kind: OwnComment['kind'], signal: AbortSignal) {
  const common = { ...repositoryOf(place), since, per_page: pageSize, request: { signal } };
  const { number } = place.thread;
  const { issues, pulls } = github.rest;
  return kind === 'issue'
    ? github.paginate.iterator(issues.listComments, { ...common, issue_number: number })
    : github.paginate.iterator(pulls.listReviewComments, { ...common, pull_number: number });
}

/** A repository as Octokit takes it. */
export function repositoryOf({ repository }: Pick<Place, 'repository'>) {
  return { owner: repository.owner, repo: repository.name };
}

/** What GitHub answers of a comment, as ours. */
export function ownComment(
  kind: OwnComment['kind'],
  data: { id: number; html_url: string; node_id: string },
): OwnComment {
  return { id: data.id, kind, url: data.html_url, nodeId: data.node_id };
}
