/** An error as OpenCode reports it; `status` is the provider's HTTP status, where there was one. */
export interface AgentError {
  name: string;
  message: string;
  status: number | undefined;
  isRetryable: boolean;
}

/** Tokens and money that one assistant message took. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
}

/** A message's envelope, without its parts. */
export interface MessageInfo {
  id: string;
  sessionId: string;
  role: 'user' | 'assistant';
  /** A compaction's summary, written for the model: no part of any answer. */
  isSummary?: boolean;
  /** Assistant messages: the user message that they answer. */
  parentId: string | undefined;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Set once the message is done, milliseconds since 1970. */
  completedAt: number | undefined;
  /** Why the model stopped: `stop`, `tool-calls`, `length`, ... */
  finish: string | undefined;
  error: AgentError | undefined;
  /** `provider/model`, assistant messages only. */
  model: string | undefined;
  usage: Usage;
  /** What was given to `StructuredOutput`; OpenCode has not held it against the schema. */
  structured?: unknown;
}

/** One piece of a message; what is neither text nor tool is only named. */
export type Part =
  | {
      kind: 'text';
      id: string;
      messageId: string;
      sessionId: string;
      text: string;
      isSynthetic: boolean;
    }
  | { kind: 'reasoning'; id: string; messageId: string; sessionId: string; text: string }
  | {
      kind: 'tool';
      id: string;
      messageId: string;
      sessionId: string;
      tool: string;
      status: 'pending' | 'running' | 'completed' | 'error';
      /** What the tool says it does, empty where it says nothing. */
      title: string;
    }
  | { kind: 'other'; id: string; messageId: string; sessionId: string; name: string };

/** One item of the agent's to-do list. */
export interface Todo {
  content: string;
  status: string;
}

/** A tool that waits to be allowed. */
export interface PermissionRequest {
  id: string;
  sessionId: string;
  permission: string;
  patterns: string[];
}

/** A question that waits for a person. */
export interface QuestionRequest {
  id: string;
  sessionId: string;
}

/** Everything a server tells us, in our own words; nothing outside this folder knows OpenCode's. */
export type ServerEvent =
  | { type: 'connected' }
  | { type: 'heartbeat' }
  | { type: 'disposed' }
  | { type: 'message'; message: MessageInfo }
  | { type: 'message-removed'; sessionId: string; messageId: string }
  | { type: 'part'; part: Part }
  | { type: 'part-removed'; sessionId: string; messageId: string; partId: string }
  /** Text or reasoning: the part of that id says which. */
  | { type: 'delta'; sessionId: string; messageId: string; partId: string; text: string }
  | { type: 'busy'; sessionId: string }
  | { type: 'idle'; sessionId: string }
  | { type: 'retry'; sessionId: string; attempt: number; message: string; nextAt: number }
  | { type: 'session-error'; sessionId: string | undefined; error: AgentError }
  | { type: 'session-created'; sessionId: string; parentId: string | undefined }
  | { type: 'permission'; request: PermissionRequest }
  | { type: 'question'; request: QuestionRequest }
  | { type: 'todos'; sessionId: string; todos: Todo[] }
  | { type: 'other'; name: string };

/** One message of the record that the server keeps, with its parts in order. */
export interface RecordedMessage {
  message: MessageInfo;
  parts: Part[];
}
