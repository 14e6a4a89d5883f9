import { ActionError } from './errors.ts';
import { type Env, readNamedSecrets, readSecrets } from './inputs.ts';
import { maskSecret, redactWith } from './outputs.ts';
import { createGrowingText, type GrowingText, redactEnded } from './redact/growing.ts';
import { createRedactor, type Redactor } from './redact/redactor.ts';
import type { Review } from './review/review.ts';
import { RefusedError } from './turn/provider-error.ts';
import type { Turn } from './turn/turn.ts';

/** `guard`, and the runner masks the secrets that are given by name, to the end of the job. */
export function guardJob(env: Env): Redactor {
  readNamedSecrets(env).forEach(maskSecret);
  return guard(env);
}

/**
 * Has all that this process prints pass the redactor. First of all in every process: what goes wrong
 * after it is told without secrets.
 */
export function guard(env: Env): Redactor {
  const redactor = createRedactor(readSecrets(env).map(({ value }) => value));
  redactWith(redactor.redact);
  return redactor;
}

/** Takes the secrets out of one turn, which may still grow, each time that it is looked at. */
export interface TurnRedactor {
  /** What may be shown or written down by now; what may become a secret is held back. */
  soFar(turn: Turn): Turn;
  /** All of a turn that grows no more. */
  ended<T extends Turn>(turn: T): T;
}

/** Looking again at a turn takes time linear in what is new. */
export function createTurnRedactor(redactor: Redactor): TurnRedactor {
  const growing: GrowingText[] = [];
  const read = (text: string, index: number): string =>
    (growing[index] ??= createGrowingText(redactor)).read(text);
  return {
    // The answer is the last text of a whole turn: nobody asks for it before.
    soFar: (turn) => ({ ...redactFacts(redactor, turn), texts: turn.texts.map(read), answer: '' }),
    ended: (turn) => ({
      ...redactFacts(redactor, turn),
      texts: redactTexts(redactor, turn.texts),
      answer: redactEnded(redactor, turn.answer),
    }),
  };
}

/** Texts that grow no more. */
export function redactTexts(redactor: Redactor, texts: readonly string[]): string[] {
  return texts.map((text) => redactEnded(redactor, text));
}

/**
 * A review that was read out of a text: JSON spells a character in more ways than one (`\u0061`), so
 * that a secret may stand in its members that did not stand in the text.
 */
export function redactReview({ redact }: Redactor, review: Review): Review {
  const { verified, risk, findings } = review;
  return {
    ...review,
    verified: redact(verified),
    risk: { ...risk, reason: redact(risk.reason) },
    findings: findings.map((finding) => ({
      ...finding,
      title: redact(finding.title),
      body: redact(finding.body),
      place: finding.place && { ...finding.place, path: redact(finding.place.path) },
      suggestion: finding.suggestion === undefined ? undefined : redact(finding.suggestion),
    })),
  };
}

/** What a person is told of a failure; a provider or a server may have been quoted. */
export function redactError(redactor: Redactor, error: ActionError): ActionError {
  const { reason, retryable, cause } = error;
  const [message, hint] = [redactClipped(redactor, error.message), redactor.redact(error.hint)];
  if (message === error.message && hint === error.hint) return error;
  const redacted = [reason, message, { hint, retryable, cause }] as const;
  if (!(error instanceof RefusedError)) return new ActionError(...redacted);
  return Object.assign(new RefusedError(...redacted), { isTooLong: error.isTooLong });
}

/** A sentence that goes on behind `…` may have been clipped in the middle of a secret. */
function redactClipped(redactor: Redactor, text: string): string {
  if (!text.endsWith('…')) return redactor.redact(text);
  return `${redactEnded(redactor, text.slice(0, -1))}…`;
}

function redactFacts<T extends Turn>({ redact }: Redactor, turn: T): T {
  const { tools, todos, activity, retry } = turn;
  return {
    ...turn,
    tools: new Map([...tools].map(([name, count]) => [redact(name), count])),
    todos: todos.map((todo) => ({ ...todo, content: redact(todo.content) })),
    activity: redact(activity),
    retry: retry && { ...retry, message: redact(retry.message) },
    ...(turn.structured !== undefined && { structured: redactValue(redact, turn.structured) }),
  };
}

/** Every text in a value, at whatever depth; names of members too. */
function redactValue(redact: Redactor['redact'], value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((each) => redactValue(redact, each));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value);
  return Object.fromEntries(
    members.map(([name, each]) => [redact(name), redactValue(redact, each)]),
  );
}
