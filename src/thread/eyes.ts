import type { GitHub } from '../github.ts';
import { toGitHubError } from '../github.ts';
import { pageSize } from '../limits.ts';
import type { Target } from './acknowledge.ts';
import { isMissing } from '../github-repeat.ts';

/**
 * When `login` (in lower case) put `eyes` on a comment, or on the issue or pull request itself where
 * there is none; undefined where it has not, or no longer. Throws `github-error`.
 * https://docs.github.com/rest/reactions/reactions
 */
export async function findEyes(
  github: GitHub,
  { repository, thread, comment }: Target,
  login: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (thread === undefined) return undefined;
  const { reactions } = github.rest;
  const at = { owner: repository.owner, repo: repository.name };
  const common = { ...at, content: 'eyes', per_page: pageSize, request: { signal } } as const;
  try {
    const { data } =
      comment === undefined
        ? await reactions.listForIssue({ ...common, issue_number: thread.number })
        : comment.kind === 'issue'
          ? await reactions.listForIssueComment({ ...common, comment_id: comment.id })
          : await reactions.listForPullRequestReviewComment({ ...common, comment_id: comment.id });
    return data.find(({ user }) => user?.login.toLowerCase() === login)?.created_at;
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw toGitHubError(thrown, `read the reactions on #${thread.number}`);
  }
}
