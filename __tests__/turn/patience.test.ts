import { describe, expect, test } from '@jest/globals';

import { providerRetries } from '../../src/limits.ts';
import { createPatience } from '../../src/turn/patience.ts';
import type { Patience } from '../../src/turn/patience.ts';
import { retry } from './events.ts';

/** How often it bears it, of so many attempts. */
function borne(patience: Patience, attempts: number[], sessionId?: string): number {
  return attempts.filter((attempt) => patience.bear(retry(attempt, { sessionId })) === undefined)
    .length;
}

describe('patience with a provider', () => {
  test('ends with the last of so many failures in a row', () => {
    const patience = createPatience(Infinity);
    expect(borne(patience, [1, 2, 3, 4])).toBe(providerRetries - 1);
    expect(patience.bear(retry(5, { message: 'Overloaded' }))).toMatchObject({
      reason: 'provider-error',
      message: "The model's provider failed 5 times in a row: Overloaded.",
    });
  });

  test('begins anew with every word', () => {
    const patience = createPatience(Infinity);
    expect(borne(patience, [1, 2, 3, 4])).toBe(4);
    patience.renew();
    expect(borne(patience, [5, 6, 7, 8, 9])).toBe(4);
  });

  test('is one for each session', () => {
    const patience = createPatience(Infinity);
    expect(borne(patience, [1, 2, 3, 4])).toBe(4);
    expect(borne(patience, [1, 2, 3, 4], 'ses_child')).toBe(4);
  });

  test('does not count the same attempt twice', () => {
    expect(borne(createPatience(Infinity), [1, 1, 1, 1, 1, 1])).toBe(6);
  });

  test('ends at once with a retry after the deadline, and says how long it would be', () => {
    const patience = createPatience(Date.now() + 60_000);
    expect(patience.bear(retry(1, { nextAt: Date.now() + 50_000 }))).toBeUndefined();
    const error = patience.bear(retry(2, { nextAt: Date.now() + 3 * 60_000, message: 'Quota' }));
    expect(error?.sentence).toBe(
      "The model's provider failed, and asks for 3 minutes of patience, longer than this run may take: Quota. Try again later, raise `timeout-minutes`, or use another model.",
    );
  });
});
