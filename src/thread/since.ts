import * as v from 'valibot';
import type { Repository } from '../event/trigger.ts';
import { toGitHubError, type GitHub } from '../github.ts';
import { diffChars, newCommits, pageSize } from '../limits.ts';
import { authorSchema } from './conversation.ts';
import { boundDiff, fileSchema, fromPatch } from './diff.ts';
import type { OwnAnswer } from './own.ts';
import { readAnswer } from './page.ts';
import type { Diff } from './thread.ts';

/** Commits that were added to a head. */
export interface Pushed {
  /** The newest of them, oldest first, `limits.newCommits` at most. */
  commits: { sha: string; subject: string; author: string }[];
  /** All of them. */
  count: number;
  /** What they change together. */
  diff: Diff;
}

/** How somebody reacted. */
export interface Reaction {
  /** As GitHub names it: `+1`, `heart`, ... */
  content: string;
  author: string;
}

const comparison = v.object({
  status: v.string(),
  total_commits: v.number(),
  commits: v.array(
    v.object({
      sha: v.string(),
      author: v.nullish(v.object({ login: v.optional(v.string()) })),
      commit: v.object({ message: v.string() }),
    }),
  ),
  files: v.optional(v.array(fileSchema), []),
});

/** Files that GitHub compares at most; it does not say how many more there are. */
const comparedFiles = 300;

/**
 * What was pushed between two heads; undefined where the later one does not go on from the earlier one
 * (a forced push), or GitHub does not compare them any more. Throws `github-error`.
 * https://docs.github.com/rest/commits/commits#compare-two-commits
 */
export async function readPushed(
  github: GitHub,
  repository: Repository,
  { from, to }: { from: string; to: string },
  signal: AbortSignal,
): Promise<Pushed | undefined> {
  const attempted = 'read what was pushed since';
  const basehead = `${from}...${to}`;
  const asked = { owner: repository.owner, repo: repository.name, basehead, request: { signal } };
  try {
    const response = await github.request('GET /repos/{owner}/{repo}/compare/{basehead}', asked);
    const {
      status,
      commits,
      files,
      total_commits: count,
    } = readAnswer(comparison, response.data, attempted);
    if (status !== 'ahead') return undefined;
    const changedFiles = files.length + (files.length < comparedFiles ? 0 : 1);
    return {
      commits: commits.slice(-newCommits).map(({ sha, author, commit }) => ({
        sha,
        subject: commit.message.split('\n', 1)[0] ?? '',
        author: author?.login ?? 'ghost',
      })),
      count,
      diff: boundDiff(files.map(fromPatch), { chars: diffChars, changedFiles }),
    };
  } catch (thrown) {
    signal.throwIfAborted();
    if (isGone(thrown)) return undefined;
    throw toGitHubError(thrown, attempted);
  }
}

const reactions = v.array(v.object({ content: v.string(), user: authorSchema }));

/** The first reactions to an answer of ours, a page of them at most. Throws `github-error`. */
export async function readReactions(
  github: GitHub,
  repository: Repository,
  { kind, id }: Pick<OwnAnswer, 'kind' | 'id'>,
  signal: AbortSignal,
): Promise<Reaction[]> {
  const attempted = 'read the reactions to the last answer';
  const place = kind === 'issue' ? 'issues' : 'pulls';
  const { owner, name: repo } = repository;
  const asked = { owner, repo, id, per_page: pageSize, request: { signal } };
  const response = await github
    .request(`GET /repos/{owner}/{repo}/${place}/comments/{id}/reactions`, asked)
    .catch((thrown: unknown) => {
      throw toGitHubError(thrown, attempted);
    });
  return readAnswer(reactions, response.data, attempted).map(({ content, user }) => ({
    content,
    author: user,
  }));
}

function isGone(thrown: unknown): boolean {
  const status = thrown instanceof Error && 'status' in thrown ? Number(thrown.status) : 0;
  return status === 404 || status === 422;
}
