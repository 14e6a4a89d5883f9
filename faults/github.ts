/** GitHub failing on any call, with an OpenCode that does not. */
import { randomUUID } from 'node:crypto';

import { commentEvent } from '../playground/events.ts';
import {
  type Fault,
  type Faults,
  type GitHubEmulator,
  type RecordedRequest,
  startGitHub,
} from '../playground/github/emulator.ts';
import { type ActionResult, runAction } from '../playground/runner.ts';
import { say } from '../playground/script.ts';
import { findMarker } from '../src/marker.ts';
import type { Kind } from './kind.ts';
import type { Random } from './support/random.ts';
import { type SharedServer, startShared } from './support/server.ts';
import { judgeFinished, lookAt } from './support/thread.ts';
import { countWords, makeWords, type Words } from './support/words.ts';

/** What fails: now and then any call, or always those that post the answer, or all from there on. */
const ways = {
  'any call, at times': atTimes,
  'any call, often': often,
  'every answer refused': refuseAnswers,
  'down from the answer on': goDown,
};

const names: (keyof typeof ways)[] = [
  'any call, at times',
  'any call, often',
  'any call, at times',
  'any call, often',
  'every answer refused',
  'any call, at times',
  'any call, often',
  'down from the answer on',
];

let shared: Promise<SharedServer> | undefined;

/** One answer, or a failed step with the answer in its summary; never two, never none. */
export const githubFaults: Kind = {
  name: 'github',
  defaultRuns: 24,
  run: async (random, index) => {
    const name = names[index % names.length] ?? 'any call, often';
    shared ??= startShared();
    return { fault: `GitHub: ${name}`, problem: await runOnce(await shared, random, name) };
  },
  close: async () => await (await shared)?.[Symbol.asyncDispose](),
};

async function runOnce(
  server: SharedServer,
  random: Random,
  name: keyof typeof ways,
): Promise<string | undefined> {
  const key = `run-${randomUUID()}`;
  const words = pickWords(random);
  let isAsked = false;
  server.speakers.set(key, () => {
    isAsked = true;
    return say(words.text);
  });
  using place = await server.lend();
  await using github = await startGitHub();
  const event = commentEvent(github.state, { body: `/oc ${key}` });
  github.faults = ways[name](random);
  const result = await runAction({
    event,
    github,
    inputs: {
      'server-url': server.url,
      'server-directory': place.directory,
      model: 'scripted/test',
      'timeout-minutes': '4',
    },
  });
  server.speakers.delete(key);
  const problems = judge(result, github, event.number, isAsked ? words : undefined);
  if (problems.length === 0) return undefined;
  const calls = github.requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
  return `${problems.join('; ')}\n--main\n${result.log}\n--post\n${result.post?.log}\n${calls.join('\n')}`;
}

/** An answer of one comment as a rule, of several, or one that takes longer than progress waits. */
function pickWords(random: Random): Words {
  const chance = random.between(1, 100);
  if (chance <= 15) return makeWords(25_000, 50, 1);
  return chance <= 30 ? makeWords(300, 60, 200) : makeWords(random.between(1, 400), 10, 5);
}

/** `words` is what the model said; undefined where it was never asked. */
function judge(
  result: ActionResult,
  github: GitHubEmulator,
  number: number,
  words: Words | undefined,
): string[] {
  const left = lookAt(github, number);
  const isPassed = result.exitCode === 0;
  const copies = new Set(left.purposes).size !== left.purposes.length;
  const problems = [
    ...github.violations,
    ...(copies ? [`posted twice: ${left.purposes.join(', ')}`] : []),
    ...(result.post?.exitCode === 0 ? [] : ['post failed']),
    ...(result.outputs['outcome'] === (isPassed ? 'success' : 'failure') ? [] : ['wrong outcome']),
  ];
  if (isPassed) {
    const isWhole = words !== undefined && countWords(left.bodies) === words.count;
    return [...problems, ...(isWhole ? [] : ['not the answer']), ...judgeFinished(left)];
  }
  const summary = countWords([result.summary]) === words?.count;
  const isTold = words === undefined ? result.outputs['reason'] === 'github-error' : summary;
  return [...problems, ...(isTold ? [] : ['failed, and the answer is not in the summary'])];
}

function atTimes(random: Random): Faults {
  return () => (random.percent(6) ? pickFault(random) : undefined);
}

function often(random: Random): Faults {
  return () => (random.percent(25) ? pickFault(random) : undefined);
}

/** Nothing but the answer; where a progress comment is there, it becomes the answer, or that fails too. */
function refuseAnswers(random: Random): Faults {
  const status = random.pick([403, 404, 422, 500, 502]);
  const isEditRefused = random.percent(50);
  return (request) => {
    if (!isAnswer(request) || (request.method === 'PATCH' && !isEditRefused)) return undefined;
    return { status, body: { message: 'Refused.' } };
  };
}

/** Whether the first of the failing calls was carried out is left to chance. */
function goDown(random: Random): Faults {
  const status = random.pick([500, 502, 503]);
  const first: Fault = random.pick(['lost', 'reset', { status, isApplied: true }]);
  let isDown = false;
  return (request) => {
    const isFirst = !isDown && isAnswer(request);
    isDown ||= isFirst;
    if (isFirst) return first;
    return isDown ? { status, body: { message: 'Down.' } } : undefined;
  };
}

function isAnswer({ method, body }: RecordedRequest): boolean {
  const text = (body as { body?: unknown } | undefined)?.body;
  if (method === 'GET' || typeof text !== 'string') return false;
  return findMarker(text)?.purpose.startsWith('answer') === true;
}

function pickFault(random: Random): Fault {
  const status = random.pick([500, 502, 503]);
  const message = 'You have exceeded a secondary rate limit.';
  const headers = { 'retry-after': '1' };
  return random.pick<Fault>([
    'reset',
    'lost',
    { delayMs: random.between(50, 2_000) },
    { status, body: { message: 'Bad.' } },
    { status, body: { message: 'Bad.' }, isApplied: true },
    { status: 429, headers, body: { message } },
    { status: 403, headers, body: { message } },
  ]);
}
