import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { startGitHub, type GitHubEmulator } from '../../playground/github/emulator.ts';
import { createGitHub, type GitHub } from '../../src/github.ts';
import { askRun } from '../../src/lock/run-status.ts';

const repository = 'octo-org/hello-world';
const { signal } = new AbortController();
let emulator: GitHubEmulator;
let github: GitHub;

beforeEach(async () => {
  emulator = await startGitHub();
  github = createGitHub({ token: emulator.token, apiUrl: emulator.url });
});

afterEach(async () => {
  expect(emulator.violations).toEqual([]);
  await emulator[Symbol.asyncDispose]();
});

function record(runId: string, attempt: number, of = repository): Parameters<typeof askRun>[1] {
  return { repository: of, owner: { runId, attempt, invocationId: 'a' } };
}

test.each([
  ['completed', 'success', 'completed'],
  ['completed', 'cancelled', 'completed'],
  ['in_progress', null, 'going on'],
  ['queued', null, 'going on'],
  ['waiting', null, 'going on'],
  ['a word that GitHub has yet to think of', null, 'going on'],
])('an attempt that GitHub calls %s (%s) is %s', async (status, conclusion, expected) => {
  emulator.state.setRun(17, 2, status, conclusion);
  expect(await askRun({ github, repository }, record('17', 2), signal)).toBe(expected);
});

test('an attempt is asked for, not its run: an earlier one may be completed', async () => {
  emulator.state.setRun(17, 1, 'completed', 'failure');
  emulator.state.setRun(17, 2, 'in_progress');
  expect(await askRun({ github, repository }, record('17', 1), signal)).toBe('completed');
});

test('a run that GitHub does not know is unknown', async () => {
  expect(await askRun({ github, repository }, record('1', 1), signal)).toBe('unknown');
});

test('a run of another repository is not asked for', async () => {
  emulator.state.setRun(17, 1, 'completed');
  const other = record('17', 1, 'octo-org/another');
  expect(await askRun({ github, repository }, other, signal)).toBe('unknown');
  expect(emulator.requests).toEqual([]);
});

test.each([
  ['../../../user', 1],
  ['17/../18', 1],
  ['', 1],
  ['-1', 1],
  ['99999999999999999999', 1],
  ['17', 0],
])('%j, attempt %d, is no run, and is not asked for', async (runId, attempt) => {
  expect(await askRun({ github, repository }, record(runId, attempt), signal)).toBe('unknown');
  expect(emulator.requests).toEqual([]);
});

test('without `actions: read`, or an answer, a run is unknown', async () => {
  await using other = await startGitHub({ identity: { denied: ['actions: read'] } });
  other.state.setRun(17, 1, 'completed');
  const denied = createGitHub({ token: other.token, apiUrl: other.url });
  expect(await askRun({ github: denied, repository }, record('17', 1), signal)).toBe('unknown');
  emulator.state.setRun(17, 1, 'completed');
  emulator.faults = () => ({ status: 404, body: 'odd' });
  expect(await askRun({ github, repository }, record('17', 1), signal)).toBe('unknown');
});

test('a question ends with its signal', async () => {
  const ended = AbortSignal.abort(new Error('Enough.'));
  const asked = askRun({ github, repository }, record('17', 1), ended);
  await expect(asked).rejects.toThrow('Enough.');
});
