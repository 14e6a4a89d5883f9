/** Runs the action as a runner does, and looks at everything that must hold of every run. */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from '@jest/globals';

import { commentEvent, type SampleEvent } from '../../playground/events.ts';
import {
  type GitHubEmulator,
  type GitHubOptions,
  type RecordedRequest,
  startGitHub,
} from '../../playground/github/emulator.ts';
import type { Comment, ReviewComment } from '../../playground/github/records.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import {
  type ActionOptions,
  type ActionResult,
  type RunningAction,
  startAction,
} from '../../playground/runner.ts';
import { readJournal } from '../../src/journal/read.ts';
import { listProcesses, readVariable } from '../../src/opencode/processes.ts';
import type { Lab } from './lab.ts';

/** What differs between runs. */
export interface Scene {
  /** A mention on a new issue by somebody who may, by default. */
  event?: (state: GitHubState) => SampleEvent;
  github?: GitHubOptions;
  /** A GitHub that others have run on, and that outlives this run; one of its own by default. */
  on?: GitHubEmulator;
  inputs: Record<string, string>;
  env?: Record<string, string>;
  /** The lab's sample by default. */
  workspace?: string;
  /** Who runs the job, and with what, where it is not the user of the tests. */
  as?: Pick<ActionOptions, 'user' | 'node' | 'actionPath'>;
  /** What happens while `main` runs. */
  meanwhile?: (run: Going) => Promise<void>;
}

/** A run that is going on. */
export interface Going {
  action: RunningAction;
  github: GitHubEmulator;
  event: SampleEvent;
  /** Resolves once something holds; rejects where `main` ends before. */
  until: (holds: () => boolean | Promise<boolean>) => Promise<void>;
  /** Resolves once the journal holds a text that the agent wrote. */
  untilJournalled: (text: string) => Promise<void>;
}

/** A run that is over, `post` included. */
export interface Run extends ActionResult {
  github: GitHubEmulator;
  event: SampleEvent;
  /** Our comments that are still there, oldest first. */
  comments: (Comment | ReviewComment)[];
  /** What `main`, and what `post` changed on GitHub. */
  written: { main: RecordedRequest[]; post: RecordedRequest[] };
  /** Both logs. */
  logs: string;
}

export const ownLogin = 'github-actions[bot]';

/** Runs `main` and `post`, and checks what must hold whatever happened. */
export async function watch(lab: Lab, scene: Scene): Promise<Run> {
  await using owned = new AsyncDisposableStack();
  const github = scene.on ?? owned.use(await startGitHub(scene.github));
  const event = (scene.event ?? commentEvent)(github.state);
  const tracking = `github_${randomUUID()}`;
  await using action = await startAction({
    event,
    github,
    inputs: scene.inputs,
    env: { ...scene.env, RUNNER_TRACKING_ID: tracking },
    workspace: scene.workspace ?? lab.sample.directory,
    ...scene.as,
  } satisfies ActionOptions);
  const until = (holds: () => boolean | Promise<boolean>) => untilHolds(action, holds);
  const untilJournalled = (text: string) =>
    until(async () => (await readTexts(action.temp)).includes(text));
  await scene.meanwhile?.({ action, github, event, until, untilJournalled });
  await action.main;
  const main = writes(github);
  await action.runPost();
  const all = writes(github);
  const result = action.result();
  const run: Run = {
    ...result,
    github,
    event,
    comments: commentsOf(github.state, event.number),
    written: { main, post: all.slice(main.length) },
    logs: `${result.log}\n${result.post?.log ?? ''}`,
  };
  expect(github.violations).toEqual([]);
  expect(run.logs).not.toMatch(/^\s+at .+:\d+:\d+\)?$|TypeError|ReferenceError|internal-error/m);
  expectNoSecrets(lab, run);
  expect(reap(tracking)).toEqual([]);
  return run;
}

/** Resolves once something holds; the test's own time limit is the bound. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(25);
}

/** The test's own time limit is the bound. */
async function untilHolds(
  { main }: RunningAction,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  let log: string | undefined;
  void main.then((step) => (log = step.log));
  while (!(await holds())) {
    if (log !== undefined) throw new Error(`main ended too early:\n${log}`);
    await sleep(25);
  }
}

