import { messageOf } from '../errors.ts';
import { reconnectPauseMs } from '../limits.ts';
import type { PermissionRequest, QuestionRequest } from '../opencode/events.ts';
import type { Session } from '../opencode/server.ts';
import { pause } from './pause.ts';

/** Answers what would wait for a person, so that nothing ever does. */
export interface Answerer {
  permission(request: PermissionRequest): void;
  question(request: QuestionRequest): void;
  /** Asks the server what still waits, and answers that. */
  reconcile(): void;
}

/** What answering needs to know. */
export interface AnswerOptions {
  session: Session;
  permissionRequests: 'reject' | 'allow';
  warn: (message: string) => void;
  signal: AbortSignal;
}

/** First pause before the server is asked what still waits. */
const firstPauseMs = 250;

/**
 * Answers each request once, in the background. Where an answer does not go through, that is
 * warned of, and the server is asked again after a growing pause: what it no longer lists is done.
 */
export function createAnswerer(options: AnswerOptions): Answerer {
  const { session, permissionRequests, warn, signal } = options;
  const answered = new Set<string>();
  let pauseMs = firstPauseMs;
  let isWaiting = false;

  const again = async (): Promise<void> => {
    if (isWaiting) return;
    isWaiting = true;
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, reconnectPauseMs);
    isWaiting = false;
    await reconcile();
  };
  const failed = async (what: string, thrown: unknown): Promise<void> => {
    if (signal.aborted) return;
    warn(`${what} failed: ${messageOf(thrown)}. It is tried again.`);
    await again();
  };
  const answer = async (id: string, what: string, send: () => Promise<void>): Promise<void> => {
    if (answered.has(id)) return;
    answered.add(id);
    try {
      await send();
      pauseMs = firstPauseMs;
    } catch (thrown) {
      answered.delete(id);
      await failed(`Answering ${what}`, thrown);
    }
  };
  const permission = ({ id, permission: name }: PermissionRequest): Promise<void> =>
    answer(id, `a request for the permission ${name}`, () =>
      session.answerPermission(id, permissionRequests, signal),
    );
  const question = ({ id }: QuestionRequest): Promise<void> =>
    answer(id, 'a question of the agent', () => session.rejectQuestion(id, signal));
  const reconcile = async (): Promise<void> => {
    try {
      const { permissions, questions } = await session.pending(signal);
      await Promise.all([...permissions.map(permission), ...questions.map(question)]);
    } catch (thrown) {
      await failed('Asking the server what waits for an answer', thrown);
    }
  };
  return {
    permission: (request) => inBackground(permission(request)),
    question: (request) => inBackground(question(request)),
    reconcile: () => inBackground(reconcile()),
  };
}

/** All that can still be thrown here is the signal's reason: the turn is over then. */
function inBackground(work: Promise<void>): void {
  void work.catch(() => undefined);
}
