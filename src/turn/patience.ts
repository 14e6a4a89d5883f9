import type { ActionError } from '../errors.ts';
import { providerRetries } from '../limits.ts';
import type { ServerEvent } from '../opencode/events.ts';
import { failedAgain, failedForLong } from './provider-error.ts';

/** Tells when there is no more use in waiting for the model's provider. */
export interface Patience {
  /** Takes a retry in; answers with why the turn ends, once it must. */
  bear(retry: ServerEvent & { type: 'retry' }): ActionError | undefined;
  /** The agent, or a child, got on: what failed until then counts no more. */
  renew(): void;
}

/**
 * Patience with a provider that is asked again and again. It ends with a retry that comes after
 * `deadlineAt` (milliseconds since 1970), and with the last of `limits.providerRetries` in one
 * session between which no session of the run got on.
 */
export function createPatience(deadlineAt: number): Patience {
  /** By session: failures since it was renewed, and the number of the last one. */
  const rows = new Map<string, { failures: number; attempt: number }>();
  return {
    bear: ({ sessionId, attempt, message, nextAt }) => {
      const row = rows.get(sessionId) ?? { failures: 0, attempt: 0 };
      // What a run that was disconnected is told of again is no further failure.
      const failures = row.failures + (row.attempt === attempt ? 0 : 1);
      rows.set(sessionId, { failures, attempt });
      if (nextAt > deadlineAt) return failedForLong(message, nextAt - Date.now());
      return failures < providerRetries ? undefined : failedAgain(message, failures);
    },
    renew: () => rows.clear(),
  };
}
