import { describe, expect, test } from '@jest/globals';

import { systemClock, within } from '../../src/lock/clock.ts';

describe('the machine’s clock', () => {
  test('measures what it waited', async () => {
    const before = systemClock.monotonic();
    await systemClock.sleep(60, new AbortController().signal);
    expect(systemClock.monotonic() - before).toBeGreaterThanOrEqual(40);
  });

  test('waits no longer than the signal allows', async () => {
    const stop = new AbortController();
    const reason = new Error('Stopped.');
    const waiting = systemClock.sleep(600_000, stop.signal);
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(systemClock.sleep(600_000, stop.signal)).rejects.toBe(reason);
  });
});

describe('a call of a store', () => {
  const place = { clock: systemClock, store: { reason: 'lock-store-error' } } as const;
  const hang = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });

  test('without an answer may be repeated', async () => {
    const calling = within(place, 20, new AbortController().signal, hang);
    await expect(calling).rejects.toMatchObject({ reason: 'lock-store-error', retryable: true });
  });

  test('ends with the signal’s own reason', async () => {
    const reason = new Error('Stopped.');
    const calling = within(place, 600_000, AbortSignal.abort(reason), async (signal) => {
      signal.throwIfAborted();
    });
    await expect(calling).rejects.toBe(reason);
  });
});
