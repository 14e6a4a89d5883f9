import type { ActionError } from '../errors.ts';
import type { AgentError, RecordedMessage } from '../opencode/events.ts';
import type { Session } from '../opencode/server.ts';
import { stoppedByServer, toTurnError } from './provider-error.ts';

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

/**
 * Whether a turn is over, and how; undefined where it is not, or cannot be told yet. The messages
 * are the record, events and status only hints: over means that the last assistant message is
 * done, that it does not wait for tools, and that the server is not at work.
 */
export function decideEnd({ record, status, trouble, quietMs }: Evidence): Ending | undefined {
  if (status === 'busy' || status === 'retry') return undefined;
  const last = record.findLast(({ message }) => message.role === 'assistant')?.message;
  if (last?.error !== undefined) return { error: toTurnError(last.error) };
  if (last?.completedAt === undefined) return decideUnfinished(trouble, quietMs);
  // OpenCode ends a turn on tool calls where a tool was refused, or an answer had to fit a schema.
  if (last.finish === 'tool-calls') return quietMs < graceMs ? undefined : failedBy(trouble);
  return last.finish === undefined ? failedBy(trouble) : { error: undefined };
}

/** Nothing was begun, or what was begun is not done, and yet the server rests. */
function decideUnfinished(trouble: AgentError | undefined, quietMs: number): Ending | undefined {
  if (trouble !== undefined) return quietMs < graceMs ? undefined : failedBy(trouble);
  return quietMs < lostMs ? undefined : { error: stoppedByServer() };
}

function failedBy(trouble: AgentError | undefined): Ending {
  return { error: trouble && toTurnError(trouble) };
}

/** Whether nothing in the record is still being written. */
export function isSettled(record: readonly RecordedMessage[]): boolean {
  const answers = record.filter(({ message }) => message.role === 'assistant');
  return answers.length > 0 && answers.every(({ message }) => message.completedAt !== undefined);
}
