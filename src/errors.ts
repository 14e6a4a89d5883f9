/** Why a run that did not do its work was nevertheless no failure (outcome `skipped`). */
export type SkipReason =
  | 'no-mention'
  | 'unsupported-event'
  | 'bot-author'
  | 'not-permitted'
  | 'read-only-token'
  | 'busy'
  | 'review-skipped'
  | 'nothing-to-retry';

/** Why a run failed (outcome `failure`). */
export type FailureReason =
  | 'invalid-input'
  | 'server-unreachable'
  | 'server-unauthorized'
  | 'server-start-failed'
  | 'directory-not-found'
  | 'unknown-model'
  | 'unknown-agent'
  | 'provider-error'
  | 'stream-ended'
  | 'stalled'
  | 'lock-lost'
  | 'github-error'
  | 'lock-store-error'
  | 'internal-error';

/** Why a run ended before the agent was done, or could not start. */
export type ErrorReason = FailureReason | 'timeout' | 'cancelled';

/** Every value of the output `reason`. */
export type Reason = 'completed' | SkipReason | ErrorReason;

/** Every value of the output `outcome`. */
export type Outcome = 'success' | 'skipped' | 'timeout' | 'cancelled' | 'failure';

/** The outcome that a reason belongs to; only `success` and `skipped` pass the step. */
export function outcomeOf(reason: Reason): Outcome {
  switch (reason) {
    case 'completed':
      return 'success';
    case 'no-mention':
    case 'unsupported-event':
    case 'bot-author':
    case 'not-permitted':
    case 'read-only-token':
    case 'busy':
    case 'review-skipped':
    case 'nothing-to-retry':
      return 'skipped';
    case 'timeout':
    case 'cancelled':
      return reason;
    default:
      return 'failure';
  }
}

/**
 * The one kind of error that a person is shown.
 * `message` says what was attempted and what happened, `hint` what to do; both are full sentences
 * and hold no secret, no header and no body. `retryable` is false unless said otherwise.
 */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly reason: ErrorReason;
  readonly hint: string;
  readonly retryable: boolean;

  constructor(
    reason: ErrorReason,
    message: string,
    options: { hint?: string; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.hint = options.hint ?? '';
    this.retryable = options.retryable ?? false;
  }

  /** The message and the hint as one line of text. */
  get sentence(): string {
    return this.hint === '' ? this.message : `${this.message} ${this.hint}`;
  }
}

/**
 * Any thrown value as an `ActionError`; what is not one becomes `internal-error` and keeps the
 * original as its `cause`.
 */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  return new ActionError(
    'internal-error',
    `The run stopped on an error of its own: ${messageOf(thrown)}.`,
    {
      hint: 'Please report it, with the log of this step.',
      cause: thrown,
    },
  );
}

/** The message of whatever was thrown, on one line, without a final full stop. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
}
