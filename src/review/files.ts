import * as v from 'valibot';
import { readFailedRequest } from '../github-retry.ts';
import { readAnswer, readPages } from '../github-pages.ts';
import { toGitHubError } from '../github.ts';
import { diffFilesMax } from '../limits.ts';
import { comparedFiles } from '../limits/review.ts';
import type { ChangedFile } from './changed-file.ts';
import { on, type ReviewedPull } from './pull.ts';

/** The files of a change. */
export interface ChangedFiles {
  files: ChangedFile[];
  /** Whether they are those of the head that was asked for: it may have moved. */
  isPinned: boolean;
  /** GitHub's own count of them: it lists `diffFilesMax` at most. */
  changedFiles: number;
  /** Where the branches parted; undefined where GitHub does not say. */
  mergeBase: string | undefined;
}

const fileSchema = v.object({
  filename: v.string(),
  previous_filename: v.optional(v.string()),
  status: v.string(),
  sha: v.nullish(v.string(), null),
  additions: v.number(),
  deletions: v.number(),
  patch: v.optional(v.string()),
});

/**
 * Reads the files that a pull request changes, from where its branches parted to the head that is
 * pinned, whatever its head is by now. A comparison lists `comparedFiles` at most; where that is not
 * all, and where GitHub does not compare the two, the files of the pull request as it stands take its
 * place, and whether those are of the pinned head is looked up after. Throws `github-error`.
 * https://docs.github.com/rest/commits/commits#compare-two-commits
 * https://docs.github.com/rest/pulls/pulls#list-pull-requests-files
 */
export async function readChangedFiles(
  pull: ReviewedPull,
  span: { baseSha: string; headSha: string },
  signal: AbortSignal,
): Promise<ChangedFiles> {
  const compared = await compare(pull, span, signal);
  const { files: all = [], mergeBase } = compared ?? {};
  if (compared !== undefined && all.length < comparedFiles)
    return { files: all, isPinned: true, changedFiles: all.length, mergeBase };
  const { number, repository } = pull;
  const list = {
    route: 'GET /repos/{owner}/{repo}/pulls/{number}/files',
    parameters: { owner: repository.owner, repo: repository.name, number },
    item: fileSchema,
    attempted: `read the changed files of #${number}`,
    newest: diffFilesMax,
  };
  const { items: files } = await readPages(pull.github, list, signal);
  const { headSha, changedFiles } = await readHead(pull, signal);
  return { files, isPinned: headSha === span.headSha, changedFiles, mergeBase };
}

const comparisonSchema = v.object({
  files: v.optional(v.array(fileSchema), []),
  merge_base_commit: v.object({ sha: v.string() }),
});

/** Undefined where GitHub does not compare the two. Pages are of commits: the first has the files. */
async function compare(
  { github, repository, number }: ReviewedPull,
  { baseSha, headSha }: { baseSha: string; headSha: string },
  signal: AbortSignal,
): Promise<{ files: ChangedFile[]; mergeBase: string } | undefined> {
  const attempted = `read the changed files of #${number}`;
  const basehead = `${baseSha}...${headSha}`;
  const { owner, name: repo } = repository;
  const asked = { owner, repo, basehead, per_page: 1, request: { signal } };
  try {
    const { data } = await github.rest.repos.compareCommitsWithBasehead(asked);
    const { files, merge_base_commit: base } = readAnswer(comparisonSchema, data, attempted);
    return { files, mergeBase: base.sha };
  } catch (thrown) {
    signal.throwIfAborted();
    const status = readFailedRequest(thrown)?.status ?? 0;
    if (status === 404 || status === 422 || status >= 500) return undefined;
    throw toGitHubError(thrown, attempted);
  }
}

const headSchema = v.object({
  changed_files: v.number(),
  head: v.object({ sha: v.string() }),
});

/** The pull request's head as it is now, and how many files GitHub counts. Throws `github-error`. */
export async function readHead(
  pull: ReviewedPull,
  signal: AbortSignal,
): Promise<{ headSha: string; changedFiles: number }> {
  const attempted = `read pull request #${pull.number}`;
  const { data } = await pull.github.rest.pulls.get(on(pull, signal)).catch((thrown: unknown) => {
    signal.throwIfAborted();
    throw toGitHubError(thrown, attempted);
  });
  const read = readAnswer(headSchema, data, attempted);
  return { headSha: read.head.sha, changedFiles: read.changed_files };
}
