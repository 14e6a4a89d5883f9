import { execFileSync } from 'node:child_process';
import type { ChangedFile } from './records.ts';

const STATUS: Record<string, ChangedFile['status']> = {
  A: 'added',
  C: 'copied',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

/** GitHub shows no patch of a file whose diff is longer. */
const PATCH_LINES = 20_000;

const NAMES = ['-c', 'core.quotePath=false'];

function git(directory: string, args: readonly string[]): string {
  const options = { cwd: directory, encoding: 'utf8', maxBuffer: 1024 * 1024 * 1024 } as const;
  return execFileSync('git', [...NAMES, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Where two commits parted. */
export function mergeBaseOf(directory: string, base: string, head: string): string {
  return git(directory, ['merge-base', base, head]).trim();
}

/**
 * What a pull request from `base` to `head` changes, as GitHub lists it: against where they parted,
 * with renames, and with a patch wherever lines changed.
 */
export function changedFiles(directory: string, base: string, head: string): ChangedFile[] {
  const span = [mergeBaseOf(directory, base, head), head];
  const fields = git(directory, ['diff', '--raw', '-z', '-M', '--no-abbrev', ...span]).split('\0');
  const counts = readCounts(git(directory, ['diff', '--numstat', '-z', '-M', ...span]));
  const patches = readPatches(
    git(directory, ['diff', '-M', '--src-prefix=a/', '--dst-prefix=b/', ...span]),
  );
  const files: ChangedFile[] = [];
  let part = 0;
  for (let at = 0; fields[at] !== undefined && fields[at] !== '';) {
    const [, , before = '', after = '', letter = ''] = fields[at]?.split(' ') ?? [];
    const isMoved = /^[CR]/.test(letter);
    const [from = '', to = from] = fields.slice(at + 1, at + (isMoved ? 3 : 2));
    const status = STATUS[letter.charAt(0)] ?? 'changed';
    const sha = status === 'removed' ? before : after;
    const patch = patches[part];
    // A file that has become a link is shown as removed, and added.
    part += status === 'changed' ? 2 : 1;
    const isShown = patch !== undefined && patch.split('\n').length <= PATCH_LINES;
    files.push({
      filename: to,
      ...(isMoved && { previous_filename: from }),
      status,
      sha,
      ...counts[files.length],
      ...(isShown && { patch }),
    });
    at += isMoved ? 3 : 2;
  }
  return files;
}

/** In the order of the files; of a binary one, git counts no lines. */
function readCounts(text: string): { additions: number; deletions: number }[] {
  return text.split('\0').flatMap((field) => {
    const [, added, removed] = /^(\d+|-)\t(\d+|-)\t/.exec(field) ?? [];
    if (added === undefined) return [];
    return [{ additions: Number(added) || 0, deletions: Number(removed) || 0 }];
  });
}

/** What follows each file's heading, in the same order; undefined where there are no lines. */
function readPatches(diff: string): (string | undefined)[] {
  const parts = diff.split(/^(?=diff --git )/m).filter((part) => part !== '');
  return parts.map((part) => {
    const start = part.search(/^@@ /m);
    return start === -1 ? undefined : part.slice(start).replace(/\n$/, '');
  });
}
