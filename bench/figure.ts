/** What one figure found: times in milliseconds, and the ratio or time that must not be exceeded. */
export interface Figure {
  /** What was measured, as the head of its table. */
  title: string;
  /** Label and times of each row, in the order of the table. */
  rows: ReadonlyArray<readonly [label: string, times: readonly number[]]>;
  /** In words, what is held against the bar, and how it came out. */
  bar: { claim: string; value: number; most: number; unit: 's' | 'times' };
}

/** Prints a figure as a table of min, median and max; says whether its bar is met. */
export function printFigure({ title, rows, bar }: Figure): boolean {
  console.log(`\n${title}`);
  console.log(`${''.padEnd(60)}     min  median     max   runs`);
  for (const [label, times] of rows) {
    const cells = [Math.min(...times), median(times), Math.max(...times)].map(seconds);
    console.log(`${label.padEnd(60)}${cells.join('')}${String(times.length).padStart(7)}`);
  }
  const isMet = bar.value <= bar.most;
  const value = bar.unit === 's' ? (bar.value / 1000).toFixed(3) : bar.value.toFixed(2);
  const most = bar.unit === 's' ? bar.most / 1000 : bar.most;
  const verdict = isMet ? 'pass' : 'FAIL';
  console.log(`${bar.claim}: ${value} ${bar.unit}, at most ${most} ${bar.unit}: ${verdict}`);
  return isMet;
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const [low, high] = [Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2)];
  return ((sorted[low] ?? Number.NaN) + (sorted[high] ?? Number.NaN)) / 2;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`.padStart(9);
}
