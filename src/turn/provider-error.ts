import { ActionError } from '../errors.ts';
import type { AgentError } from '../opencode/events.ts';

/** What of a provider's sentence is shown; some put a whole page into it. */
const sentenceChars = 500;

/** The provider did not take what it was sent, as it was. */
export class RefusedError extends ActionError {
  /** It was for its length; else nobody knows, and it may have been. */
  isTooLong = false;
}

/**
 * A refusal that may be for the length of a conversation: OpenCode says so where it knows the provider's
 * words, and 413 and 400, which may mean anything, are what is left where it does not (RFC 9110, section
 * 15.5). Undefined for every other.
 */
function isTooLong({ name, status }: AgentError): boolean | undefined {
  if (name === 'ContextOverflowError' || status === 413) return true;
  return status === 400 ? false : undefined;
}

/**
 * The error that ended a turn, for people. Auth, quota and refusal are told by the provider's
 * status number, never by its words; OpenCode names an unknown model or agent in words only
 * (`UnknownError`, seen on 1.18.33).
 */
export function toTurnError(error: AgentError): ActionError {
  const sentence = firstSentence(error.message);
  if (error.name === 'MessageAbortedError') return stoppedByServer();
  if (/^(ProviderModelNotFoundError|Model not found)/.test(sentence) || isModelError(error))
    return new ActionError('unknown-model', `OpenCode does not know the model: ${sentence}`, {
      hint: 'Name one of its models as `provider/model` in `model`.',
    });
  if (sentence.startsWith('Agent not found'))
    return new ActionError('unknown-agent', `OpenCode does not know the agent: ${sentence}`, {
      hint: 'Name one of its agents in `agent`, or leave it out.',
    });
  const answered = error.status === undefined ? '' : ` (status ${error.status})`;
  const known = isTooLong(error);
  const Thrown = known === undefined ? ActionError : RefusedError;
  const told = new Thrown('provider-error', `The model's provider failed${answered}: ${sentence}`, {
    hint: hintFor(error),
    retryable: error.isRetryable,
  });
  return told instanceof RefusedError ? Object.assign(told, { isTooLong: known }) : told;
}

/** The provider wants to be asked again at a time when the run is over. */
export function failedForLong(message: string, inMs: number): ActionError {
  const minutes = Math.ceil(inMs / 60_000);
  const time = minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return new ActionError(
    'provider-error',
    `The model's provider failed, and asks for ${time} of patience, longer than this run may take: ${firstSentence(message)}`,
    { hint: 'Try again later, raise `timeout-minutes`, or use another model.', retryable: true },
  );
}

/** The provider was asked so many times in a row, and there was not one new word. */
export function failedAgain(message: string, times: number): ActionError {
  return new ActionError(
    'provider-error',
    `The model's provider failed ${times} times in a row: ${firstSentence(message)}`,
    { hint: 'Try again later, or use another model.', retryable: true },
  );
}

/** The provider said that its answer ended in an error, and no more. */
export function failedInSilence(): ActionError {
  return new ActionError(
    'provider-error',
    "The model's provider broke its answer off with an error, and gave no reason.",
    { hint: 'Try again, or use another model.', retryable: true },
  );
}

/** The session was stopped, and not by this run. */
export function stoppedByServer(): ActionError {
  return new ActionError(
    'stream-ended',
    'The OpenCode server stopped the session before its end.',
    {
      hint: 'Somebody stopped it there, or the server was restarted: ask again to go on.',
    },
  );
}

function isModelError(error: AgentError): boolean {
  return error.name === 'ProviderModelNotFoundError';
}

function hintFor({ name, status }: AgentError): string {
  if (name === 'ContextOverflowError')
    return 'The conversation is too long for this model: ask for less, or use one with a larger context.';
  if (name === 'ContentFilterError') return 'Ask in other words, or use another model.';
  if (name === 'ProviderAuthError' || status === 401 || status === 403)
    return "Check the provider's key and that it may use this model.";
  if (status === 402) return "Check the provider's account: it wants to be paid.";
  if (status === 429) return "The provider's limit is reached: try again later.";
  if (status !== undefined && status < 500)
    return 'The provider refuses the request: check `model`, `variant` and the configuration.';
  return 'Try again, or use another model.';
}

/** One line that ends in a full stop, without the stack that OpenCode sends along. */
function firstSentence(message: string): string {
  const line = (message.split(/\n\s+at /)[0] ?? '').replaceAll(/\s+/g, ' ').trim();
  const clipped = line.length > sentenceChars ? `${line.slice(0, sentenceChars).trim()}…` : line;
  if (clipped === '') return 'no reason was given.';
  return /[.!?…]$/.test(clipped) ? clipped : `${clipped}.`;
}
