/** A cancel at any moment, while GitHub takes 300 ms for every call. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Kind } from './kind.ts';
import { startLocalRun } from './support/local.ts';
import type { Random } from './support/random.ts';
import { judgeFinished, judgeUntouched, leftovers, lookAt } from './support/thread.ts';
import { countWords } from './support/words.ts';

/** The runner sends SIGTERM after 7.5 s: by then everything must have been posted for long. */
const exitMs = 5_000;
const callMs = 300;
const mayMissMs = 1_000;

/** A run that is told to stop ends in five seconds, with all that was written, and `post` idle. */
export const signals: Kind = {
  name: 'signal',
  defaultRuns: 6,
  run: async (random) => {
    const signal = random.percent(80) ? 'SIGINT' : 'SIGTERM';
    return { fault: `${signal}, GitHub slow`, problem: await runOnce(random, signal) };
  },
};

async function runOnce(random: Random, signal: 'SIGINT' | 'SIGTERM'): Promise<string | undefined> {
  await using run = await startLocalRun(random);
  const { action, github, words } = run;
  github.faults = () => ({ delayMs: callMs });
  await Promise.race([sleep(random.between(100, 12_000)), action.main]);
  const stoppedAt = Date.now();
  action.child.kill(signal);
  const { endedAt, exitCode, signal: endedBy, state, outputs } = await action.main;
  const left = lookAt(github, run.number);
  const writesBefore = github.requests.length;
  const post = await action.runPost();
  const tookMs = endedAt - stoppedAt;
  const shown = countWords(left.bodies);
  const said = words.sentBy(stoppedAt - mayMissMs);
  const isBegun = state['journal'] !== undefined;
  // Before Node has loaded the action nobody hears the signal: it ends the process, which has asked nothing.
  const isUnloaded = endedBy === signal && writesBefore === 0 && !isBegun;
  const wrong: [string, boolean][] = [
    [`it took ${tookMs} ms`, tookMs >= exitMs],
    [
      `exit code ${exitCode}, ${outputs['outcome']}`,
      !isUnloaded && exitCode !== (outputs['outcome'] === 'success' ? 0 : 1),
    ],
    [
      `${said} words were sent, ${shown ?? 'garbled ones'} are shown`,
      isBegun && (shown ?? -1) < said,
    ],
    ['post had something to do', github.requests.length > writesBefore],
    ['post failed', post.exitCode !== 0],
    ['processes are left', leftovers(run.tracking).length > 0],
  ];
  const problems = [
    ...wrong.flatMap(([problem, isWrong]) => (isWrong ? [problem] : [])),
    ...(isBegun ? judgeFinished(left) : judgeUntouched(left)),
    ...github.violations,
  ];
  if (problems.length === 0) return undefined;
  return `${problems.join('; ')}\n--main\n${action.result().log}\n--post\n${post.log}`;
}
