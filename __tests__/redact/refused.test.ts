import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { startGitHub } from '../../playground/github/emulator.ts';
import { describeRun } from '../../src/desk.ts';
import { type Ending, errorOf, renderEnding, withoutSecrets } from '../../src/ending.ts';
import { ActionError } from '../../src/errors.ts';
import { redactError } from '../../src/outgoing.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { createTranscript, toTurn } from '../../src/turn/assemble.ts';
import { RefusedError, toTurnError } from '../../src/turn/provider-error.ts';
import { openDeskFor, secret as known } from '../desk.ts';

test.each([
  ['ContextOverflowError', undefined, true],
  ['APIError', 413, true],
  ['APIError', 400, false],
])('a refusal without its secrets is one still (%s, %s)', (name, status, isTooLong) => {
  const secret = 'correct-horse-battery';
  const message = `The key ${secret} was refused.`;
  const error = toTurnError({ name, message, status, isRetryable: false });
  const redacted = redactError(createRedactor([secret]), error);
  expect(redacted.sentence).not.toContain(secret);
  expect(redacted).toBeInstanceOf(RefusedError);
  expect(redacted).toMatchObject({ isTooLong, reason: 'provider-error' });
});

test('a secret in which a long refusal is clipped does not begin to be told', () => {
  const secret = 'correct-horse-battery';
  const redactor = createRedactor([secret]);
  for (const before of [482, 485, 488, 499]) {
    const message = `${'x'.repeat(before)} ${secret} was refused.`;
    const error = toTurnError({ name: 'APIError', message, status: 400, isRetryable: false });
    const { message: told } = redactError(redactor, error);
    // Its first few letters say nothing.
    expect(told).toMatch(/x(?: (?:\*\*\*|co?r?))?…$/);
  }
});

test('however a run ends, no secret is in why', async () => {
  await using github = await startGitHub();
  const temp = await mkdtemp(join(tmpdir(), 'refused-'));
  const desk = await openDeskFor({ github, event: commentEvent(github.state), temp });
  const error = new ActionError('provider-error', `It said ${known}.`, { hint: `Not ${known}.` });
  const turn = { ...toTurn(createTranscript('')), error };
  const endings: Ending[] = [
    error,
    { turn, notes: [] },
    { busy: `For ${known}.` },
    { text: known, isTold: true, reason: 'completed' },
  ];
  for (const ending of endings) {
    const told = withoutSecrets(desk, ending);
    const texts = [errorOf(told)?.sentence, renderEnding(desk, told)];
    expect(JSON.stringify(texts)).toContain('***');
    expect(JSON.stringify(texts)).not.toContain(known);
  }
  await desk.journal[Symbol.asyncDispose]();
  await rm(temp, { recursive: true, force: true });
});

test('why a former session does not go on is told without a secret, whoever is quoted', async () => {
  await using github = await startGitHub();
  const temp = await mkdtemp(join(tmpdir(), 'refused-'));
  const desk = await openDeskFor({ github, event: commentEvent(github.state), temp });
  desk.conversation.said = `new: the cache said ${known}`;
  expect(describeRun(desk).conversation).toBe('new: the cache said ***');
  await desk.journal[Symbol.asyncDispose]();
  await rm(temp, { recursive: true, force: true });
});
