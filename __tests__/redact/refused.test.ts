import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { startGitHub } from '../../playground/github/emulator.ts';
import { describeRun } from '../../src/desk.ts';
import { redactError } from '../../src/outgoing.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
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

test('why a former session does not go on is told without a secret, whoever is quoted', async () => {
  await using github = await startGitHub();
  const temp = await mkdtemp(join(tmpdir(), 'refused-'));
  const desk = await openDeskFor({ github, event: commentEvent(github.state), temp });
  desk.conversation.said = `new: the cache said ${known}`;
  expect(describeRun(desk).conversation).toBe('new: the cache said ***');
  await desk.journal[Symbol.asyncDispose]();
  await rm(temp, { recursive: true, force: true });
});
