import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { commentEvent } from '../playground/events.ts';
import {
  type GitHubEmulator,
  type RecordedRequest,
  startGitHub,
} from '../playground/github/emulator.ts';
import { type ModelRequest, type ScriptedModel, startModel } from '../playground/model.ts';
import { testBinary } from '../playground/opencode.ts';
import { type RunningAction, startAction } from '../playground/runner.ts';
import { createSample } from '../playground/sample.ts';
import { type Answer, callTool, createHold, say } from '../playground/script.ts';

/** What every run of a figure shares: the emulator, the model, the repository, and a warm home. */
export interface Setting extends AsyncDisposable {
  github: GitHubEmulator;
  model: ScriptedModel;
  binary: string;
  folder: string;
  /** The repository. */
  workspace: string;
  /** `HOME` of every process that is measured: OpenCode has been there before. */
  home: string;
  /** `Date.now()` when the model had sent the last of its words, the latest time. */
  lastWordsAt: number;
}

const answer = `${'The greeting puts the name between two words. '.repeat(40)}\n\nThat is all.`;

/** Sets up what is not measured. */
export async function openSetting(): Promise<Setting> {
  await using stack = new AsyncDisposableStack();
  const binary = await testBinary();
  const folder = await mkdtemp(join(tmpdir(), 'mention-loop-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const sample = await createSample(join(folder, 'repository'));
  const home = join(folder, 'home');
  await mkdir(home);
  const github = stack.use(await startGitHub());
  const model = stack.use(await startModel((request) => script(request, setting)));
  const owned = stack.move();
  const setting: Setting = {
    github,
    model,
    binary,
    folder,
    workspace: sample.directory,
    home,
    lastWordsAt: Number.NaN,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
  return setting;
}

/** Looks at a file with a real tool, then answers with some 2,000 characters. */
function script({ messages }: ModelRequest, setting: Setting): Answer {
  if (messages.at(-1)?.role !== 'tool') {
    return callTool('bash', { command: 'cat src/greet.js', description: 'Look at the greeting' });
  }
  const end = createHold();
  void end.reached.then(() => {
    setting.lastWordsAt = Date.now();
    end.release();
  });
  return say([answer, end]);
}

/** Starts the bundled action on a new mention; without further inputs, with a server of its own. */
export async function startMention(
  setting: Setting,
  inputs: Record<string, string> = localInputs(setting),
): Promise<RunningAction> {
  const { github, workspace, home } = setting;
  const event = commentEvent(github.state, { body: '/oc what does `greet` do?' });
  github.requests.length = 0;
  return await startAction({ event, github, inputs, workspace, env: { HOME: home } });
}

/**
 * Answers one mention with nothing measured: the emulator compiles its checks with the first of
 * each call, OpenCode makes its database, and files are read for the first time.
 */
export async function warmUp(setting: Setting): Promise<void> {
  await using action = await startMention(setting);
  const { outputs, log } = await action.main;
  await action.runPost();
  if (outputs['outcome'] !== 'success') throw new Error(`The run came to nothing:\n${log}`);
}

/** Inputs of a run with a server of its own. */
export function localInputs({ binary, model }: Setting): Record<string, string> {
  return { 'opencode-path': binary, 'opencode-config': JSON.stringify(model.config) };
}

/** `Date.now()` when the first request of that kind came, of the mention that was last started. */
export function timeOf(setting: Setting, matches: (request: RecordedRequest) => boolean): number {
  return setting.github.requests.find(matches)?.at ?? Number.NaN;
}

/** Whether a request changes something that people see. */
export function isWrite({ method, path }: RecordedRequest): boolean {
  return method !== 'GET' && path !== '/graphql';
}

/** Whether a request puts a comment on an issue. */
export function isComment({ method, path }: RecordedRequest): boolean {
  return method === 'POST' && /\/issues\/\d+\/comments$/.test(path);
}
