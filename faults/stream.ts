/** The event stream of a real OpenCode, broken at any byte on its way to the bundled action. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { commentEvent } from '../playground/events.ts';
import { startGitHub } from '../playground/github/emulator.ts';
import { type ActionResult, runAction } from '../playground/runner.ts';
import type { Kind, Outcome } from './kind.ts';
import { pickTrouble, planTrouble, type StreamTrouble } from './support/plan.ts';
import { type Proxy, startProxy } from './support/proxy.ts';
import type { Random } from './support/random.ts';
import { isAtWork, readAnswer, type SessionAddress } from './support/record.ts';
import { makeEndless, makeScene, type Scene } from './support/scenes.ts';
import { type SharedServer, startShared } from './support/server.ts';
import { judgeFinished, type Left, lookAt } from './support/thread.ts';

let shared: Promise<SharedServer> | undefined;

/** Answer equal to the server's record, wherever and however the stream is broken. */
export const streamFaults: Kind = {
  name: 'stream',
  defaultRuns: 24,
  run: async (random, index) => {
    const trouble = pickTrouble(random, index);
    shared ??= startShared();
    return { fault: `stream: ${trouble}`, problem: await runOnce(await shared, random, trouble) };
  },
  close: async () => await (await shared)?.[Symbol.asyncDispose](),
};

/** One run, when it is over. */
interface Run {
  result: ActionResult;
  left: Left;
  scene: Scene;
  session: SessionAddress;
  proxy: Proxy;
}

async function runOnce(
  server: SharedServer,
  random: Random,
  trouble: StreamTrouble,
): Promise<Outcome['problem']> {
  const key = `run-${randomUUID()}`;
  const isLost = trouble === 'lost for good';
  const scene = isLost ? makeEndless(random) : makeScene(random, key);
  using _ = speakAs(server, key, scene);
  using place = await server.lend();
  await using github = await startGitHub();
  const plan = planTrouble(random, trouble, scene.streamBytes);
  await using proxy = await startProxy({ upstream: server.url, ...plan });
  const event = commentEvent(github.state, { body: `/oc ${key}` });
  const result = await runAction({
    event,
    github,
    inputs: {
      'server-url': proxy.url,
      'server-directory': place.directory,
      model: 'scripted/test',
      'timeout-minutes': '5',
    },
  });
  const id = result.outputs['session-id'] ?? '';
  const session = { url: server.url, directory: place.directory, id };
  const left = lookAt(github, event.number);
  const run = { result, left, scene, session, proxy };
  const problems = [
    ...(trouble === 'frames in pieces' || proxy.struck > 0 ? [] : ['the fault was never reached']),
    ...judgeFinished(left),
    ...github.violations,
    ...(isLost ? await judgeLost(run, plan.outageMs === 0) : await judgeWhole(run)),
  ];
  if (problems.length === 0) return undefined;
  const { struck, connections } = proxy;
  const what = `${scene.name}, ${struck} faults, ${connections} connections`;
  return `${what}: ${problems.join('; ')}\n${result.log}\n${left.bodies.join('\n')}`;
}

function speakAs({ speakers }: SharedServer, key: string, scene: Scene): Disposable {
  speakers.set(key, scene.next);
  return { [Symbol.dispose]: () => speakers.delete(key) };
}

/** What is wrong with a run that should know nothing of what went wrong. */
async function judgeWhole({ result, left, scene, session }: Run): Promise<string[]> {
  const { outputs, exitCode } = result;
  if (outputs['outcome'] !== 'success') return [`${outputs['outcome']}: ${outputs['reason']}`];
  const record = await readAnswer(session);
  return claim([
    [`exit code ${exitCode}`, exitCode === 0],
    ['no rocket', left.signs.includes('rocket')],
    ['the record is not what the model said', record === scene.answer],
    ['the output is not the record', outputs['response'] === record],
    ['the comment is not the record', left.bodies[0]?.startsWith(`${record}\n\n<details>`)],
    ['the session is still at work', !(await isAtWork(session))],
  ]);
}

/** What is wrong with a run that has lost its stream, and perhaps its server, for good. */
async function judgeLost(
  { result, left, scene, session }: Run,
  isReachable: boolean,
): Promise<string[]> {
  const { outputs } = result;
  const { reason, response = '', partial } = outputs;
  const wrong = claim([
    [`reason ${reason}`, reason === 'stream-ended'],
    // A stream may break before the first word.
    [`partial ${partial}`, partial === String(response !== '')],
    ['the output is not what the model said', scene.answer.startsWith(response)],
    ['the output is not in the comment', left.bodies[0]?.includes(response)],
  ]);
  if (!isReachable) return wrong;
  await sleep(500);
  const record = await readAnswer(session);
  return [
    ...wrong,
    ...claim([
      ['the output is not the record', response === record],
      ['the session is still at work', !(await isAtWork(session))],
      ['the model still answers', scene.asked.every(({ isAborted }) => isAborted)],
    ]),
  ];
}

function claim(claims: [string, boolean | undefined][]): string[] {
  return claims.flatMap(([problem, holds]) => (holds === true ? [] : [problem]));
}
