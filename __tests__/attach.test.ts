import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../playground/events.ts';
import { addFile } from '../playground/github/files.ts';
import { type GitHubEmulator, startGitHub } from '../playground/github/emulator.ts';
import { attach, type Attached, fetchFiles } from '../src/attach.ts';
import type { Desk } from '../src/desk.ts';
import { attachmentsGiveMs } from '../src/limits/attachments.ts';
import type { Session } from '../src/opencode/server.ts';
import { readThread } from '../src/thread/read.ts';
import { openDeskFor } from './desk.ts';

const { signal } = new AbortController();

let github: GitHubEmulator;
let temp: string;
let desk: Desk;
afterEach(async () => {
  jest.restoreAllMocks();
  await desk.journal[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
  await rm(temp, { recursive: true, force: true });
});

/** A request with two files, in a repository that is private or not. */
async function open(isPrivate: boolean): Promise<void> {
  github = await startGitHub({ isPrivate });
  temp = await mkdtemp(join(tmpdir(), 'attach-'));
  const { state } = github;
  const [one, two] = ['one.log', 'two.log'].map((name) => addFile(state, name, `It is ${name}.`));
  const event = commentEvent(state, { body: `/oc look at [1](${one}) and [2](${two})` });
  desk = await openDeskFor({ github, event, temp });
}

/** Gives the files to a session that takes them as it is told. */
async function give(enclose: Session['enclose']): Promise<Attached> {
  const thread = await readThread(desk.github, desk.trigger, signal, Promise.resolve(undefined));
  const files = await fetchFiles(desk, thread, signal);
  const session = { enclose } as Session;
  return await attach(desk, session, { thread, files }, 'a-boundary-of-a-test', signal);
}

test.each([
  ['without the token in a public repository', false],
  ['with it in a private one', true],
])('files are fetched %s', async (_, isPrivate) => {
  await open(isPrivate);
  const { note } = await give(() => Promise.resolve('taken'));
  expect(note).toBe('');
  const asked = github.requests.filter(({ path }) => path.startsWith('/user-attachments/'));
  const token = isPrivate ? `token ${github.token}` : undefined;
  expect(asked.map(({ headers }) => headers['authorization'])).toEqual([token, token]);
});

describe('a session that takes no file', () => {
  beforeEach(() => open(false));

  test('is given up after a minute for all of them, and the reply says so', async () => {
    const real = AbortSignal.timeout.bind(AbortSignal);
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    timeout.mockImplementation((ms) => real(ms === attachmentsGiveMs ? 100 : ms));
    const given: string[] = [];
    const { attachments, note, trigger } = await give(({ file }, late) => {
      given.push(file.name);
      return new Promise((_, reject) => {
        if (late.aborted) reject(late.reason);
        late.addEventListener('abort', () => reject(late.reason));
      });
    });
    expect(given).toHaveLength(2);
    const why = 'the OpenCode server did not take it';
    expect(attachments.map(({ leftOut }) => leftOut)).toEqual([why, why]);
    expect(note).toBe(`The agent did not get 2 attachments of this thread: ${why}.`);
    expect(trigger.task).toContain(`[attachment left out: one.log, for ${why}]`);
  });

  test('costs nothing but itself where it fails', async () => {
    const { attachments } = await give(({ file }) =>
      file.name.endsWith('one.log') ? Promise.reject(new Error('no')) : Promise.resolve('taken'),
    );
    expect(attachments.map(({ leftOut }) => leftOut === undefined)).toEqual([false, true]);
  });
});
