import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { commentEvent } from '../../playground/events.ts';
import { type GitHubEmulator, startGitHub } from '../../playground/github/emulator.ts';
import { type ModelRequest, startModel } from '../../playground/model.ts';
import { testBinary } from '../../playground/opencode.ts';
import { type RunningAction, startAction } from '../../playground/runner.ts';
import { createSample } from '../../playground/sample.ts';
import { callTool, say, type Step } from '../../playground/script.ts';
import type { Random } from './random.ts';
import { makeWords, type Words } from './words.ts';

/** A run of the action with an OpenCode of its own. */
export interface LocalRun extends AsyncDisposable {
  github: GitHubEmulator;
  action: RunningAction;
  words: Words;
  /** The issue or pull request. */
  number: number;
  /** In the environment of the run and all that it started, `post` aside. */
  tracking: string;
  /** The branch and commit that the workspace shows. */
  head(): Promise<string>;
}

/** How an agent answers: for a moment, for longer than progress needs, or at length. */
const manners = [
  { weight: 70, count: 300, pieces: 100, pauseMs: 15 },
  { weight: 15, count: 600, pieces: 300, pauseMs: 45 },
  { weight: 15, count: 30_000, pieces: 150, pauseMs: 5 },
];

/** Starts `main`, on an issue or (one in three) on a pull request that is checked out for it. */
export async function startLocalRun(random: Random): Promise<LocalRun> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'mention-loop-kill-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const { directory, git } = await createSample(join(folder, 'repository'));
  const words = pickWords(random);
  const script = random.percent(50) ? withTool(words) : () => say(words.text);
  const model = stack.use(await startModel(script));
  const github = stack.use(
    await startGitHub(git === undefined ? {} : { gitDirectory: git.directory }),
  );
  const tracking = `github_${randomUUID()}`;
  const isPull = git !== undefined && random.percent(33);
  const on = isPull ? github.state.addPull({ number: 2, headSha: git.headSha }) : undefined;
  const event = commentEvent(github.state, on === undefined ? {} : { number: on.number });
  const action = stack.use(
    await startAction({
      event,
      github,
      inputs: {
        'opencode-path': await testBinary(),
        'opencode-config': JSON.stringify(model.config),
      },
      env: { RUNNER_TRACKING_ID: tracking },
      workspace: directory,
    }),
  );
  const owned = stack.move();
  const { number } = event;
  const head = () => readHead(directory);
  const dispose = () => owned.disposeAsync();
  return { github, action, words, number, tracking, head, [Symbol.asyncDispose]: dispose };
}

async function readHead(directory: string): Promise<string> {
  return (await readFile(join(directory, '.git', 'HEAD'), 'utf8')).trim();
}

function pickWords(random: Random): Words {
  let left = random.between(1, 100);
  const manner = manners.find(({ weight }) => (left -= weight) <= 0) ?? manners[0];
  return makeWords(manner?.count ?? 1, manner?.pieces ?? 1, manner?.pauseMs ?? 1);
}

/** Its tool leaves a process behind that has left its group. */
function withTool(words: Words): (request: ModelRequest) => Step {
  const command = 'setsid sleep 600 >/dev/null 2>&1 & echo started';
  const first = callTool('bash', { command, description: 'Leave something behind' });
  return ({ messages }) => (messages.some(({ role }) => role === 'tool') ? say(words.text) : first);
}
