import type { ChangedFile } from './changed-file.ts';

/** A line of a hunk, without its sign and line ending (a carriage return is part of the line). */
export interface DiffLine {
  kind: 'added' | 'removed' | 'context';
  /** Its number before the change; for an added line, of the line that it stands before. */
  left: number;
  /** Its number after the change; for a removed line, of the line that it stands before. */
  right: number;
  text: string;
  /** Whether the file ends in it, without a newline. */
  isUnended: boolean;
}

/** A stretch of changes with what stands around it; the lines of each side follow each other. */
export interface Hunk {
  /** The first line, from 1, and how many; with none, `start` is as git prints it. */
  left: { start: number; count: number };
  right: { start: number; count: number };
  /** What stands behind the second `@@`: the line that git takes for the section's heading. */
  heading: string;
  lines: DiffLine[];
}

/** A changed file's lines. */
export interface FileLines {
  /** After the change; for a deleted file, before it. */
  path: string;
  /** Before it was renamed or copied. */
  formerPath: string | undefined;
  change: 'added' | 'deleted' | 'renamed' | 'copied' | 'modified';
  /** Empty for binary files, for a change of the mode alone, and where GitHub gives no patch. */
  hunks: Hunk[];
}

/** A change's files by the path that they have after it. */
export type DiffLines = ReadonlyMap<string, FileLines>;

const hunkStart = /^@@ -(\d{1,15})(?:,(\d{1,15}))? \+(\d{1,15})(?:,(\d{1,15}))? @@(.*)$/s;

/**
 * The lines of a change by GitHub's list of files. Takes time linear in the patches.
 */
export function readChangedFiles(files: readonly ChangedFile[]): DiffLines {
  return new Map(files.map((file) => [file.filename, readChangedFile(file)]));
}

const changes: Readonly<Record<string, FileLines['change']>> = {
  added: 'added',
  removed: 'deleted',
  renamed: 'renamed',
  copied: 'copied',
};

function readChangedFile(file: ChangedFile): FileLines {
  return {
    path: file.filename,
    formerPath: file.previous_filename,
    change: changes[file.status] ?? 'modified',
    hunks: readHunks(file.patch ?? ''),
  };
}

/**
 * The hunks of one file's diff, with or without git's heading; what stands before the first and
 * behind the last is passed over. A hunk is as long as its first line says, whatever its lines look
 * like: a removed line `-- a` is no heading.
 */
export function readHunks(diff: string): Hunk[] {
  const lines = diff.split('\n');
  const hunks: Hunk[] = [];
  for (let at = 0; at < lines.length;) {
    const hunk = readStart(lines[at] ?? '');
    at += 1;
    if (hunk === undefined) continue;
    hunks.push(hunk);
    at = readLines(hunk, lines, at);
  }
  return hunks;
}

function readStart(line: string): Hunk | undefined {
  if (!line.startsWith('@@ -')) return undefined;
  const found = hunkStart.exec(line);
  if (found === null) return undefined;
  const [, left = '', leftCount = '1', right = '', rightCount = '1', heading = ''] = found;
  return {
    left: { start: Number(left), count: Number(leftCount) },
    right: { start: Number(right), count: Number(rightCount) },
    heading: heading.trim(),
    lines: [],
  };
}

/** Fills the hunk; says where the next line after it is. */
function readLines(hunk: Hunk, lines: readonly string[], start: number): number {
  let { left, right } = { left: firstOf(hunk.left), right: firstOf(hunk.right) };
  const ends = { left: left + hunk.left.count, right: right + hunk.right.count };
  let at = start;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const last = hunk.lines.at(-1);
    if (line.startsWith('\\')) {
      if (last !== undefined) last.isUnended = true;
      continue;
    }
    const kind = kindOf(line, at === lines.length - 1);
    if ((left >= ends.left && right >= ends.right) || kind === undefined) break;
    hunk.lines.push({ kind, left, right, text: line.slice(1), isUnended: false });
    if (kind !== 'added') left += 1;
    if (kind !== 'removed') right += 1;
  }
  return at;
}

/** Where git counts no lines, it names the one before. */
function firstOf({ start, count }: Hunk['left']): number {
  return count === 0 ? start + 1 : start;
}

/** An empty line is one of context that lost its space on the way; at the very end, it is none. */
function kindOf(line: string, isLast: boolean): DiffLine['kind'] | undefined {
  if (line === '') return isLast ? undefined : 'context';
  if (line.startsWith(' ')) return 'context';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : undefined;
}
