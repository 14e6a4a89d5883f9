import { describe, expect, test } from '@jest/globals';

import { ActionError } from '../../src/errors.ts';
import { restartsMax } from '../../src/serve/limits.ts';
import { type Child, supervise } from '../../src/serve/supervise.ts';

/** Children that a test ends as it likes. */
function nursery() {
  const born: { end: (how: string) => void; isDisposed: boolean }[] = [];
  const start = (): Promise<Child> => {
    const gone = Promise.withResolvers<string>();
    const record = { end: gone.resolve, isDisposed: false };
    born.push(record);
    const url = new URL(`http://127.0.0.1:${born.length}`);
    return Promise.resolve({
      place: { url, authorization: 'Basic x' },
      gone: gone.promise,
      [Symbol.asyncDispose]: () => {
        record.isDisposed = true;
        return Promise.resolve();
      },
    });
  };
  return { born, start };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('an OpenCode that ended', () => {
  test('is started again, and where it is changes with it', async () => {
    const { born, start } = nursery();
    const stop = new AbortController();
    const ends: string[] = [];
    await using server = supervise({ start, onEnd: (how) => ends.push(how), signal: stop.signal });
    const running = server.run();
    await until(() => server.place() !== undefined);
    expect(server.place()?.url.port).toBe('1');
    born[0]?.end('It was killed.');
    await until(() => born[0]?.isDisposed === true);
    expect(server.place()).toBeUndefined();
    await until(() => server.place() !== undefined);
    expect(server.place()?.url.port).toBe('2');
    expect(ends).toEqual(['It was killed.']);
    stop.abort();
    await running;
    expect(born[1]?.isDisposed).toBe(false);
    await server[Symbol.asyncDispose]();
    expect(born[1]?.isDisposed).toBe(true);
  });

  test('waits longer each time, and ends the process where it is a loop', async () => {
    const pauses: number[] = [];
    const { born, start } = nursery();
    const dying = async (): Promise<Child> => {
      const child = await start();
      born.at(-1)?.end('Its last output:\nboom');
      return child;
    };
    const { signal } = new AbortController();
    const server = supervise({ start: dying, onEnd: (_, pauseMs) => pauses.push(pauseMs), signal });
    await expect(server.run()).rejects.toMatchObject({
      reason: 'server-start-failed',
      message: expect.stringMatching(/5 times in a row.*boom/s),
    });
    expect(born).toHaveLength(restartsMax);
    expect(pauses).toEqual([250, 500, 1_000, 2_000]);
  }, 20_000);

  test('begins anew after a steady run', async () => {
    let now = 0;
    const pauses: number[] = [];
    const { born, start } = nursery();
    const steady = async (): Promise<Child> => {
      const child = await start();
      now += 60_001;
      born.at(-1)?.end('It ended.');
      return child;
    };
    const stop = new AbortController();
    const onEnd = (_: string, pauseMs: number): void => {
      if (pauses.push(pauseMs) > restartsMax) stop.abort();
    };
    await supervise({ start: steady, onEnd, signal: stop.signal, now: () => now }).run();
    expect(new Set(pauses)).toEqual(new Set([250]));
  }, 20_000);

  test('is not started again where the first start fails', async () => {
    const failure = new ActionError('server-start-failed', 'It did not start.');
    const { signal } = new AbortController();
    const start = (): Promise<Child> => Promise.reject(failure);
    await expect(supervise({ start, onEnd: () => {}, signal }).run()).rejects.toBe(failure);
  });
});
