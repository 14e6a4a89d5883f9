import { setTimeout as pause } from 'node:timers/promises';

import { ActionError } from '../errors.ts';
import { restartPauseMaxMs, restartPauseMs, restartsMax, steadyMs } from './limits.ts';
import type { Place, Upstream } from './upstream.ts';

/** An OpenCode of our own that listens. */
export interface Child extends AsyncDisposable {
  place: Place;
  /** Resolves when it has ended by itself, with a sentence that says how, and what it last printed. */
  gone: Promise<string>;
}

/** What supervising needs. */
export interface SuperviseOptions {
  /** Starts one; throws where it does not come up. */
  start: (signal: AbortSignal) => Promise<Child>;
  /** Called for every end that is followed by another start. */
  onEnd: (how: string, pauseMs: number) => void;
  signal: AbortSignal;
  now?: () => number;
}

/** An OpenCode that is started again when it ends. */
export interface Supervised extends Upstream, AsyncDisposable {
  /**
   * Starts it, and stays until `signal` fires. Throws what the first start throws, and
   * `server-start-failed` after `restartsMax` ends in a row without a steady run between them.
   */
  run(): Promise<void>;
}

/** Sees to it that there is an OpenCode; disposal ends the one that runs. */
export function supervise(options: SuperviseOptions): Supervised {
  const { start, onEnd, signal, now = () => performance.now() } = options;
  let child: Child | undefined;
  const end = async (): Promise<void> => {
    const last = child;
    child = undefined;
    await last?.[Symbol.asyncDispose]();
  };
  const once = async (isFirst: boolean): Promise<string> => {
    try {
      child = await start(signal);
    } catch (error) {
      if (isFirst || signal.aborted || !(error instanceof ActionError)) throw error;
      return error.sentence;
    }
    const stopped = Promise.withResolvers<string>();
    const stop = (): void => stopped.resolve('');
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const how = await Promise.race([child.gone, stopped.promise]);
    signal.removeEventListener('abort', stop);
    // One that was told to stop is needed until the front has drained: disposal ends it.
    if (!signal.aborted) await end();
    return how;
  };
  return {
    place: () => child?.place,
    run: async () => {
      for (let ends = 0, isFirst = true; ; isFirst = false) {
        const startedAt = now();
        const how = await once(isFirst);
        if (signal.aborted) return;
        ends = now() - startedAt < steadyMs ? ends + 1 : 1;
        if (ends >= restartsMax) throw restartLoop(how);
        const pauseMs = Math.min(restartPauseMaxMs, restartPauseMs * 2 ** (ends - 1));
        onEnd(how, pauseMs);
        await pause(pauseMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
      }
    },
    [Symbol.asyncDispose]: end,
  };
}

function restartLoop(how: string): ActionError {
  return new ActionError(
    'server-start-failed',
    `OpenCode ended ${restartsMax} times in a row, and is not started again. ${how}`,
  );
}
