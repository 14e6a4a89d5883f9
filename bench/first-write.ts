// From the start of the bundled action's process to its first write on GitHub.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { type Figure, median } from './figure.ts';
import { isWrite, openSetting, type Setting, startMention, warmUp } from './setting.ts';

/** What the bundle loads when it starts, as the packages that npm installed. */
const dependencies = ['@actions/core', '@actions/github', 'markdown-it', 'valibot'];
const mostMs = 300;

/** Measures `runs` first writes, each beside the reference processes. */
export async function measureFirstWrite(runs: number): Promise<Figure> {
  await using setting = await openSetting();
  await warmUp(setting);
  const imports = dependencies.map((name) => `await import('${name}');`).join(' ');
  const writes: number[] = [];
  const empty: number[] = [];
  const importing: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    writes.push(await timeFirstWrite(setting));
    empty.push(await timeNode(''));
    importing.push(await timeNode(imports));
  }
  const value = median(writes);
  return {
    title: 'Process start to first write on GitHub',
    rows: [
      ['the action, to its first write', writes],
      ['a node process that does nothing, to its end', empty],
      ['a node process that imports the dependencies, to its end', importing],
    ],
    bars: [{ claim: 'Median to the first write', value, most: mostMs, unit: 's' }],
  };
}

/** The run is cancelled as soon as it has written: it tidies up, and leaves no server behind. */
async function timeFirstWrite(setting: Setting): Promise<number> {
  await using action = await startMention(setting);
  const { at } = await setting.github.waitForRequest(isWrite);
  action.child.kill('SIGINT');
  const { startedAt } = await action.main;
  return at - startedAt;
}

async function timeNode(source: string): Promise<number> {
  const startedAt = performance.now();
  const args = ['--input-type=module', '--eval', source];
  const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: 'inherit' });
  await once(child, 'exit');
  return performance.now() - startedAt;
}
