/** `main` killed by SIGKILL at any moment from its start to its end, then `post`. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { ActionResult } from '../playground/runner.ts';
import type { Kind } from './kind.ts';
import { type LocalRun, startLocalRun } from './support/local.ts';
import type { Random } from './support/random.ts';
import { judgeFinished, judgeUntouched, leftovers, lookAt } from './support/thread.ts';
import { countWords } from './support/words.ts';

/** When to kill: after some time, at a request to GitHub, or when so much has been said. */
const moments = { 'some time': atTime, 'a request': atRequest, 'a word': atWord };

/** What was said less than this before the kill may be missing. */
const mayMissMs = 1_000;

/** A thread that is finished whenever `main` is killed, and nothing that runs on. */
export const kills: Kind = {
  name: 'kill',
  defaultRuns: 12,
  run: async (random, index) => {
    const names = Object.keys(moments) as (keyof typeof moments)[];
    const name = names[index % names.length] ?? 'some time';
    return { fault: `main killed at ${name}`, problem: await runOnce(random, moments[name]) };
  },
};

type Moment = (run: LocalRun, random: Random) => Promise<void>;

async function runOnce(random: Random, moment: Moment): Promise<string | undefined> {
  await using run = await startLocalRun(random);
  const { action, github } = run;
  const head = await run.head();
  await Promise.race([moment(run, random), action.main]);
  const killedAt = Date.now();
  action.child.kill('SIGKILL');
  await action.main;
  const first = await action.runPost();
  const before = github.requests.length;
  const second = random.percent(30) ? await action.runPost() : undefined;
  const writes = github.requests.slice(before).filter(({ method }) => method !== 'GET');
  const problems = [
    ...judge(run, action.result(), killedAt - mayMissMs),
    ...(first.exitCode === 0 && (second?.exitCode ?? 0) === 0 ? [] : ['post failed']),
    ...(writes.length === 0 ? [] : [`a second post writes: ${writes.map((w) => w.path).join()}`]),
    ...((await run.head()) === head ? [] : ['the workspace was not put back']),
    ...(await judgeProcesses(run.tracking)),
  ];
  if (problems.length === 0) return undefined;
  const { log } = action.result();
  return `${problems.join('; ')}\n--main\n${log}\n--post\n${first.log}\n${github.thread(run.number).slice(-3_000)}`;
}

function judge(run: LocalRun, main: ActionResult, heardBy: number): string[] {
  const left = lookAt(run.github, run.number);
  const { violations } = run.github;
  if (main.state['journal'] === undefined) return [...judgeUntouched(left), ...violations];
  const said = run.words.sentBy(heardBy);
  const shown = countWords(left.bodies);
  const isHeard = shown !== undefined && shown >= said;
  const due = `${said} words were sent a second before, ${shown ?? 'garbled ones'} are shown`;
  return [...judgeFinished(left), ...(isHeard ? [] : [due]), ...violations];
}

async function judgeProcesses(tracking: string): Promise<string[]> {
  // A git command that main had begun ends by itself.
  for (let tries = 0; tries < 40 && leftovers(tracking).length > 0; tries += 1) await sleep(50);
  return leftovers(tracking).map((pid) => `process ${pid} is left`);
}

async function atTime(_: LocalRun, random: Random): Promise<void> {
  await sleep(random.between(0, 8_000));
}

/** Before the request is carried out, or a little later. */
async function atRequest({ github }: LocalRun, random: Random): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = random.between(1, 16);
  const laterMs = random.percent(50) ? 0 : random.between(1, 60);
  github.faults = () => {
    left -= 1;
    if (left === 0) resolve();
    return undefined;
  };
  await promise;
  if (laterMs > 0) await sleep(laterMs);
}

async function atWord({ words }: LocalRun, random: Random): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const at = random.between(1, words.count);
  words.onSent = (count) => void (count >= at && resolve());
  await promise;
}
