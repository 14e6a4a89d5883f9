import { nearLines } from '../limits/review.ts';
import type { DiffLine, DiffLines, FileLines, Hunk } from './lines.ts';
import type { Finding, FindingPlace } from './review.ts';

/** Where a finding becomes an inline comment. */
export interface Placement {
  /** One that GitHub takes: its lines are in one hunk, and on one side. */
  place: FindingPlace;
  /** Where the agent had it, if these are other lines. */
  from: FindingPlace | undefined;
  /** Whether the finding has a suggestion, and it replaces exactly these lines. */
  canSuggest: boolean;
}

/**
 * The place of a finding as GitHub takes it for an inline comment: lines that the diff shows (on the
 * left only removed ones, since what is unchanged counts as right), all in one hunk. A place that is
 * none is moved to the nearest changed line of the hunk that it is in or beside (`nearLines`).
 * Undefined where there is none: the finding belongs into the body then.
 * https://docs.github.com/rest/pulls/comments#create-a-review-comment-for-a-pull-request
 */
export function placeFinding(
  { place, suggestion }: Pick<Finding, 'place' | 'suggestion'>,
  diff: DiffLines,
): Placement | undefined {
  const file = place && fileAt(place.path, diff);
  if (place === undefined || file === undefined) return undefined;
  const wanted: FindingPlace = { ...place, path: file.path, side: sideIn(file, place.side) };
  const found = wanted.side === 'RIGHT' ? onRight(file, wanted) : onLeft(file, wanted);
  const result = found ?? nearby(file, wanted);
  if (result === undefined) return undefined;
  const isMoved = !hasSameLines(result, place);
  const isAsked = place.path === file.path && place.side === 'RIGHT' && result.side === 'RIGHT';
  return {
    place: result,
    from: isMoved ? place : undefined,
    canSuggest: suggestion !== undefined && isAsked && !isMoved,
  };
}

/** The lines that a place is about, as far as the diff shows them; what moves a place is no matter here. */
export function linesAt(place: FindingPlace | undefined, diff: DiffLines): DiffLine[] {
  const file = place && fileAt(place.path, diff);
  if (place === undefined || file === undefined) return [];
  const isRight = sideIn(file, place.side) === 'RIGHT';
  const absent = isRight ? 'removed' : 'added';
  return file.hunks.flatMap(({ lines }) =>
    lines.filter((line) => {
      const number = isRight ? line.right : line.left;
      return line.kind !== absent && number >= firstLine(place) && number <= place.line;
    }),
  );
}

/** A path, or the one that a renamed file had before. */
function fileAt(path: string, diff: DiffLines): FileLines | undefined {
  const found = diff.get(path);
  if (found !== undefined) return found;
  return [...diff.values()].find(
    ({ change, formerPath }) => change === 'renamed' && formerPath === path,
  );
}

/** A file that is new or gone has one side only. */
function sideIn({ change }: FileLines, side: FindingPlace['side']): FindingPlace['side'] {
  if (change === 'deleted') return 'LEFT';
  return change === 'added' ? 'RIGHT' : side;
}

function onRight({ hunks, path }: FileLines, { line, startLine = line }: FindingPlace) {
  const hunk = hunks.find(({ right }) => distance(right, line) === 0);
  if (hunk === undefined) return undefined;
  return placeOf(path, 'RIGHT', Math.max(startLine, firstOf(hunk.right)), line);
}

/** Of lines before the change, those that are removed; if none is, they are on the right as well. */
function onLeft({ hunks, path }: FileLines, { line, startLine = line }: FindingPlace) {
  const hunk = hunks.find(({ left }) => distance(left, line) === 0);
  const shown = (hunk?.lines ?? []).filter(
    ({ kind, left }) => kind !== 'added' && left >= startLine && left <= line,
  );
  const removed = shown.filter(({ kind }) => kind === 'removed');
  const [first, last] = removed.length > 0 ? endsOf(removed) : endsOf(shown);
  if (first === undefined || last === undefined) return undefined;
  return removed.length > 0
    ? placeOf(path, 'LEFT', first.left, last.left)
    : placeOf(path, 'RIGHT', first.right, last.right);
}

function endsOf(lines: readonly DiffLine[]): [DiffLine | undefined, DiffLine | undefined] {
  return [lines[0], lines.at(-1)];
}

/** The nearest changed line, where the place is in a hunk by the other side's numbers, or just beside one. */
function nearby(file: FileLines, { side, line, startLine }: FindingPlace) {
  const hunk = hunkNear(file.hunks, side, line) ?? hunkNear(file.hunks, side, startLine ?? line);
  const changed = (hunk?.lines ?? []).filter(({ kind }) => kind !== 'context');
  const own = side === 'RIGHT' ? 'added' : 'removed';
  const offset = (each: DiffLine): number =>
    Math.abs((side === 'RIGHT' ? each.right : each.left) - line) + (each.kind === own ? 0 : 0.5);
  const [first, ...others] = changed;
  if (first === undefined) return undefined;
  const nearest = others.reduce((best, each) => (offset(each) < offset(best) ? each : best), first);
  return nearest.kind === 'added'
    ? placeOf(file.path, 'RIGHT', nearest.right, nearest.right)
    : placeOf(file.path, 'LEFT', nearest.left, nearest.left);
}

function hunkNear(
  hunks: readonly Hunk[],
  side: FindingPlace['side'],
  line: number,
): Hunk | undefined {
  const away = ({ left, right }: Hunk): number => {
    const [own, other] = side === 'RIGHT' ? [right, left] : [left, right];
    return distance(other, line) === 0
      ? Math.min(nearLines, distance(own, line))
      : distance(own, line);
  };
  const [first, ...others] = hunks;
  if (first === undefined) return undefined;
  const nearest = others.reduce((best, each) => (away(each) < away(best) ? each : best), first);
  return away(nearest) <= nearLines ? nearest : undefined;
}

/** How many lines a line is before or behind a range; 0 within it. */
function distance(range: Hunk['left'], line: number): number {
  const first = firstOf(range);
  return Math.max(0, first - line, line - (first + range.count - 1));
}

function firstOf({ start, count }: Hunk['left']): number {
  return count === 0 ? start + 1 : start;
}

function firstLine({ line, startLine = line }: FindingPlace): number {
  return startLine;
}

function placeOf(path: string, side: FindingPlace['side'], first: number, line: number) {
  const place: FindingPlace = { path, side, line };
  return first < line ? { ...place, startLine: first } : place;
}

/** Unchanged lines have another number on the other side; they are the same all the same. */
function hasSameLines(found: FindingPlace, asked: FindingPlace): boolean {
  if (found.side !== asked.side && asked.side === 'RIGHT') return false;
  const isSpanSame = found.line - firstLine(found) === asked.line - firstLine(asked);
  return isSpanSame && (found.side !== asked.side || found.line === asked.line);
}
