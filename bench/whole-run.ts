// A whole run of the bundled action against `opencode run` of the same prompt.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { type Figure, median } from './figure.ts';
import { localInputs, openSetting, type Setting, startMention, warmUp } from './setting.ts';

const most = 1.1;

/** Measures `runs` pairs, one after the other: the action, `opencode run`, the action, ... */
export async function measureWholeRun(runs: number): Promise<Figure> {
  await using setting = await openSetting();
  await warmUp(setting);
  const prompt = setting.model.requests.at(-1)?.prompt ?? '';
  await timeOpenCode(setting, prompt);
  const main: number[] = [];
  const whole: number[] = [];
  const bare: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const times = await timeAction(setting);
    main.push(times.mainMs);
    whole.push(times.mainMs + times.postMs);
    bare.push(await timeOpenCode(setting, prompt));
  }
  // Pair by pair, so that a machine that is busier for a while weighs on both alike.
  const value = median(whole.map((ms, index) => ms / (bare[index] ?? Number.NaN)));
  return {
    title: 'A whole run against `opencode run`',
    rows: [
      ['the action with a server of its own, `main` and `post`', whole],
      ['the action, `main` alone', main],
      ['`opencode run`: same prompt, model, configuration and home', bare],
    ],
    bars: [{ claim: 'Median of the ratios, pair by pair', value, most, unit: 'times' }],
  };
}

async function timeAction(setting: Setting): Promise<{ mainMs: number; postMs: number }> {
  // `opencode run` has no user of its own either, and finds a home that is warm.
  await using action = await startMention(setting, { ...localInputs(setting), isolation: 'none' });
  const main = await action.main;
  const post = await action.runPost();
  return { mainMs: main.endedAt - main.startedAt, postMs: post.endedAt - post.startedAt };
}

async function timeOpenCode(setting: Setting, prompt: string): Promise<number> {
  const { binary, home, model, workspace } = setting;
  const startedAt = Date.now();
  const child = spawn(binary, ['run', '--', prompt], {
    cwd: workspace,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      OPENCODE_CONFIG_CONTENT: JSON.stringify(model.config),
    },
    stdio: 'ignore',
  });
  const [exitCode] = await once(child, 'exit');
  if (exitCode !== 0) throw new Error(`opencode run ended with ${exitCode}.`);
  return Date.now() - startedAt;
}
