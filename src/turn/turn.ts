import type { ActionError } from '../errors.ts';
import type { Todo, Usage } from '../opencode/events.ts';

/** What the agent did, as far as it is known: the one thing that replies are made from. */
export interface Turn {
  /** Every text of the root session's assistant messages, in order, empty ones left out. */
  texts: string[];
  /** The last message's text, where it has one and the turn is complete; the answer after a success. */
  answer: string;
  usage: Usage;
  /** How often each tool was used, by name, children included. */
  tools: ReadonlyMap<string, number>;
  todos: readonly Todo[];
  /** Titles of the tools at work or last at work, for the progress comment; newest last. */
  activity: string;
  /** Set while the provider is being retried. */
  retry: { attempt: number; message: string; nextAt: number } | undefined;
  /** The last message was cut off by length. */
  isCutOff: boolean;
  /** What the last message gave where a schema was asked for; nobody has checked it. */
  structured?: unknown;
}

/** How a turn came to its end: by itself, or stopped by an error (`error` says which). */
export interface EndedTurn extends Turn {
  error: ActionError | undefined;
  /** It was given up, and the server has not said that the agent rests. */
  mayWorkOn?: boolean;
}
