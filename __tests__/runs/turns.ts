/** Several runs in one repository and on one server, as their lock brings them in order. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { commentEvent, type SampleEvent } from '../../playground/events.ts';
import {
  type GitHubEmulator,
  type GitHubOptions,
  startGitHub,
} from '../../playground/github/emulator.ts';
import type { Comment } from '../../playground/github/records.ts';
import { type ActionResult, type RunningAction, startAction } from '../../playground/runner.ts';
import type { LockRecord } from '../../src/lock/record.ts';
import type { Lab } from './lab.ts';
import { ownLogin } from './watch.ts';

/** One of the runs. */
export interface Turn {
  action: RunningAction;
  event: SampleEvent;
  /** Our comments on its thread. */
  comments(): Comment[];
  /** Our reactions to what asked, and the labels of its thread. */
  signs(): { reactions: string[]; labels: string[] };
  /** Lets `main` end by itself, and `post` after it. */
  end(): Promise<ActionResult>;
  /** Its machine goes down: no `post`. GitHub calls the attempt completed then. */
  die(): Promise<void>;
}

/** The repository, and who is at work in it. */
export interface Turns extends AsyncDisposable {
  github: GitHubEmulator;
  /** Starts a run on a new issue, or on that of `event`. */
  start(options?: StartOptions): Promise<Turn>;
  /** The lock's record by now; undefined where there is no lock. */
  record(): LockRecord | undefined;
  /** Puts a text where the lock's record is, whatever is there. */
  write(text: string): void;
}

/** How a run differs from the others. */
export interface StartOptions {
  runId?: string;
  attempt?: number;
  event?: SampleEvent;
  /** Over those of a run on the lab's remote server. */
  inputs?: Record<string, string>;
  env?: Record<string, string>;
  /** The checkout on its runner; an empty folder unless given. */
  workspace?: string;
}

/** Opens a repository. */
export async function openTurns(lab: Lab, options: GitHubOptions = {}): Promise<Turns> {
  const stack = new AsyncDisposableStack();
  const gitDirectory = await makeRepository(lab);
  const github = stack.use(await startGitHub({ ...options, gitDirectory }));
  let lastRun = 9_000_000_000;
  const git = (args: string[], input = ''): string => runGit(gitDirectory, args, input);
  const locate = (): string => git(['for-each-ref', '--format=%(refname)', 'refs/mention-loop/']);
  return {
    github,
    start: async (how = {}) => {
      const turn = await start(lab, github, { runId: String((lastRun += 1)), ...how });
      stack.use(turn.action);
      return turn;
    },
    record: () => {
      const ref = locate();
      if (ref === '') return undefined;
      return JSON.parse(git(['log', '-1', '--format=%B', ref])) as LockRecord;
    },
    write: (text) => {
      const tree = git(['hash-object', '-t', 'tree', '-w', '--stdin']);
      const commit = git(['commit-tree', tree], text);
      git(['update-ref', locate(), commit]);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function makeRepository(lab: Lab): Promise<string> {
  const directory = join(await lab.folder(), 'repository.git');
  execFileSync('git', ['init', '--quiet', '--bare', directory]);
  return directory;
}

function runGit(directory: string, args: string[], input: string): string {
  const who = { GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x@example.com' };
  const env = { ...process.env, ...who, GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x@y' };
  const options = { input, env, encoding: 'utf8' } as const;
  return execFileSync('git', [`--git-dir=${directory}`, ...args], options).trim();
}

async function start(
  lab: Lab,
  github: GitHubEmulator,
  how: StartOptions & { runId: string },
): Promise<Turn> {
  const { state } = github;
  const { runId, attempt = 1, event = commentEvent(state) } = how;
  state.setRun(Number(runId), attempt, 'in_progress');
  const inputs = { ...(await lab.remote()), ...how.inputs };
  const ids = { GITHUB_RUN_ID: runId, GITHUB_RUN_ATTEMPT: String(attempt) };
  const { workspace = await lab.folder() } = how;
  const env = { ...ids, ...how.env };
  const action = await startAction({ event, github, inputs, env, workspace });
  const { comment: asked } = event.payload as { comment: { id: number } };
  const complete = (): void => state.setRun(Number(runId), attempt, 'completed', 'failure');
  return {
    action,
    event,
    comments: () =>
      [...state.comments.values()].filter(
        ({ author, number }) => author === ownLogin && number === event.number,
      ),
    signs: () => ({
      reactions: (state.comments.get(asked.id)?.reactions ?? []).map(({ content }) => content),
      labels: state.issue(event.number).labels,
    }),
    end: async () => {
      await action.main;
      await action.runPost();
      complete();
      return action.result();
    },
    die: async () => {
      action.child.kill('SIGKILL');
      await action.main;
      complete();
    },
  };
}

/** Resolves once something holds; the test's own time limit is the bound. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(25);
}

/** An environment in which `main` has its hours go by in minutes. */
export async function hurried(lab: Lab, factor: number): Promise<Record<string, string>> {
  const module = join(await lab.folder(), 'clock.mjs');
  await writeFile(
    module,
    `import os from 'node:os';
import { syncBuiltinESMExports } from 'node:module';
const [uptime, wait, begun] = [os.uptime, globalThis.setTimeout, os.uptime()];
os.uptime = () => begun + (uptime() - begun) * ${factor};
globalThis.setTimeout = (act, ms, ...rest) =>
  wait(act, ms > 30_000 && ms < 300_000 ? ms / ${factor} : ms, ...rest);
syncBuiltinESMExports();`,
  );
  return { NODE_OPTIONS: `--import=${module}` };
}
