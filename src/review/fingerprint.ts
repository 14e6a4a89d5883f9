import { createHash } from 'node:crypto';
import { diffFilesMax } from '../limits.ts';
import type { ChangedFile } from './changed-file.ts';
import { type DiffLines, type Hunk, readHunks } from './lines.ts';
import { linesAt } from './place.ts';
import type { Finding } from './review.ts';

/** What is known of a diff beside its files. */
export interface DiffScope {
  /** GitHub's own count of the changed files, which the list may fall short of. */
  changedFiles?: number | undefined;
  /** Where the branches parted; undefined where it is not known. */
  mergeBase?: string | undefined;
}

/** A finding with what tells it from others. */
export interface NamedFinding extends Finding {
  id: string;
}

/**
 * What tells an effective diff (the change against the merge base) from others: equal for two lists
 * of files only if they make the same change, wherever in the files its lines have come to stand;
 * undefined where the list is not whole, and nothing is known then. Compare by `isSameDiff`.
 *
 * A merge of the base shifts line numbers, so that they cannot count. What counts is each hunk with
 * its context and its section's heading, their order, and how far they are apart. Where GitHub gives
 * no patch (binary, very large), the blob counts, and any change of that file by the base as well.
 * What GitHub's list does not say: a mode that changed along with the text, unless `modes` has it.
 * What remains: with the base merged in by the same push, all hunks of a file may have moved
 * together, to a place with the same context under the same heading.
 */
export function fingerprintDiff(
  files: readonly ChangedFile[],
  { changedFiles = files.length, mergeBase }: DiffScope = {},
): string | undefined {
  if (files.length >= diffFilesMax || files.length !== changedFiles) return undefined;
  const sorted = files.toSorted((one, other) => (one.filename < other.filename ? -1 : 1));
  const shape = hash(sorted.map((file) => describe(file, shapeOf)));
  if (mergeBase === undefined) return shape;
  const exact = hash(sorted.map((file) => describe(file, exactly)));
  return [shape, exact, hash(mergeBase)].join('.');
}

/**
 * Whether two fingerprints are of the same effective diff. Where both know their merge base, and it
 * is the same, no base can have shifted the lines: then their numbers count too. None (undefined, or
 * empty where it was remembered) is never the same.
 */
export function isSameDiff(former: string | undefined, now: string | undefined): boolean {
  if (!former || !now) return false;
  const [[shape, exact, base], [shapeNow, exactNow, baseNow]] = [former.split('.'), now.split('.')];
  if (shape !== shapeNow) return false;
  return base === undefined || base !== baseNow || exact === exactNow;
}

function describe(file: ChangedFile, describeHunks: (hunks: readonly Hunk[]) => unknown): unknown {
  const { filename, previous_filename: former = '', status, sha, additions, deletions } = file;
  const hunks = file.patch === undefined ? [] : readHunks(file.patch);
  const count = (kind: string): number =>
    hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.kind === kind).length, 0);
  const isWhole = additions === count('added') && deletions === count('removed');
  const content = hunks.length > 0 && isWhole ? describeHunks(hunks) : [sha];
  return [filename, former, status, file.modes ?? '', additions, deletions, content];
}

/** How far a hunk is behind the one before it stays, unless the base changes what is between them. */
function shapeOf(hunks: readonly Hunk[]): unknown {
  return hunks.map((hunk, at) => {
    const before = hunks[at - 1];
    const gap = before === undefined ? 0 : hunk.left.start - before.left.start;
    return [
      hunk.heading,
      gap,
      hunk.lines.map(({ kind, text, isUnended }) => [kind, text, isUnended]),
    ];
  });
}

function exactly(hunks: readonly Hunk[]): unknown {
  return hunks.map(({ left, right }) => [left, right]);
}

/**
 * What tells a finding from others: its path, its title, and what its lines say. Their numbers do
 * not count, so that it stays the same where they shift.
 */
export function fingerprintFinding(
  { place, title }: Pick<Finding, 'place' | 'title'>,
  diff: DiffLines,
): string {
  const lines = linesAt(place, diff).map(({ text }) => text.trim());
  return hash([place?.path ?? '', normalise(title), lines]).slice(0, 16);
}

/** Findings with their fingerprints; of those that would have the same, the later ones are numbered. */
export function nameFindings(findings: readonly Finding[], diff: DiffLines): NamedFinding[] {
  const counts = new Map<string, number>();
  const inOrder = findings
    .map((finding, at) => ({ finding, at }))
    .toSorted((one, other) => (one.finding.place?.line ?? 0) - (other.finding.place?.line ?? 0));
  const ids = new Map<Finding, string>();
  for (const { finding } of inOrder) {
    const id = fingerprintFinding(finding, diff);
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    ids.set(finding, count === 1 ? id : `${id}-${count}`);
  }
  return findings.map((finding) => ({ ...finding, id: ids.get(finding) ?? '' }));
}

/** Letter case, marks and spaces are of no account: an agent does not repeat itself to the letter. */
function normalise(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 40);
}
