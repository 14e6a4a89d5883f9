import * as v from 'valibot';
import { readFailedRequest } from '../github-retry.ts';
import { readAnswer, readPages } from '../github-pages.ts';
import { toGitHubError } from '../github.ts';
import { diffFilesMax } from '../limits.ts';
import { comparedFiles } from '../limits/review.ts';
import { on, type ReviewedPull } from './pull.ts';

/** A file of the change, as GitHub shows it. */
export interface ChangedFile {
  path: string;
  /** Where it was before; undefined unless it was renamed or copied. */
  previousPath: string | undefined;
  /** In GitHub's words: `added`, `removed`, `modified`, `renamed`, `copied`, `changed`. */
  status: string;
  /** Of its content after the change; for a removed one, before. Null where GitHub names none. */
  sha: string | null;
  additions: number;
  deletions: number;
  /** From its first `@@` on; undefined where GitHub shows none: binary, too large, only renamed. */
  patch: string | undefined;
}

/** The files of a change. */
export interface ChangedFiles {
  files: ChangedFile[];
  /** Whether they are those of the head that was asked for: it may have moved. */
  isPinned: boolean;
  /** Files that GitHub does not list, for it lists `diffFilesMax` at most. */
  leftOut: number;
}

const fileSchema = v.pipe(
  v.object({
    filename: v.string(),
    previous_filename: v.optional(v.string()),
    status: v.string(),
    sha: v.nullish(v.string(), null),
    additions: v.number(),
    deletions: v.number(),
    patch: v.optional(v.string()),
  }),
  v.transform(({ filename, previous_filename, patch, ...file }): ChangedFile => ({
    ...file,
    path: filename,
    previousPath: previous_filename,
    patch,
  })),
);

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
  if (compared !== undefined) return { files: compared, isPinned: true, leftOut: 0 };
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
  const leftOut = Math.max(0, changedFiles - files.length);
  return { files, isPinned: headSha === span.headSha, leftOut };
}

const comparisonSchema = v.object({ files: v.optional(v.array(fileSchema), []) });

/**
 * Undefined where these may not be all, or the two cannot be compared. Pages are of commits, and the
 * files come with the first.
 */
async function compare(
  { github, repository, number }: ReviewedPull,
  { baseSha, headSha }: { baseSha: string; headSha: string },
  signal: AbortSignal,
): Promise<ChangedFile[] | undefined> {
  const attempted = `read the changed files of #${number}`;
  const basehead = `${baseSha}...${headSha}`;
  const { owner, name: repo } = repository;
  const asked = { owner, repo, basehead, per_page: 1, request: { signal } };
  try {
    const { data } = await github.rest.repos.compareCommitsWithBasehead(asked);
    const { files } = readAnswer(comparisonSchema, data, attempted);
    return files.length < comparedFiles ? files : undefined;
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
