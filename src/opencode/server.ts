import type { ActionError } from '../errors.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { PermissionRequest, QuestionRequest, RecordedMessage, ServerEvent } from './events.ts';

/** `provider/model`, split at the first slash. */
export interface ModelName {
  provider: string;
  model: string;
}

/** An OpenCode server that answers: one of ours on loopback, or somebody's, attached. */
export interface Server extends AsyncDisposable {
  /** Base address, without a trailing slash. */
  url: string;
  /** Sent with every request, the event stream included. Secret. */
  headers: Readonly<Record<string, string>>;
  version: string;
  /** The repository's path on the server's own disk. */
  directory: string;
  /** The process to end when the run is over; undefined for a remote server. */
  pid: number | undefined;
  /** Resolves when a server of ours has ended by itself; undefined for a remote server. */
  gone?: Promise<ActionError>;
  /** Called by `post` and by disposal alike: ends the process and all it started. Remote: nothing. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** One session on a server: the only way the rest of a run talks to OpenCode. */
export interface Session {
  id: string;
  /** `provider/model` that will answer. */
  model: string;
  /** The last answer of a former turn, in a session that is gone on with: its id, as all later ones sort behind it. */
  after?: string;
  /** OpenCode's share link, where one was asked for and given. */
  shareUrl?: string;
  /** Sends the prompt; its answer is followed through `events`. */
  prompt(prompt: Prompt, signal: AbortSignal): Promise<void>;
  /**
   * The event stream, connected (`server.connected` seen) when this resolves; it ends on EOF, and
   * throws on a reset, on silence and on garbage. Every connection is a new call.
   */
  events(signal: AbortSignal): Promise<AsyncIterable<ServerEvent>>;
  /** The server's record of what came after our prompt, root session only. */
  record(signal: AbortSignal): Promise<RecordedMessage[]>;
  /** Requests of this session and its children that still wait. */
  pending(
    signal: AbortSignal,
  ): Promise<{ permissions: PermissionRequest[]; questions: QuestionRequest[] }>;
  /**
   * What events of the past would have told beside the root session's record: its children and
   * their messages, the to-do list, and who of them waits for the provider (`retry`).
   */
  missed(signal: AbortSignal): Promise<ServerEvent[]>;
  /** Whether the server says the root session is at work: `unknown` before it first was. */
  status(signal: AbortSignal): Promise<'busy' | 'retry' | 'idle' | 'unknown'>;
  answerPermission(id: string, answer: 'reject' | 'allow', signal: AbortSignal): Promise<void>;
  rejectQuestion(id: string, signal: AbortSignal): Promise<void>;
  /** Writes down what the session is about, in place of what was noted before. */
  note(notes: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void>;
  /** Stops the turn, and all of its children; proves nothing by itself. */
  abort(signal: AbortSignal): Promise<void>;
}
