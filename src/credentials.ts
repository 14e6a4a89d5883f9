import type { Desk } from './desk.ts';
import { ActionError, messageOf } from './errors.ts';
import type { Killed } from './killed.ts';
import { isSecretValue } from './opencode/environment.ts';
import { logWarning } from './outputs.ts';
import { hideCredentials, putCredentialsBack } from './thread/hide.ts';
import { sealAt } from './thread/seal.ts';

/**
 * Hides what the checkout has left in git's configuration while the agent works. Disposal puts it
 * back, or rejects. Throws `internal-error` where it cannot be hidden: the agent would find it.
 */
export async function hideFromAgent(
  { context, token, invocationId }: Desk,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  const { workspace, temp, env } = context;
  try {
    return await hideCredentials({
      workspace,
      temp,
      env,
      seal: sealAt(temp, invocationId, token),
      looksSecret: (text) => text.includes(token) || isSecretValue(text),
      warn: logWarning,
      signal,
    });
  } catch (cause) {
    signal.throwIfAborted();
    const message = `Could not hide the credentials in the checkout's git configuration: ${messageOf(cause)}.`;
    const hint = 'Give `actions/checkout` the input `persist-credentials: false`.';
    throw new ActionError('internal-error', message, { hint, cause });
  }
}

/** Puts back what a killed run had hidden; whether nothing is left to put back. */
export function putBackForKilled({ context, token, identity }: Killed): boolean {
  const { isBack, said } = putCredentialsBack(sealAt(context.temp, identity.invocationId, token));
  if (said !== '') logWarning(said);
  return isBack;
}
