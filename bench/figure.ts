/** What is held against a bar, in words, and how it came out; seconds are given in milliseconds. */
export interface Bar {
  claim: string;
  value: number;
  most: number;
  unit: 's' | 'ms' | 'times' | 'MB';
}

/** What one figure found. */
export interface Figure {
  /** What was measured, as the head of its table. */
  title: string;
  /** What the rows are printed in; default `s`, of milliseconds. */
  unit?: 's' | 'ms' | '/s' | 'MB';
  /** Label and times (milliseconds; or in `unit`) of each row, in the order of the table. */
  rows: ReadonlyArray<readonly [label: string, times: readonly number[]]>;
  bars: readonly Bar[];
}

/** Prints a figure as a table of min, median and max; says whether its bars are met. */
export function printFigure({ title, unit, rows, bars }: Figure): boolean {
  console.log(`\n${title.padEnd(60)}     min  median     max   runs`);
  for (const [label, times] of rows) {
    const cells = [Math.min(...times), median(times), Math.max(...times)];
    console.log(
      `${label.padEnd(60)}${cells.map((cell) => shown(cell, unit)).join('')}${String(times.length).padStart(7)}`,
    );
  }
  for (const bar of bars) {
    const verdict = isMet(bar) ? 'pass' : 'FAIL';
    console.log(
      `${bar.claim}: ${inUnit(bar, bar.value)}, at most ${inUnit(bar, bar.most)}: ${verdict}`,
    );
  }
  return bars.every(isMet);
}

function isMet({ value, most }: Bar): boolean {
  return value <= most;
}

function inUnit({ unit }: Bar, value: number): string {
  if (unit === 's') return `${Number((value / 1000).toFixed(3))} s`;
  return `${Number(value.toFixed(2))} ${unit}`;
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const [low, high] = [Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2)];
  return ((sorted[low] ?? Number.NaN) + (sorted[high] ?? Number.NaN)) / 2;
}

function shown(value: number, unit: Figure['unit'] = 's'): string {
  if (unit === 's') return `${(value / 1000).toFixed(3)} s`.padStart(9);
  return `${value.toFixed(unit === 'ms' ? 2 : 0)} ${unit}`.padStart(9);
}
