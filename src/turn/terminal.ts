import type { ActionError } from '../errors.ts';
import type { AgentError, RecordedMessage } from '../opencode/events.ts';
import type { Session } from '../opencode/server.ts';
import { failedInSilence, stoppedByServer, toTurnError } from './provider-error.ts';

/** What the server says of a turn that seems to be over. */
export interface Evidence {
  record: readonly RecordedMessage[];
  status: Awaited<ReturnType<Session['status']>>;
  /** The root session's error, where it reported one and has done nothing since. */
  trouble: AgentError | undefined;
  /** Since it first seemed over, and nothing has happened. */
  quietMs: number;
}

/** How a turn ended by itself. */
export interface Ending {
  error: ActionError | undefined;
}

/** After an error the last word on the message follows within this (40 ms were seen). */
const graceMs = 1_500;

/** A server that was restarted never finishes its messages; one that starts cold takes its time. */
const lostMs = 15_000;

/** A message that ends so is no last one: OpenCode 1.18 asks the model again. */
const goesOn: ReadonlySet<string | undefined> = new Set(['tool-calls', 'unknown', undefined]);

/**
 * Whether a turn is over, and how; undefined where it is not, or cannot be told yet. The messages
 * are the record, events and status only hints: over means that the last assistant message is
 * done, that it does not wait for tools, and that the server is not at work. A server that rests
 * although it had to go on was stopped or restarted.
 */
export function decideEnd({ record, status, trouble, quietMs }: Evidence): Ending | undefined {
  if (status === 'busy' || status === 'retry') return undefined;
  const last = record.findLast(({ message }) => message.role === 'assistant');
  if (last !== undefined && isAnswered(last)) return { error: undefined };
  if (last?.message.error !== undefined) return { error: toTurnError(last.message.error) };
  if (last?.message.completedAt === undefined) return decideUnfinished(trouble, quietMs);
  const { finish } = last.message;
  if (finish === 'error') return failedBy(trouble, failedInSilence());
  if (!goesOn.has(finish)) return { error: undefined };
  // Stopped between two attempts, a message is done with neither an error nor a finish.
  if (finish === undefined && trouble !== undefined) return failedBy(trouble);
  if (quietMs < graceMs) return undefined;
  return failedBy(trouble, finish !== undefined && isEnd(last) ? undefined : stoppedByServer());
}

/**
 * Whether a prompt with a schema has its answer: the object, or text in its place. OpenCode 1.18 calls
 * the latter an error, though nothing went wrong that asking once more could not mend.
 */
function isAnswered({ message: { completedAt, structured, error } }: RecordedMessage): boolean {
  if (completedAt === undefined) return false;
  return structured !== undefined || error?.name === 'StructuredOutputError';
}

/** OpenCode ends a turn on tool calls where a tool was refused, or an answer had to fit a schema. */
function isEnd({ parts }: RecordedMessage): boolean {
  return parts.some(
    (part) => part.kind === 'tool' && (part.status === 'error' || part.tool === 'StructuredOutput'),
  );
}

/** Nothing was begun, or what was begun is not done, and yet the server rests. */
function decideUnfinished(trouble: AgentError | undefined, quietMs: number): Ending | undefined {
  if (trouble !== undefined) return quietMs < graceMs ? undefined : failedBy(trouble);
  return quietMs < lostMs ? undefined : { error: stoppedByServer() };
}

function failedBy(trouble: AgentError | undefined, otherwise?: ActionError): Ending {
  return { error: trouble === undefined ? otherwise : toTurnError(trouble) };
}

/** Whether nothing in the record is still being written. */
export function isSettled(record: readonly RecordedMessage[]): boolean {
  const answers = record.filter(({ message }) => message.role === 'assistant');
  return answers.length > 0 && answers.every(({ message }) => message.completedAt !== undefined);
}
