import * as v from 'valibot';
import type { Repository, ThreadRef } from '../event/trigger.ts';
import { toGitHubError } from '../github.ts';
import type { GitHub } from '../github.ts';
import { authorSchema, bodySchema, coordinates, roleSchema } from './conversation.ts';
import { readAnswer } from './page.ts';
import type { Pull, Thread } from './thread.ts';

const sideSchema = v.object({
  ref: v.string(),
  sha: v.string(),
  repo: v.nullish(v.object({ full_name: v.string(), id: v.optional(v.number()) })),
});

const pullSchema = v.object({
  title: v.string(),
  body: bodySchema,
  user: authorSchema,
  author_association: roleSchema,
  state: v.string(),
  merged: v.optional(v.boolean(), false),
  draft: v.optional(v.boolean(), false),
  html_url: v.string(),
  changed_files: v.number(),
  base: sideSchema,
  head: sideSchema,
});

/** What a pull request says itself, without its diff and what others wrote. */
export interface PullFacts {
  heading: Omit<Thread, 'entries' | 'leftOut' | 'later' | 'pull'>;
  branches: Pick<Pull, 'baseRef' | 'headRef' | 'headSha' | 'isFork' | 'isDraft'> & {
    baseSha: string;
    /** GitHub's id; undefined where it is gone. */
    headRepositoryId: number | undefined;
  };
  changedFiles: number;
}

/** Reads a pull request's title, description and branches. Throws `github-error`. */
export async function readPull(
  github: GitHub,
  repository: Repository,
  ref: ThreadRef,
  signal: AbortSignal,
): Promise<PullFacts> {
  const attempted = `read pull request #${ref.number}`;
  const response = await github
    .request('GET /repos/{owner}/{repo}/pulls/{number}', {
      ...coordinates(repository, ref),
      request: { signal },
    })
    .catch((thrown: unknown) => {
      throw toGitHubError(thrown, attempted);
    });
  const pull = readAnswer(pullSchema, response.data, attempted);
  return {
    heading: {
      ref,
      title: pull.title,
      body: pull.body,
      author: pull.user,
      role: pull.author_association,
      state: pull.merged ? 'merged' : pull.state,
      url: pull.html_url,
    },
    branches: {
      baseRef: pull.base.ref,
      headRef: pull.head.ref,
      headSha: pull.head.sha,
      baseSha: pull.base.sha,
      headRepositoryId: pull.head.repo?.id,
      isFork: pull.head.repo?.full_name !== pull.base.repo?.full_name,
      isDraft: pull.draft,
    },
    changedFiles: pull.changed_files,
  };
}
