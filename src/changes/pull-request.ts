import { messageOf } from '../errors.ts';
import { pause, retryPauseMs } from '../github-retry.ts';
import { githubAttempts, pageSize } from '../limits.ts';
import { findMarker, renderMarker, type RunIdentity } from '../marker.ts';
import { on, refusalOf, type Place } from './repository.ts';

/** A pull request from a branch of this repository. */
export interface OwnPull {
  number: number;
  url: string;
}

/** What a pull request is to be. */
export interface PullDraft {
  branch: string;
  base: string;
  title: string;
  /** Without the marker. */
  body: string;
  identity: RunIdentity;
}

/** What became of opening one; `why` is GitHub's own word. */
export type Opened = { is: 'open'; pull: OwnPull } | { is: 'refused'; why: string };

/** What is there of a branch's pull requests. */
export interface BranchPulls {
  /** The open one that we opened. */
  own: OwnPull | undefined;
  /** There was one, open or not, ours or not. */
  isAny: boolean;
}

/** What the marker of a pull request's description calls it. */
const purpose = 'pull-request';

/**
 * Looks for the pull requests of a branch. Ours is the one that our own account opened with our
 * marker as the last line of its description. Throws what GitHub refuses.
 */
export async function findPulls(
  place: Place,
  { branch, login }: { branch: string; login: string },
  signal: AbortSignal,
): Promise<BranchPulls> {
  const { owner, name } = place.repository;
  const head = `${owner}:${branch}`;
  const asked = { ...on(place, signal), head, state: 'all' as const, per_page: pageSize };
  const { data } = await place.github.rest.pulls.list(asked);
  const fullName = `${owner}/${name}`.toLowerCase();
  const pulls = data.filter((pull) => pull.head.repo?.full_name.toLowerCase() === fullName);
  const own = pulls.find(
    (pull) =>
      pull.state === 'open' &&
      pull.user?.login.toLowerCase() === login.toLowerCase() &&
      findMarker(pull.body ?? '')?.purpose === purpose,
  );
  return { own: own && { number: own.number, url: own.html_url }, isAny: pulls.length > 0 };
}

/**
 * Opens a pull request once: GitHub takes no second one from the same branch to the same base, and
 * where its answer was lost, ours is looked up. Throws what GitHub does not answer.
 */
export async function openPull(
  place: Place,
  draft: PullDraft,
  login: string,
  signal: AbortSignal,
): Promise<Opened> {
  const { branch, base, title, body, identity } = draft;
  const marked = `${body}\n\n${renderMarker(identity, purpose)}`;
  const asked = { ...on(place, signal), head: branch, base, title, body: marked };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { data } = await place.github.rest.pulls.create(asked);
      return { is: 'open', pull: { number: data.number, url: data.html_url } };
    } catch (thrown) {
      signal.throwIfAborted();
      const status = refusalOf(thrown);
      if (status === 403) return { is: 'refused', why: messageOf(thrown) };
      const { own } = await findPulls(place, { branch, login }, signal);
      if (own !== undefined) return { is: 'open', pull: own };
      const pauseMs = retryPauseMs(thrown, attempt);
      if (status !== undefined) return { is: 'refused', why: messageOf(thrown) };
      if (attempt >= githubAttempts || pauseMs === undefined) throw thrown;
      await pause(pauseMs, signal);
    }
  }
}

/** The page where a person opens it. */
export function compareUrl(
  serverUrl: string,
  { repository: { owner, name } }: Place,
  { base, branch }: { base: string; branch: string },
): string {
  const [from, to] = [base, branch].map((ref) => ref.split('/').map(encodeURIComponent).join('/'));
  const server = serverUrl.replace(/\/+$/, '');
  return `${server}/${owner}/${name}/compare/${from}...${to}?expand=1`;
}
