import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { ChangedFile } from '../../src/review/changed-file.ts';
import type { FindingPlace } from '../../src/review/review.ts';
import { pick } from '../reply/random.ts';
import { git, newFolder } from '../thread/repository.ts';

/** Git's output to the byte, as text. */
export function output(directory: string, ...args: string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', HOME: directory, GIT_CONFIG_NOSYSTEM: '1' };
  const options = { cwd: directory, env, maxBuffer: 2 ** 28 } as const;
  return execFileSync('git', args, options).toString();
}

/** A changed file, and whether nothing but its name or mode is changed. */
export interface ListedFile extends ChangedFile {
  hasSameContent: boolean;
}

/** The files of a change as `GET /pulls/{n}/files` lists them: names, modes and blobs by `--raw -z`. */
export function listFiles(directory: string, base: string, head: string): ListedFile[] {
  const range = ['--find-renames', base, head];
  const raw = output(directory, 'diff', '--raw', '-z', '--abbrev=40', ...range).split('\0');
  const numbers = output(directory, 'diff', '--numstat', '-z', ...range).split('\0');
  const patches = output(directory, 'diff', ...range)
    .split(/^(?=diff --git )/m)
    .filter((text) => text !== '');
  const files: ListedFile[] = [];
  while (raw.length > 1) {
    const [, before, now, from, to, kind = ''] =
      /^:(\S+) (\S+) (\S+) (\S+) (\w)/.exec(raw.shift() ?? '') ?? [];
    const isRename = kind === 'R';
    const [first = '', second = ''] = [raw.shift(), isRename ? raw.shift() : undefined];
    const [added = '', deleted = '', name] = (numbers.shift() ?? '').split('\t');
    if (name === '') numbers.splice(0, 2);
    const patch = patches.shift() ?? '';
    const start = patch.indexOf('\n@@ ');
    files.push({
      filename: isRename ? second : first,
      ...(isRename ? { previous_filename: first } : {}),
      status: { A: 'added', D: 'removed', R: 'renamed', T: 'changed' }[kind] ?? 'modified',
      sha: (kind === 'D' ? from : to) ?? null,
      additions: Number(added) || 0,
      deletions: Number(deleted) || 0,
      ...(start < 0 ? {} : { patch: patch.slice(start + 1).replace(/\n$/, '') }),
      modes: `${before} ${now}`,
      hasSameContent: from === to,
    });
  }
  return files;
}