/** Ends what a job has left behind, as the runner does, and names it. */
function reap(tracking: string): string[] {
  const left = listProcesses().filter(
    ({ pid }) => readVariable(pid, 'RUNNER_TRACKING_ID') === tracking,
  );
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  return left.map(({ pid }) => `process ${pid}`);
}

/** The whole text of a run's answer, put together from its comments. */
export function bodies(run: Run): string {
  return run.comments.map(({ body }) => body).join('\n');
}

/** A run whose answer, or reason, stands in one comment, with nothing of ours left around it. */
export function expectEnding(
  run: Run,
  outcome: string,
  reason: string,
  but: { comments?: number; reactions?: string[] } = {},
): void {
  const { comments = 1, reactions = [outcome === 'success' ? 'rocket' : 'confused'] } = but;
  expect({ ...pick(run), log: run.log }).toMatchObject({ outcome, reason });
  const passes = outcome === 'success' || outcome === 'skipped';
  expect(run.exitCode).toBe(passes ? 0 : 1);
  expect(run.comments).toHaveLength(comments);
  for (const { body } of run.comments) {
    expect(body).toMatch(
      /<!-- mention-loop run=9000000001 attempt=1 invocation=\S+ purpose=\S+ -->$/,
    );
  }
  expectFirstCommentNamed(run);
  if (run.event.number === 0) return;
  expect(run.github.state.issue(run.event.number).labels).not.toContain('agent: working');
  expect(ownReactions(run)).toEqual(reactions);
}

/** A run that nobody on GitHub hears of. */
export function expectSilence(run: Run, outcome: string, reason: string): void {
  expect(pick(run)).toEqual({ outcome, reason });
  expect([...run.written.main, ...run.written.post]).toEqual([]);
  expect(run.outputs['response']).toBe('');
}

/** A run that `main` finished leaves nothing for `post` to do. */
export function expectIdlePost(run: Run): void {
  expect(run.written.post).toEqual([]);
  expect(run.post?.exitCode).toBe(0);
  expect(run.post?.log).toBe('');
}

/** Our reactions to what triggered the run. */
export function ownReactions({ github, event }: Run): string[] {
  const { comment } = event.payload as { comment?: { id: number } };
  const { state } = github;
  const on =
    comment === undefined
      ? state.issue(event.number)
      : (state.comments.get(comment.id) ?? state.reviewComments.get(comment.id));
  return (on?.reactions ?? []).filter((r) => r.login === ownLogin).map((r) => r.content);
}

function expectFirstCommentNamed({ comments, outputs }: Run): void {
  const [first] = comments;
  expect(outputs['comment-id']).toBe(first === undefined ? '' : String(first.id));
  if (first !== undefined) expect(outputs['comment-url']).toContain(String(first.id));
}

function pick({ outputs }: Run): Record<string, string | undefined> {
  return { outcome: outputs['outcome'], reason: outputs['reason'] };
}

function expectNoSecrets(lab: Lab, run: Run): void {
  const { github, canaries, outputs, summary, post, logs } = run;
  const written = [...github.state.comments.values(), ...github.state.reviewComments.values()];
  const public_ = {
    logs,
    summary: summary + (post?.summary ?? ''),
    outputs: JSON.stringify({ ...outputs, ...run.state }),
    comments: JSON.stringify(written),
    model: JSON.stringify(lab.asked.map(({ body }) => body)),
  };
  for (const secret of [github.token, ...Object.values(canaries), ...lab.secrets]) {
    for (const [place, text] of Object.entries(public_)) {
      if (text.includes(secret)) throw new Error(`A secret is in the ${place}.`);
    }
  }
}

function writes({ requests }: GitHubEmulator): RecordedRequest[] {
  return requests.filter(({ method, path }) => method !== 'GET' && path !== '/graphql');
}

function commentsOf(state: GitHubState, number: number): (Comment | ReviewComment)[] {
  return [...state.comments.values(), ...state.reviewComments.values()]
    .filter((comment) => comment.number === number && comment.author === ownLogin)
    .sort((one, other) => one.id - other.id);
}

/** The texts that the journal holds by now. */
async function readTexts(temp: string): Promise<string> {
  const names = (await readdir(temp)).filter((name) => name.endsWith('.jsonl'));
  const facts = await Promise.all(names.map((name) => readJournal(join(temp, name))));
  return facts.flatMap((one) => one?.texts ?? []).join('\n');
}
