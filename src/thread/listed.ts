import * as v from 'valibot';
import type { Repository, ThreadRef, TriggerComment } from '../event/trigger.ts';
import { toGitHubError } from '../github.ts';
import type { GitHub } from '../github.ts';
import { readFailedRequest } from '../github-retry.ts';
import { pageSize } from '../limits.ts';
import { commandComments } from '../limits/commands.ts';
import { coordinates } from './conversation.ts';
import { readAnswer, readPages } from '../github-pages.ts';

/** The comments of one kind on a thread. */
export interface CommentList {
  github: GitHub;
  repository: Repository;
  thread: ThreadRef;
  kind: TriggerComment['kind'];
}

const routes = {
  issue: 'GET /repos/{owner}/{repo}/issues/{number}/comments',
  review: 'GET /repos/{owner}/{repo}/pulls/{number}/comments',
};

/** What a look at a list found. */
export interface Look {
  /** As GitHub lists them; empty where nothing has changed since the last look. */
  items: unknown[];
  /** GitHub counts such a look, though nothing has changed. */
  isDear: boolean;
}

/** The kinds of comments that a thread can have. */
export function kindsOn({ kind }: ThreadRef): TriggerComment['kind'][] {
  return kind === 'pull' ? ['issue', 'review'] : ['issue'];
}

/** The newest `commandComments` of a list or more, as GitHub lists them, oldest first. Throws `github-error`. */
export async function listNewest(list: CommentList, signal: AbortSignal): Promise<unknown[]> {
  const { github, repository, thread, kind } = list;
  const asked = {
    route: routes[kind],
    parameters: coordinates(repository, thread),
    item: v.unknown(),
    attempted: attemptOf(list),
    newest: commandComments,
  };
  return (await readPages(github, asked, signal)).items;
}

/**
 * Looks again and again at what was written or edited since a time (ISO 8601); what was there before
 * may come again. Throws `github-error`.
 */
export function followComments(
  list: CommentList,
  start: string,
): (signal: AbortSignal) => Promise<Look> {
  const { github, repository, thread, kind } = list;
  const attempted = attemptOf(list);
  let since = start;
  let etag: string | undefined;
  return async (signal) => {
    const known = etag;
    const response = await github
      .request(routes[kind], {
        ...coordinates(repository, thread),
        since,
        per_page: pageSize,
        headers: known === undefined ? {} : { 'if-none-match': known },
        request: { signal },
      })
      .catch((thrown: unknown) => {
        if (readFailedRequest(thrown)?.status === 304) return undefined;
        throw toGitHubError(thrown, attempted);
      });
    if (response === undefined) return { items: [], isDear: false };
    const items = readAnswer(v.array(listedSchema), response.data, attempted);
    etag = response.headers.etag;
    const last = items.at(-1);
    // What comes after a full page was created no earlier than its last comment.
    if (items.length >= pageSize && last !== undefined) {
      if (last.created_at !== since) etag = undefined;
      since = last.created_at;
    }
    return { items, isDear: response.headers.etag === known };
  };
}

const listedSchema = v.looseObject({ created_at: v.string() });

function attemptOf({ kind, thread }: CommentList): string {
  return `read the ${kind === 'review' ? 'review comments' : 'comments'} of #${thread.number}`;
}
