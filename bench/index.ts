// npm run bench: every figure that is promised, with its bar. `--runs N` of each, 9 by default.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { measureAnswer } from './answer.ts';
import { printFigure } from './figure.ts';
import { measureFirstWrite } from './first-write.ts';
import { measureWholeRun } from './whole-run.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '9' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  console.error(`--runs is "${values.runs}"; expected a number from 1 on.`);
  process.exit(2);
}
let isMet = true;
for (const measure of [measureFirstWrite, measureAnswer, measureWholeRun]) {
  if (!printFigure(await measure(runs))) isMet = false;
}
console.log('\nA million deltas, against splitting the lines and JSON.parse alone');
const deltas = spawnSync(process.execPath, [join(import.meta.dirname, 'deltas.ts')], {
  stdio: 'inherit',
});
process.exitCode = isMet && deltas.status === 0 ? 0 : 1;
