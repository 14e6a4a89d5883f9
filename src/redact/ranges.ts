/** A stretch of a text, in UTF-16 code units; `to` is behind it. */
export interface Range {
  from: number;
  to: number;
}

/** What stands where a secret was. */
export const mark = '***';

/** The same stretches in order; those that overlap or touch are one. */
export function merge(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const { from, to } of ranges.toSorted((one, other) => one.from - other.from)) {
    const last = merged.at(-1);
    if (last === undefined || from > last.to) merged.push({ from, to });
    else last.to = Math.max(last.to, to);
  }
  return merged;
}

/** The text between `from` and `to` with `mark` in the place of these stretches, as `merge` has them. */
export function cover(
  text: string,
  ranges: readonly Range[],
  { from, to }: Range = { from: 0, to: text.length },
): string {
  let covered = '';
  let at = from;
  for (const range of ranges) {
    if (range.to <= from || range.from >= to) continue;
    covered += text.slice(at, Math.max(at, range.from)) + mark;
    at = range.to;
  }
  return at < to ? covered + text.slice(at, to) : covered;
}
