/**
 * What the scripted model says: plain data, one `Step` for each request that OpenCode sends it.
 * `say`, `callTool` and `refuse` make the usual ones.
 */

/** A place in an answer where the model waits until a test lets it go on. */
export interface Hold {
  /** Resolves once the model has written everything before this place. */
  reached: Promise<void>;
  /** Lets the model go on; also before it got there. */
  release(): void;
  /** Called by the model when it gets there. */
  arrive(): Promise<void>;
}

/** Text of an answer; a `Hold` in it stops the stream there. */
export type Text = string | readonly (string | Hold)[];

/** A tool that the model asks for, with its arguments as OpenCode's tool defines them. */
export interface ToolCall {
  tool: string;
  args: Record<string, unknown>;
}

/** One answer of the model, streamed in this order: reasoning, text, tool calls, finish, usage. */
export interface Answer {
  reasoning?: Text;
  text?: Text;
  calls?: readonly ToolCall[];
  /** Default: `tool_calls` where there are calls, else `stop`. */
  finish?: 'stop' | 'length' | 'tool_calls' | 'content_filter';
  /** Characters (code points) in one chunk, default 40. */
  chunkChars?: number;
  /** Pause after each chunk, default none. */
  delayMs?: number;
  /** Default 100 in and 10 out. */
  usage?: { inputTokens: number; outputTokens: number };
  /** The connection ends where the finish would stand: a provider that died in mid-answer. */
  isDropped?: boolean;
}

/** An HTTP error in place of an answer. */
export interface Refusal {
  status: number;
  message: string;
  /** For example `{ 'retry-after': '1' }`. */
  headers?: Record<string, string>;
}

/** What the model does with one request. */
export type Step = Answer | Refusal;

/** Options of an answer in text, all of `Answer` but the text. */
export type AnswerOptions = Omit<Answer, 'text'>;

/** An answer in text. */
export function say(text: Text, options: AnswerOptions = {}): Answer {
  return { ...options, text };
}

/** An answer that calls one tool, with text before it where `options.text` has some. */
export function callTool(
  tool: string,
  args: Record<string, unknown>,
  options: Omit<Answer, 'calls'> = {},
): Answer {
  return { ...options, calls: [{ tool, args }] };
}

/** An HTTP error, with the body that OpenAI's API sends. */
export function refuse(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Refusal {
  return { status, message, headers };
}

/** A new place to wait at. */
export function createHold(): Hold {
  const arrival = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  return {
    reached: arrival.promise,
    release: leave.resolve,
    arrive: () => {
      arrival.resolve();
      return leave.promise;
    },
  };
}
