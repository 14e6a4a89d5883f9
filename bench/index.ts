// npm run bench: every figure that is promised, with its bar. `--runs N` of each, 9 by default.
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { measureAnswer } from './answer.ts';
import { measureChanges } from './changes.ts';
import { printFigure } from './figure.ts';
import { measureFirstWrite } from './first-write.ts';
import { measureIsolation } from './isolation.ts';
import { measureServe } from './serve.ts';
import { measureStream } from './stream.ts';
import { measureWholeRun } from './whole-run.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '9' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  console.error(`--runs is "${values.runs}"; expected a number from 1 on.`);
  process.exit(2);
}
const [load = 0] = loadavg();
const cores = availableParallelism();
console.log(`Node ${process.version}, ${cores} cores, ${runs} runs, load ${load.toFixed(1)}.`);
if (load > cores / 2)
  console.log('Others are at work on this machine: times mean little, ratios more.');
let isMet = true;
const figures = [
  measureFirstWrite,
  measureAnswer,
  measureWholeRun,
  measureIsolation,
  measureChanges,
  measureStream,
  measureServe,
];
for (const measure of figures) {
  for (const figure of [await measure(runs)].flat()) if (!printFigure(figure)) isMet = false;
}
process.exitCode = isMet ? 0 : 1;