/** A file's lines in a commit, the line feed taken off; empty where it is not there. */
export function linesOf(directory: string, commit: string, path: string): string[] {
  const listed = output(directory, 'ls-tree', '-z', commit, '--', `:(literal)${path}`);
  const [, blob] = /^\d+ blob (\w+)\t/.exec(listed) ?? [];
  if (blob === undefined) return [];
  const text = output(directory, 'cat-file', 'blob', blob);
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

interface Stretch {
  /** Lines after the change that are shown: first and last. */
  right: [number, number];
  removed: Set<number>;
  added: Set<number>;
}

/** What GitHub shows of a file, told from where git sees changes (without context) and its length. */
export class Shown {
  readonly stretches: Stretch[] = [];

  constructor(directory: string, base: string, head: string, file: ChangedFile) {
    const { filename, previous_filename: former = filename } = file;
    const names = [...new Set([former, filename])].map((name) => `:(literal)${name}`);
    const diff = output(directory, 'diff', '-U0', '--find-renames', base, head, '--', ...names);
    const length = linesOf(directory, head, filename).length;
    for (const [, old, oldCount, now, nowCount] of diff.matchAll(
      /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm,
    ))
      this.add([Number(old), Number(oldCount ?? 1)], [Number(now), Number(nowCount ?? 1)], length);
  }

  private add([old, gone]: [number, number], [now, come]: [number, number], length: number): void {
    const [first, last] = come === 0 ? [now + 1, now] : [now, now + come - 1];
    const right: [number, number] = [Math.max(1, first - 3), Math.min(length, last + 3)];
    const removed = Array.from({ length: gone }, (_, at) => old + at);
    const added = Array.from({ length: come }, (_, at) => now + at);
    const before = this.stretches.at(-1);
    if (before !== undefined && right[0] <= before.right[1] + 1) {
      before.right[1] = right[1];
      for (const line of removed) before.removed.add(line);
      for (const line of added) before.added.add(line);
    } else {
      this.stretches.push({ right, removed: new Set(removed), added: new Set(added) });
    }
  }

  /** Whether GitHub takes an inline comment there. */
  takes({ side, line, startLine }: FindingPlace): boolean {
    if (startLine !== undefined && startLine >= line) return false;
    return this.stretches.some(({ right: [first, last], removed }) =>
      [startLine ?? line, line].every((each) =>
        side === 'LEFT' ? removed.has(each) : each >= first && each <= last,
      ),
    );
  }

  /** Whether a line is one that the change has added or removed. */
  isChanged({ side, line }: FindingPlace): boolean {
    return this.stretches.some(({ removed, added }) =>
      side === 'LEFT' ? removed.has(line) : added.has(line),
    );
  }
}

const words = ['alpha', 'if (x) {', '}', '', '  return y;', 'int main(void)', '\tz\r', 'ünï 🙂'];
const odd = [
  '-- a',
  '++ b',
  '@@ -1,2 +3 @@ x',
  '\\ No newline at end of file',
  'diff --git a/x b/x',
  ' ',
];

/** A line of text that no other has, or one that repeats, or one that looks like a part of a diff. */
export function line(random: () => number): string {
  const kind = random();
  if (kind < 0.5) return `unique ${random()}`;
  return pick(random, kind < 0.9 ? words : odd);
}

/** Text of up to so many lines; now and then with CRLF, and without a newline at its end. */
export function text(random: () => number, most: number): string {
  const ending = random() < 0.2 ? '\r\n' : '\n';
  const count = Math.floor(random() * most);
  const all = Array.from({ length: count }, () => line(random)).join(ending);
  return all + (random() < 0.3 || count === 0 ? '' : ending);
}

/** Lines put in, taken out and replaced in a few places; what the end of the file is may change. */
export function edit(random: () => number, before: string): string {
  const lines = before.split('\n');
  const times = 1 + Math.floor(random() * 4);
  for (let time = 0; time < times; time += 1) {
    const at = Math.floor(random() * (lines.length + 1));
    const gone = Math.floor(random() * 4);
    const come = Array.from({ length: Math.floor(random() * 4) }, () => line(random));
    lines.splice(at, gone, ...come);
  }
  return lines.join('\n');
}

/** Names that git has to quote, and those that look like a part of a diff. */
export const oddNames = [
  'src/a.ts',
  'with space.txt',
  'tab\there.txt',
  'quote"d.md',
  'ünï/🙂.txt',
  'back\\slash',
  'new\nline',
  'b/b/x',
  'a => b',
  ' lead',
  '[x]*.txt',
];

/** A repository whose two commits differ by random edits. */
export interface History {
  directory: string;
  base: string;
  head: string;
  contents: Map<string, string>;
}

/** A pull request: text of all kinds, binary files, renames, deletions, modes, names of all kinds. */
export function makeHistory(random: () => number): History {
  const directory = newFolder();
  git(directory, 'init', '--quiet');
  const contents = new Map(oddNames.map((name) => [name, text(random, 60)]));
  contents.set('binary', `\0${random()}`);
  for (const [name, content] of contents) write(directory, name, content);
  const base = commitAll(directory);
  for (const [name, content] of contents) change(random, directory, name, content);
  write(directory, 'added.txt', text(random, 10));
  write(directory, 'always.txt', `x${text(random, 10)}`);
  return { directory, base, head: commitAll(directory), contents };
}

function change(random: () => number, directory: string, name: string, content: string): void {
  const kind = random();
  const path = join(directory, name);
  if (kind < 0.1) rmSync(path);
  else if (kind < 0.55) write(directory, name, edit(random, content));
  else if (kind < 0.65) chmodSync(path, 0o755);
  else if (kind < 0.8) move(directory, name, `moved ${name.replaceAll('/', '-')}`);
  else if (kind < 0.9) {
    move(directory, name, `moved/${name}`);
    write(
      directory,
      `moved/${name}`,
      `${content}${content.endsWith('\n') ? '' : '\n'}${line(random)}`,
    );
  }
}

/** Writes a file, and the folders above it. */
export function write(directory: string, name: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), content);
}

function move(directory: string, from: string, to: string): void {
  mkdirSync(dirname(join(directory, to)), { recursive: true });
  renameSync(join(directory, from), join(directory, to));
}

/** Commits all that is there. */
export function commitAll(directory: string): string {
  git(directory, 'add', '--all', '--force');
  git(directory, 'commit', '--quiet', '--allow-empty', '--message', 'Work');
  return git(directory, 'rev-parse', 'HEAD');
}
