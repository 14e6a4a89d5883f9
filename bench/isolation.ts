// A run whose agent has a user of its own against one whose agent is the job's.
import { type Figure, median } from './figure.ts';
import { localInputs, openSetting, type Setting, startMention, warmUp } from './setting.ts';

/** A new home costs OpenCode a database, and us some twenty commands as root. */
const most = 1.25;

/** Measures `runs` pairs, one after the other; `main` alone, which is what people wait for. */
export async function measureIsolation(runs: number): Promise<Figure> {
  await using setting = await openSetting();
  await warmUp(setting);
  const own: number[] = [];
  const shared: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    own.push(await timeAction(setting, 'auto'));
    shared.push(await timeAction(setting, 'none'));
  }
  const value = median(own.map((ms, index) => ms / (shared[index] ?? Number.NaN)));
  return {
    title: 'What a user of its own costs',
    rows: [
      ['`isolation: auto`, `main` alone', own],
      ['`isolation: none`, `main` alone', shared],
    ],
    bars: [{ claim: 'Median of the ratios, pair by pair', value, most, unit: 'times' }],
  };
}

async function timeAction(setting: Setting, isolation: string): Promise<number> {
  await using action = await startMention(setting, { ...localInputs(setting), isolation });
  const { startedAt, endedAt } = await action.main;
  await action.runPost();
  return endedAt - startedAt;
}
