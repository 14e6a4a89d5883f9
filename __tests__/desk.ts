/** The desk of a run that is begun, for what a run does at it: GitHub is emulated, all else is real. */
import { join } from 'node:path';

import { jest } from '@jest/globals';

import { makeCommandFiles, stepEnvironment } from '../playground/environment.ts';
import type { SampleEvent } from '../playground/events.ts';
import type { GitHubEmulator } from '../playground/github/emulator.ts';
import { type Desk, openDesk } from '../src/desk.ts';
import { isNothingToDo, readTrigger } from '../src/event/read.ts';
import { createGitHub } from '../src/github.ts';
import * as inputs from '../src/inputs.ts';
import { createRedactor } from '../src/redact/redactor.ts';

export const label = 'agent: working';
export const secret = 'a-secret-of-the-step';

/** What a run begins with. */
export interface Begun {
  github: GitHubEmulator;
  event: SampleEvent;
  /** A folder of its own. */
  temp: string;
  inputs?: Record<string, string>;
  env?: Record<string, string>;
}

/** Opens its desk; the journal is to be disposed of. */
export async function openDeskFor(begun: Begun): Promise<Desk> {
  const { github, event, temp, inputs: given = {}, env: more = {} } = begun;
  const actionPath = join(import.meta.dirname, '..');
  const job = { event, github, inputs: given, actionPath, workspace: temp, temp, env: more };
  const env = stepEnvironment(job, makeCommandFiles(temp));
  const context = inputs.readRunContext(env);
  const asked = inputs.readTriggerInputs(env);
  const trigger = readTrigger(context.eventName, context.payload, asked);
  if (isNothingToDo(trigger)) throw new Error(trigger.detail);
  const redactor = createRedactor([secret]);
  const { token } = github;
  const client = createGitHub({ token, apiUrl: context.apiUrl, redact: redactor.redact });
  const { signal: stop } = new AbortController();
  const at = { context, trigger, github: client, token, redactor, stop, startedAt: Date.now() };
  let desk: Desk | undefined;
  await logged(() => {
    desk = openDesk(at, { isSilent: given['reply'] === 'none', label });
    return Promise.resolve();
  });
  if (desk === undefined) throw new Error('There is no desk.');
  return desk;
}

/** What is logged meanwhile, in place of the log. */
export async function logged(work: () => Promise<void>): Promise<string> {
  const lines: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return lines.join('');
}
