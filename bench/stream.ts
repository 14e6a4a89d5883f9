// A million deltas through parsing and assembling (deltas.ts), against the least that anybody has to
// do with the same bytes.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { type Figure, median } from './figure.ts';

const million = 1_000_000;
const quarter = 250_000;
/** One takes some seconds, and they differ little. */
const mostRuns = 3;
const mostTimes = 4;
const mostMegabytes = 200;
/** Four times the deltas take four times as long: this much more is noise. */
const mostGrowth = 1.25;

interface Measured {
  ms: number;
  peakMiB: number;
}

/** Measures up to `runs` streams of each kind, every one in a process of its own. */
export function measureStream(runs: number): Promise<Figure> {
  const ours: Measured[] = [];
  const fewer: Measured[] = [];
  const least: Measured[] = [];
  for (let run = 0; run < Math.min(runs, mostRuns); run += 1) {
    ours.push(measureOne('assemble', million));
    least.push(measureOne('parse', million));
    fewer.push(measureOne('assemble', quarter));
  }
  const ratio = median(times(ours)) / median(times(least));
  const megabytes = Math.max(...ours.map(({ peakMiB }) => peakMiB * 1.048_576));
  const growth = median(times(ours)) / million / (median(times(fewer)) / quarter);
  return Promise.resolve({
    title: 'A million deltas (about 240 MB of stream)',
    rows: [
      ['parsed and assembled', times(ours)],
      ['a quarter of them', times(fewer)],
      ['splitting the lines and JSON.parse alone', times(least)],
    ],
    bars: [
      { claim: 'Ratio of the medians', value: ratio, most: mostTimes, unit: 'times' },
      { claim: 'Peak memory of the process', value: megabytes, most: mostMegabytes, unit: 'MB' },
      {
        claim: 'A delta of a million, against one of a quarter',
        value: growth,
        most: mostGrowth,
        unit: 'times',
      },
    ],
  });
}

function times(all: readonly Measured[]): number[] {
  return all.map(({ ms }) => ms);
}

function measureOne(mode: 'assemble' | 'parse', count: number): Measured {
  const args = [join(import.meta.dirname, 'deltas.ts'), '--one', mode, String(count)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Measured;
}
