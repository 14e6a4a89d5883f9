// npm run test:faults: the bundled action, whole, with something broken under it.
import { messageOf } from '../src/errors.ts';
import { githubFaults } from './github.ts';
import { kills } from './kill.ts';
import type { Kind, Outcome } from './kind.ts';
import { signals } from './signals.ts';
import { streamFaults } from './stream.ts';
import { type Options, readOptions, usage } from './support/options.ts';
import { createRandom } from './support/random.ts';
import { renderTable } from './support/report.ts';

/** Every kind of fault that there is; a new one is a line here. */
const kinds: Kind[] = [streamFaults, kills, githubFaults, signals];

/** Runs at a time: each of them is an action, a server and its tools. */
const workers = 2;

try {
  const options = readOptions(process.argv.slice(2), process.env, kinds);
  process.exitCode = await main(options);
} catch (error) {
  console.error(`${messageOf(error)}.\n\n${usage}`);
  process.exitCode = 2;
}

async function main({ seed, runs }: Options): Promise<number> {
  console.log(`Seed ${seed}, ${runs.length} runs.`);
  const startedAt = performance.now();
  const outcomes: Outcome[] = [];
  const left = runs.entries();
  // Ctrl-C lets the runs under way come to their end, and what they started with them.
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (isStopped = true));
  const work = async (): Promise<void> => {
    for (const [, { kind, index }] of left) {
      if (isStopped) return;
      const outcome = await runOnce(kind, seed, index);
      outcomes.push(outcome);
      const again = `npm run test:faults -- --only ${kind.name} --seed ${seed} --run ${index}`;
      const { fault, problem } = outcome;
      if (problem !== undefined) console.log(`\n✗ ${fault}: ${problem}\n  ${again}`);
      console.log(`${outcomes.length}/${runs.length} ${kind.name} ${index}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  for (const kind of kinds) await kind.close?.();
  console.log(`\n${renderTable(outcomes)}`);
  console.log(`\nSeed ${seed}, ${Math.round((performance.now() - startedAt) / 1000)} s.`);
  return !isStopped && outcomes.every(({ problem }) => problem === undefined) ? 0 : 1;
}

async function runOnce(kind: Kind, seed: string, index: number): Promise<Outcome> {
  try {
    return await kind.run(createRandom(`${seed}/${kind.name}/${index}`), index);
  } catch (thrown) {
    const problem = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { fault: kind.name, problem };
  }
}
