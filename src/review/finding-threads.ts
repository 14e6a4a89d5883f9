import * as v from 'valibot';
import { readAnswer } from '../github-pages.ts';
import { toGitHubError } from '../github.ts';
import { pageSize } from '../limits.ts';
import { reviewThreads } from '../limits/review.ts';
import { findMarker, renderMarker, type RunIdentity, stripMarker } from '../marker.ts';
import type { ReviewedPull } from './pull.ts';

/** A review thread that a finding of ours opened. */
export interface FindingThread {
  /** GraphQL's id of the thread. */
  id: string;
  /** GraphQL's id of the thread's first comment. */
  commentId: string;
  /** The finding's fingerprint. */
  findingId: string;
  /** The run that found it. */
  foundBy: RunIdentity;
  /** The first comment, without its marker. */
  body: string;
  isResolved: boolean;
  /** Whether the comment says already that it is fixed. */
  isMarked: boolean;
  /** False where GitHub says that the token may not resolve it; true is no promise. */
  mayResolve: boolean;
}

const found = 'finding-';
const fixed = 'fixed-';

/** The marker at the end of a finding's comment: it names the finding. */
export function renderFindingMarker(identity: RunIdentity, findingId: string, isFixed = false) {
  return renderMarker(identity, `${isFixed ? fixed : found}${findingId}`);
}

/** Login and number of REST do not lead to a comment's thread, so that all is asked for here. */
const query = `query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: ${pageSize}, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          isResolved
          viewerCanResolve
          comments(first: 1) { nodes { id body viewerDidAuthor } }
        }
      }
    }
  }
}`;

const threadSchema = v.object({
  id: v.string(),
  isResolved: v.boolean(),
  viewerCanResolve: v.boolean(),
  comments: v.object({
    nodes: v.array(v.object({ id: v.string(), body: v.string(), viewerDidAuthor: v.boolean() })),
  }),
});

const answerSchema = v.object({
  repository: v.object({
    pullRequest: v.object({
      reviewThreads: v.object({
        pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullish(v.string()) }),
        nodes: v.array(threadSchema),
      }),
    }),
  }),
});

/**
 * Reads the review threads whose first comment is a finding of ours: by our own account, by GitHub's
 * word, and with our marker at its end. Of all threads, the first `reviewThreads` are looked at.
 * Throws `github-error`. https://docs.github.com/graphql/reference/objects#pullrequestreviewthread
 */
export async function readFindingThreads(
  { github, repository, number }: ReviewedPull,
  signal: AbortSignal,
): Promise<FindingThread[]> {
  const attempted = `read the review threads of #${number}`;
  const threads: FindingThread[] = [];
  let after: string | null = null;
  for (let read = 0; read < reviewThreads; read += pageSize) {
    const asked = { owner: repository.owner, name: repository.name, number, after };
    const data: unknown = await github
      .graphql(query, { ...asked, request: { signal } })
      .catch((thrown: unknown) => {
        signal.throwIfAborted();
        throw toGitHubError(thrown, attempted);
      });
    const answer = readAnswer(answerSchema, data, attempted);
    const { nodes, pageInfo } = answer.repository.pullRequest.reviewThreads;
    threads.push(...nodes.flatMap(toFindingThread));
    after = pageInfo.endCursor ?? null;
    if (!pageInfo.hasNextPage || after === null) break;
  }
  return threads;
}

function toFindingThread(thread: v.InferOutput<typeof threadSchema>): FindingThread[] {
  const [comment] = thread.comments.nodes;
  if (comment?.viewerDidAuthor !== true) return [];
  const { purpose = '', ...foundBy } = findMarker(comment.body) ?? {};
  const prefix = [found, fixed].find((each) => purpose.startsWith(each));
  if (prefix === undefined || !('runId' in foundBy)) return [];
  return [
    {
      id: thread.id,
      commentId: comment.id,
      findingId: purpose.slice(prefix.length),
      foundBy,
      body: stripMarker(comment.body),
      isResolved: thread.isResolved,
      isMarked: prefix === fixed,
      mayResolve: thread.viewerCanResolve,
    },
  ];
}
