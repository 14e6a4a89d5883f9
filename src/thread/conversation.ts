import * as v from 'valibot';
import type { Repository, ThreadRef, Trigger } from '../event/trigger.ts';
import { toGitHubError } from '../github.ts';
import type { GitHub } from '../github.ts';
import { threadComments } from '../limits.ts';
import { readAnswer, readPages } from './page.ts';
import type { Pages } from './page.ts';
import type { Entry, Thread } from './thread.ts';

/** Whoever wrote it: GitHub answers `null` where the account is gone, and shows it as `ghost`. */
export const authorSchema = v.pipe(
  v.nullable(v.object({ login: v.string() })),
  v.transform((user) => user?.login ?? 'ghost'),
);

/** What somebody is to the repository (`author_association`), in lower case. */
export const roleSchema = v.pipe(v.string(), v.toLowerCase());

/** Markdown as it was written; GitHub answers `null` where there is none. */
export const bodySchema = v.nullish(v.string(), '');

const issueSchema = v.object({
  title: v.string(),
  body: bodySchema,
  user: authorSchema,
  author_association: roleSchema,
  state: v.string(),
  html_url: v.string(),
});

const commentSchema = v.pipe(
  v.object({
    id: v.number(),
    user: authorSchema,
    author_association: roleSchema,
    created_at: v.string(),
    body: bodySchema,
  }),
  v.transform((comment): Entry => ({
    kind: 'comment',
    id: comment.id,
    author: comment.user,
    role: comment.author_association,
    createdAt: comment.created_at,
    body: comment.body,
  })),
);

/** What an issue says itself, without its comments. Throws `github-error`. */
export async function readIssue(
  github: GitHub,
  repository: Repository,
  ref: ThreadRef,
  signal: AbortSignal,
): Promise<Omit<Thread, 'entries' | 'leftOut' | 'pull'>> {
  const attempted = `read issue #${ref.number}`;
  const route = 'GET /repos/{owner}/{repo}/issues/{number}';
  const response = await github
    .request(route, { ...coordinates(repository, ref), request: { signal } })
    .catch((thrown: unknown) => {
      throw toGitHubError(thrown, attempted);
    });
  const issue = readAnswer(issueSchema, response.data, attempted);
  return {
    ref,
    title: issue.title,
    body: issue.body,
    author: issue.user,
    role: issue.author_association,
    state: issue.state,
    url: issue.html_url,
  };
}

/** The comments of an issue or a pull request, those on lines of a diff excepted. */
export async function readComments(
  github: GitHub,
  repository: Repository,
  ref: ThreadRef,
  signal: AbortSignal,
): Promise<Pages<Entry>> {
  const list = {
    route: 'GET /repos/{owner}/{repo}/issues/{number}/comments',
    parameters: coordinates(repository, ref),
    item: commentSchema,
    attempted: `read the comments of #${ref.number}`,
    newest: threadComments,
  };
  return readPages(github, list, signal);
}

/** What fills in the routes of a thread. */
export function coordinates(repository: Repository, ref: ThreadRef) {
  return { owner: repository.owner, repo: repository.name, number: ref.number };
}

/** Whether an entry is the comment that asked, whose text is the payload's and not a later edit's. */
export function isTrigger(entry: Entry, trigger: Trigger): boolean {
  const kind = trigger.comment?.kind === 'review' ? 'review-comment' : 'comment';
  return entry.kind === kind && entry.id === trigger.comment?.id;
}
