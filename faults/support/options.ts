import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

import type { Kind } from '../kind.ts';

/** What the suite is asked to run. */
export interface Options {
  seed: string;
  /** Kind and index of every run, in order. */
  runs: { kind: Kind; index: number }[];
}

/** How to call the suite. */
export const usage = `npm run test:faults -- [--only KIND] [--seed SEED] [--run INDEX]

--only    one kind of fault
--seed    repeats what a seed did; it is printed at the start of every suite
--run     one run of that seed; needs --only
FAULT_RUNS=200 in the environment: so many runs of each kind, instead of the few that fit into CI`;

/** Reads arguments and environment; throws an error with one sentence where they are wrong. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv, kinds: Kind[]): Options {
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string' }, seed: { type: 'string' }, run: { type: 'string' } },
  });
  const { only, seed, run } = values;
  const chosen = kinds.filter(({ name }) => only === undefined || only === name);
  if (chosen.length === 0)
    throw new Error(`--only is one of ${kinds.map((k) => k.name).join(', ')}.`);
  if (run !== undefined && only === undefined) throw new Error('--run needs --only.');
  const wanted = env['FAULT_RUNS'] ?? '';
  const runs = chosen.flatMap((kind) =>
    run === undefined
      ? count(wanted === '' ? kind.defaultRuns : whole('FAULT_RUNS', wanted), kind)
      : [{ kind, index: whole('--run', run) }],
  );
  return { seed: seed ?? String(randomInt(1_000_000)), runs };
}

function count(length: number, kind: Kind): Options['runs'] {
  return Array.from({ length }, (_, index) => ({ kind, index }));
}

function whole(name: string, value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new Error(`${name} is a whole number, not "${value}".`);
  return Number(value);
}
