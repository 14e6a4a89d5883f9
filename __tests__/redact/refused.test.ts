import { expect, test } from '@jest/globals';

import { redactError } from '../../src/outgoing.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { RefusedError, toTurnError } from '../../src/turn/provider-error.ts';

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
