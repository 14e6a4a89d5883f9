import * as v from 'valibot';
import type { Repository, ThreadRef } from '../event/trigger.ts';
import { toGitHubError } from '../github.ts';
import type { GitHub } from '../github.ts';
import { diffFilesMax } from '../limits.ts';
import { coordinates } from './conversation.ts';
import { readPages } from './page.ts';
import type { Diff } from './thread.ts';

/** One file's share of a diff; no text where GitHub gives none. */
export interface FileDiff {
  path: string;
  text: string | undefined;
}

/** The two commits that a diff lies between. */
export interface Span {
  baseSha: string;
  headSha: string;
}

/**
 * Reads the diff of a pull request's pinned head, file by file, whatever its head is by now: from
 * where the branches parted. Where GitHub does not compare the two (they are gone, or too far
 * apart), the diff of the pull request as it stands takes its place, and `isPinned` is false.
 * Throws `github-error`.
 * https://docs.github.com/rest/commits/commits#compare-two-commits
 */
export async function readPinnedDiff(
  github: GitHub,
  repository: Repository,
  ref: ThreadRef,
  { baseSha, headSha }: Span,
  signal: AbortSignal,
): Promise<{ files: FileDiff[]; isPinned: boolean }> {
  const asked = {
    owner: repository.owner,
    repo: repository.name,
    basehead: `${baseSha}...${headSha}`,
    headers: { accept: 'application/vnd.github.diff' },
    request: { signal },
  };
  try {
    const response = await github.request('GET /repos/{owner}/{repo}/compare/{basehead}', asked);
    // Its type is that of the answer in JSON.
    const text: unknown = response.data;
    return { files: splitDiff(typeof text === 'string' ? text : ''), isPinned: true };
  } catch (thrown) {
    signal.throwIfAborted();
    if (!isTooLarge(thrown) && !isGone(thrown))
      throw toGitHubError(thrown, `read the diff of #${ref.number}`);
    return { files: await readDiff(github, repository, ref, signal), isPinned: false };
  }
}

/**
 * Reads a pull request's diff, file by file. Over 300 files (406), and where it takes GitHub too
 * long, the list of files with their patches takes its place, of 3,000 files at most.
 * Throws `github-error`.
 * https://docs.github.com/rest/pulls/pulls#get-a-pull-request
 */
export async function readDiff(
  github: GitHub,
  repository: Repository,
  ref: ThreadRef,
  signal: AbortSignal,
): Promise<FileDiff[]> {
  const asked = {
    ...coordinates(repository, ref),
    headers: { accept: 'application/vnd.github.diff' },
    request: { signal },
  };
  try {
    const response = await github.request('GET /repos/{owner}/{repo}/pulls/{number}', asked);
    return splitDiff(String(response.data));
  } catch (thrown) {
    signal.throwIfAborted();
    if (isTooLarge(thrown)) return readFiles(github, repository, ref, signal);
    throw toGitHubError(thrown, `read the diff of #${ref.number}`);
  }
}

function isTooLarge(thrown: unknown): boolean {
  const status = thrown instanceof Error && 'status' in thrown ? Number(thrown.status) : 0;
  return status === 406 || status === 422 || status >= 500;
}

function isGone(thrown: unknown): boolean {
  return thrown instanceof Error && 'status' in thrown && thrown.status === 404;
}

/** One file of a diff, as GitHub lists it. */
export const fileSchema = v.object({
  filename: v.string(),
  previous_filename: v.optional(v.string()),
  status: v.string(),
  patch: v.optional(v.string()),
});

async function readFiles(
  github: GitHub,
  repository: Repository,
  ref: ThreadRef,
  signal: AbortSignal,
): Promise<FileDiff[]> {
  const list = {
    route: 'GET /repos/{owner}/{repo}/pulls/{number}/files',
    parameters: coordinates(repository, ref),
    item: fileSchema,
    attempted: `read the changed files of #${ref.number}`,
    newest: diffFilesMax,
  };
  const { items } = await readPages(github, list, signal);
  return items.map(fromPatch);
}

/** A listed file's share of a diff. */
export function fromPatch(file: v.InferOutput<typeof fileSchema>): FileDiff {
  const { filename: path, patch, status } = file;
  if (patch === undefined) return { path, text: undefined };
  const from = file.previous_filename ?? path;
  const before = status === 'added' ? '/dev/null' : `a/${from}`;
  const after = status === 'removed' ? '/dev/null' : `b/${path}`;
  const text = `diff --git a/${from} b/${path}\n--- ${before}\n+++ ${after}\n${patch.trimEnd()}\n`;
  return { path, text };
}

/**
 * Cuts a diff into its files. Lines of content begin with a space, `+`, `-` or `\`, so that only
 * git's own heading starts with `diff --git`.
 */
export function splitDiff(diff: string): FileDiff[] {
  return diff
    .split(/(?<=\n)(?=diff --git )/)
    .filter((text) => text.startsWith('diff --git '))
    .map((text) => ({ path: pathOf(text), text }));
}

/** The new name, or where it was deleted the old; as git quotes it, where it has to. */
function pathOf(text: string): string {
  const [head = ''] = text.split('\n@@ ', 1);
  for (const sign of ['\n+++ b/', '\n+++ "b/', '\n--- a/', '\n--- "a/', '\nrename to ']) {
    const [, after] = head.split(sign, 2);
    if (after !== undefined) return after.split('\n', 1)[0]?.replace(/["\t\r]+$/, '') ?? '';
  }
  const [, same] = /^diff --git "?a\/(.+?)"? "?b\/\1"?$/m.exec(head) ?? [];
  return same ?? head.split('\n', 1)[0]?.slice('diff --git '.length) ?? '';
}

/**
 * As many whole files as fit into so many characters, the smallest first, shown in their own order.
 * `changedFiles` is GitHub's own count, of which not all may be listed.
 */
export function boundDiff(
  files: readonly FileDiff[],
  bounds: { chars: number; changedFiles: number },
): Diff {
  let room = bounds.chars;
  const shown = new Set<FileDiff>();
  for (const file of files.toSorted((a, b) => sizeOf(a) - sizeOf(b))) {
    room -= sizeOf(file);
    if (room < 0) break;
    shown.add(file);
  }
  const texts = files.flatMap((file) => (shown.has(file) ? [file.text ?? ''] : []));
  return {
    text: texts.join(''),
    shownFiles: shown.size,
    leftOutFiles: files.filter((file) => !shown.has(file)).map((file) => file.path),
    unnamedFiles: Math.max(0, bounds.changedFiles - files.length),
  };
}

function sizeOf(file: FileDiff): number {
  return file.text?.length ?? Number.POSITIVE_INFINITY;
}
