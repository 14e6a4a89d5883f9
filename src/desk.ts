import { randomUUID } from 'node:crypto';
import type { Trigger } from './event/trigger.ts';
import type { GitHub } from './github.ts';
import type { RunContext } from './inputs.ts';
import { openJournal } from './journal/journal.ts';
import type { Journal } from './journal/journal.ts';
import { journalPath } from './journal/path.ts';
import type { Keeping } from './keep-session.ts';
import type { HeldLock } from './lock/hold.ts';
import type { Server, Session } from './opencode/server.ts';
import { logInfo, logWarning, saveJournalPath } from './outputs.ts';
import type { Redactor } from './redact/redactor.ts';
import { type Audience, peopleOf } from './reply/audience.ts';
import type { RunFacts } from './reply/facts.ts';
import { type Memory, renderMemory } from './session/memory.ts';
import { openComments } from './thread/comments.ts';
import type { Comments } from './thread/comments.ts';
import type { RunIdentity } from './marker.ts';
import type { Turn } from './turn/turn.ts';
import type { Watched } from './watch-changes.ts';

/** What a permitted run begins with. */
export interface Permitted {
  context: RunContext;
  trigger: Trigger;
  github: GitHub;
  /** The input `github-token`. Secret. */
  token: string;
  /** What all that goes out must pass. */
  redactor: Redactor;
  /** The runner's signals, and whatever was thrown where nobody caught it. */
  stop: AbortSignal;
  /** When the process started, in milliseconds since 1970. */
  startedAt: number;
}

/** What a permitted run may leave on GitHub. */
export interface Manner {
  /** `reply: none`: nothing at all. */
  isSilent: boolean;
  /** The input `working-label`; empty: none. */
  label: string;
}

/** Whether a run goes on with a former one's session. */
export interface Conversation {
  /** For the run summary, as Markdown: new, and why, or continued, and from which run. */
  said: string;
  isReused: boolean;
  /** OpenCode's database came out of the cache. */
  isCacheHit: boolean;
  /** What the answer says of the session to the next run; undefined: nothing. */
  memory: Memory | undefined;
}

/** What a permitted run works at: where it writes, and what is known of it so far. */
export interface Desk extends Permitted {
  /** Random: what tells this run, its comments and its server from all others. */
  invocationId: string;
  journal: Journal;
  /** Undefined where nothing is written to GitHub. */
  comments: Comments | undefined;
  /** What the run is doing before there is a turn, as a sentence. */
  stage: string;
  /** Logins of those who are on the thread, as far as it was read. */
  people: string[];
  /** The turn so far without secrets, once there is one: `ended` where no more of it is to come. */
  turn: ((has: 'begun' | 'ended') => Turn) | undefined;
  server: Server | undefined;
  session: Session | undefined;
  conversation: Conversation;
  /** Undefined where OpenCode's database is not kept, or not yet. */
  keeping: Keeping | undefined;
  /** Undefined where nothing is locked, or not yet. */
  lock: HeldLock | undefined;
  /** Has the progress comment, where there is to be one, written now. */
  hurry: () => void;
  /** What the agent changes, once the workspace is ready; undefined where none of it comes back. */
  watched: Watched | undefined;
  /** Whether the run only reads: what the agent changes is thrown away. */
  isReview: boolean;
  /** Why nothing of it comes back, though it should; empty where it does. */
  lossNote: string;
  /** Ends the agent's server and all that it started, and gives back its files; again: the same. */
  endAgent: () => Promise<void>;
  /** `Date.now()` when `stop` fired. */
  stoppedAt: number | undefined;
}

/**
 * Starts the journal and tells `post` where it is: from here on, no ending leaves the thread open.
 * A run whose journal cannot be started is on its own.
 */
export function openDesk(permitted: Permitted, manner: Manner): Desk {
  const { context, trigger, github, redactor, startedAt, stop } = permitted;
  const invocationId = randomUUID();
  const identity = { runId: context.runId, attempt: context.attempt, invocationId };
  const path = journalPath(context.temp, invocationId);
  const journal = openJournal(path, logWarning, redactor.redact);
  if (journal.isOpen) saveJournalPath(path);
  noteRun(journal, permitted, manner, identity);
  const { repository, thread } = trigger;
  const { threadId: reviewThreadId, url: askedUrl } = trigger.comment ?? {};
  const conversation: Conversation = {
    said: '',
    isReused: false,
    isCacheHit: false,
    memory: undefined,
  };
  const hidden = (purpose: string): string => hide(conversation, purpose);
  const at = { repository, thread, reviewThreadId, askedUrl, startedAt, hidden };
  const comments =
    manner.isSilent || thread === undefined
      ? undefined
      : openComments(github, { ...at, thread }, identity);
  const desk: Desk = {
    ...permitted,
    invocationId,
    journal,
    comments,
    stage: 'Getting ready.',
    turn: undefined,
    people: peopleOf(trigger, undefined),
    server: undefined,
    session: undefined,
    conversation,
    keeping: undefined,
    lock: undefined,
    hurry: () => undefined,
    watched: undefined,
    isReview: false,
    lossNote: '',
    endAgent: () => Promise.resolve(),
    stoppedAt: stop.aborted ? Date.now() : undefined,
  };
  stop.addEventListener('abort', () => (desk.stoppedAt ??= Date.now()), { once: true });
  return desk;
}

/** Every part of the answer is the session's own word, and says so. */
function hide({ memory }: Conversation, purpose: string): string {
  return memory === undefined || !purpose.startsWith('answer') ? '' : renderMemory(memory);
}

function noteRun(
  journal: Journal,
  permitted: Permitted,
  { isSilent, label }: Manner,
  identity: RunIdentity,
): void {
  const { context, trigger, startedAt } = permitted;
  const { thread, comment } = trigger;
  journal.note({
    type: 'run',
    identity,
    target: {
      repository: trigger.repository,
      ...(thread === undefined ? {} : { thread: { kind: thread.kind, number: thread.number } }),
      ...(comment === undefined ? {} : { comment: { kind: comment.kind, id: comment.id } }),
    },
    ...(comment?.threadId === undefined ? {} : { reviewThreadId: comment.threadId }),
    label,
    reply: isSilent ? 'none' : 'comment',
    eventName: trigger.eventName,
    runUrl: context.runUrl,
    startedAt,
  });
}

/** Says in the log, and in the progress comment, what comes next. */
export function enter(desk: Desk, stage: string): void {
  desk.stage = stage;
  logInfo(stage);
}

/** For whom the reply is, as far as that is known by now. */
export function audienceOf({ context, people }: Desk): Audience {
  return { serverUrl: context.serverUrl, people };
}

/** What is known of the run by now, for the run summary. */
export function describeRun(desk: Desk): RunFacts {
  const { context, trigger, session, conversation, server, startedAt, redactor } = desk;
  return {
    eventName: trigger.eventName,
    repository: context.repository,
    runId: context.runId,
    attempt: context.attempt,
    runUrl: context.runUrl,
    sessionId: session?.id,
    // Why no former session goes on may quote a server.
    conversation: redactor.redact(conversation.said),
    model: session?.model,
    version: server?.version,
    durationMs: Date.now() - startedAt,
  };
}
