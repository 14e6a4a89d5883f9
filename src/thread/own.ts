import * as v from 'valibot';
import type { Repository, ThreadRef } from '../event/trigger.ts';
import { viewerLogin, type GitHub } from '../github.ts';
import { findHidden } from '../marker.ts';
import { authorSchema, bodySchema, coordinates } from './conversation.ts';
import { readPages } from './page.ts';

/** A comment of ours that something is hidden in. */
export interface OwnAnswer {
  kind: 'issue' | 'review';
  id: number;
  /** The hidden line before its marker. */
  hidden: string;
}

const commentSchema = v.object({
  id: v.number(),
  user: authorSchema,
  created_at: v.string(),
  body: bodySchema,
});

const routes = {
  issue: 'GET /repos/{owner}/{repo}/issues/{number}/comments',
  review: 'GET /repos/{owner}/{repo}/pulls/{number}/comments',
} as const;

/** Whatever was said in between, a former answer is among the newest so many comments, or counts as forgotten. */
const newestRead = 300;

/**
 * Our own comments on a thread that something is hidden in, oldest first, of those written or edited
 * since `sinceMs` (milliseconds since 1970). Only our own author's count: others may copy what we hide.
 * Throws `github-error`.
 */
export async function readOwnAnswers(
  github: GitHub,
  { repository, thread }: { repository: Repository; thread: ThreadRef },
  sinceMs: number,
  signal: AbortSignal,
): Promise<OwnAnswer[]> {
  const kinds = thread.kind === 'pull' ? (['issue', 'review'] as const) : (['issue'] as const);
  const since = new Date(sinceMs).toISOString();
  const [own, ...lists] = await Promise.all([
    viewerLogin(github, signal),
    ...kinds.map(async (kind) => {
      const list = {
        route: routes[kind],
        parameters: { ...coordinates(repository, thread), since },
        item: commentSchema,
        attempted: `look for former answers on #${thread.number}`,
        newest: newestRead,
      };
      const { items } = await readPages(github, list, signal);
      return items.map((item) => ({ ...item, kind, hidden: findHidden(item.body) }));
    }),
  ]);
  return lists
    .flat()
    .filter(({ user, hidden }) => user.toLowerCase() === own.toLowerCase() && hidden !== '')
    .toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at) || a.id - b.id)
    .map(({ kind, id, hidden }) => ({ kind, id, hidden }));
}
