import { ActionError } from './errors.ts';

/** The one signal that a run listens to. */
export interface Bounds extends Disposable {
  /**
   * Aborts with an `ActionError`: `timeout` when the time is up, else what `stop` was aborted with or
   * `end` was given, whichever came first.
   */
  signal: AbortSignal;
  /** Ends the run from within, where it must not go on. */
  end(error: ActionError): void;
}

/**
 * Joins the run's own time limit with `stop` (the runner's signals). `startedAt` is when the process
 * started, in milliseconds since 1970; the time counts from there.
 */
export function openBounds(stop: AbortSignal, timeoutMs: number, startedAt: number): Bounds {
  const bounds = new AbortController();
  const leftMs = Math.max(0, Math.ceil(startedAt + timeoutMs - Date.now()));
  const timeout = AbortSignal.timeout(leftMs);
  const onTimeout = (): void => bounds.abort(timedOut(timeoutMs));
  const onStop = (): void => bounds.abort(stop.reason);
  timeout.addEventListener('abort', onTimeout);
  stop.addEventListener('abort', onStop);
  if (stop.aborted) onStop();
  return {
    signal: bounds.signal,
    end: (error) => bounds.abort(error),
    [Symbol.dispose]: () => {
      timeout.removeEventListener('abort', onTimeout);
      stop.removeEventListener('abort', onStop);
    },
  };
}

/**
 * Bounds a part of the ending: aborts with `late` after `patienceMs`, or `hurriedMs` after the
 * runner's stop, whichever comes first.
 */
export function boundEnding(
  { stop, stoppedAt }: { stop: AbortSignal; stoppedAt: number | undefined },
  { patienceMs, hurriedMs }: { patienceMs: number; hurriedMs: number },
  late: Error,
): AbortSignal {
  const end = new AbortController();
  const endAfter = (ms: number): void => {
    setTimeout(() => end.abort(late), ms).unref();
  };
  endAfter(patienceMs);
  if (stoppedAt !== undefined) endAfter(Math.max(0, stoppedAt + hurriedMs - Date.now()));
  else stop.addEventListener('abort', () => endAfter(hurriedMs), { once: true });
  return end.signal;
}

/** The reason that the runner's SIGINT or SIGTERM stops a run with. */
export function cancelled(): ActionError {
  return new ActionError(
    'cancelled',
    'The workflow run was cancelled, or its own time limit ran out.',
    { hint: 'Ask again, or raise `timeout-minutes` of the job.' },
  );
}

function timedOut(timeoutMs: number): ActionError {
  const minutes = Number((timeoutMs / 60_000).toFixed(2));
  return new ActionError(
    'timeout',
    `The run took longer than its \`timeout-minutes\` of ${minutes} and was stopped.`,
    { hint: 'Raise `timeout-minutes`, or ask for less at once.' },
  );
}
