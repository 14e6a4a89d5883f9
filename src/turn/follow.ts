import { ActionError, messageOf, toActionError } from '../errors.ts';
import { abandonMs } from '../limits.ts';
import type { ServerEvent } from '../opencode/events.ts';
import type { Session } from '../opencode/server.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { createAnswerer } from './answer.ts';
import type { Answerer } from './answer.ts';
import { apply, createTranscript, toTurn } from './assemble.ts';
import { catchUp } from './catch-up.ts';
import { createConnector } from './connect.ts';
import { createExaminer } from './examine.ts';
import type { Examiner } from './examine.ts';
import { giveUp } from './give-up.ts';
import { createPatience } from './patience.ts';
import type { Patience } from './patience.ts';
import { pause, unlessStopped } from './pause.ts';
import { isOurs, isProgress, isWork, readSign } from './sign.ts';
import { decideEnd, isSettled } from './terminal.ts';
import type { Ending } from './terminal.ts';
import type { Transcript } from './transcript.ts';
import type { EndedTurn, Turn } from './turn.ts';
import { startWatchdog } from './watchdog.ts';
import type { Watchdog } from './watchdog.ts';

/** What following a turn needs. */
export interface FollowOptions {
  session: Session;
  prompt: Prompt;
  /** The run's own: its reason is the `ActionError` that the turn ends with. */
  signal: AbortSignal;
  /** When the run must be over, in milliseconds since 1970: no retry of the provider after that. */
  deadlineAt?: number;
  /** Longest time without a sign of work, in milliseconds. */
  stallMs: number;
  permissionRequests: 'reject' | 'allow';
  /** Called on every change, must not throw; the turn is only put together when it is asked for. */
  onChange: (turn: () => Turn) => void;
  warn: (message: string) => void;
  /** A monotonic clock in milliseconds; default `performance.now`. */
  now?: () => number;
  /** Settles when a local server's process has ended: the turn ends at once with that error. */
  serverGone?: Promise<ActionError>;
}

/** What the steps of following share. */
interface Following extends FollowOptions {
  transcript: Transcript;
  watchdog: Watchdog;
  answerer: Answerer;
  examiner: Examiner;
  now: () => number;
  patience: Patience;
  isPrompted: boolean;
  /** The stream broke, and what it did not say has not been read yet. */
  isBehind: boolean;
  /** The server's process has ended: there is nobody to ask any more. */
  isGone: boolean;
  end: (error: ActionError) => void;
  changed: () => void;
}

/**
 * Prompts the session once and follows it until the server's record says that the turn is over.
 * A broken event stream is connected again and what was missed is read from the record; permission
 * requests and questions are answered, children's too. Never rejects: `error` says why the turn
 * ended before its time, and then the session was aborted and holds no more text than `texts`.
 */
export async function followTurn(options: FollowOptions): Promise<EndedTurn> {
  const transcript = createTranscript(options.session.id, options.session.after);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const now = options.now ?? (() => performance.now());
  const changed = (): void => options.onChange(() => toTurn(transcript));
  using watchdog = startWatchdog(options.stallMs, now, () => stop.abort(stalled(options.stallMs)));
  const following: Following = {
    ...options,
    transcript,
    watchdog,
    answerer: createAnswerer({ ...options, signal }),
    examiner: createExaminer({ ...options, transcript, now, onRecord: changed, signal }),
    now,
    signal,
    patience: createPatience(options.deadlineAt ?? Infinity),
    isPrompted: false,
    isBehind: false,
    isGone: false,
    end: (error) => stop.abort(error),
    changed,
  };
  void options.serverGone?.then((error) => {
    following.isGone = true;
    stop.abort(error);
  });
  try {
    const { error } = await unlessStopped(followToEnd(following), signal);
    return { ...toTurn(transcript), error };
  } catch (thrown) {
    const ending = await abandon(following, toActionError(thrown));
    return { ...toTurn(transcript), ...ending };
  } finally {
    stop.abort(new Error('The turn is over.'));
  }
}

/** Follows to the end; what an outage hid of the children is read once more if it must be. */
async function followToEnd(following: Following): Promise<Ending> {
  const ending = await follow(following);
  if (following.isBehind)
    await Promise.race([catchUpWith(following), pause(abandonMs, following.signal)]);
  return ending;
}

async function catchUpWith(following: Following): Promise<void> {
  const { session, signal } = following;
  const isDone = await catchUp(session, (event) => absorb(event, following), signal);
  if (isDone) following.isBehind = false;
}

/** Connects, prompts once, and reads; again and again, until the examiner knows the end. */
async function follow(following: Following): Promise<Ending> {
  const { session, prompt, signal, examiner, answerer, now, warn } = following;
  const connector = createConnector(session, now);
  for (;;) {
    const events = await Promise.race([examiner.ended, connector.connect(signal)]);
    if ('error' in events) return events;
    if (following.isPrompted) {
      answerer.reconcile();
      void catchUpWith(following);
    } else {
      following.isPrompted = true;
      // A server that has too much to do is waited for: that is no stall of the agent's.
      following.watchdog.holdUntil(Infinity);
      await session.prompt(prompt, signal);
      following.watchdog.feed();
    }
    const broken = read(events, following, connector.isAlive);
    const ended = await Promise.race([examiner.ended, broken]);
    if (typeof ended !== 'string') return ended;
    signal.throwIfAborted();
    warn(`The event stream of OpenCode ${ended}. It is connected again.`);
    // The turn may end while nobody listens; the record tells, if need be without any stream.
    following.isBehind = true;
    examiner.suspect();
  }
}

/** Takes events in until the stream breaks, and says how it did. */
async function read(
  events: AsyncIterable<ServerEvent>,
  following: Following,
  isAlive: () => void,
): Promise<string> {
  try {
    for await (const event of events) {
      if (following.signal.aborted) break;
      if (event.type !== 'connected') isAlive();
      take(event, following);
    }
    return 'ended before the turn did';
  } catch (thrown) {
    return `broke (${messageOf(thrown)})`;
  }
}

/** One event: into the transcript, and to whom it concerns. */
function take(event: ServerEvent, following: Following): void {
  const { transcript, watchdog, answerer, examiner } = following;
  if (isWork(transcript, event)) watchdog.feed();
  absorb(event, following);
  const sign = readSign(transcript.rootSessionId, event);
  if (sign === 'over') examiner.suspect();
  if (sign === 'going-on') examiner.dismiss();
  if (isProgress(event) && isOurs(transcript, event)) following.patience.renew();
  if (event.type === 'permission' || event.type === 'question') ask(event, answerer, transcript);
}

/** What an event tells, now or of the past: that is no sign of work, nor of an end. */
function absorb(event: ServerEvent, following: Following): void {
  const { transcript, watchdog, patience, end, now, changed } = following;
  apply(transcript, event);
  if (event.type !== 'heartbeat' && event.type !== 'other') changed();
  if (event.type !== 'retry' || !isOurs(transcript, event)) return;
  watchdog.holdUntil(now() + event.nextAt - Date.now());
  const error = patience.bear(event);
  if (error !== undefined) end(error);
}

/** A request of ours is answered; one of an unknown session may be a child's that we missed. */
function ask(
  event: ServerEvent & { type: 'permission' | 'question' },
  answerer: Answerer,
  transcript: Transcript,
): void {
  if (!transcript.sessions.has(event.request.sessionId)) return answerer.reconcile();
  if (event.type === 'permission') answerer.permission(event.request);
  else answerer.question(event.request);
}

/**
 * Stops the session and keeps what it had written. Where this run gave up on a turn that the record
 * then shows to have ended well, there is no error.
 */
async function abandon(
  following: Following,
  error: ActionError,
): Promise<Pick<EndedTurn, 'error' | 'mayWorkOn'>> {
  if (!following.isPrompted || following.isGone) return { error };
  const record = await giveUp(following.session, following.transcript);
  const mayWorkOn = !isSettled(record);
  if (error.reason !== 'stalled' && error.reason !== 'stream-ended') return { error, mayWorkOn };
  const ending = decideEnd({ record, status: 'idle', trouble: undefined, quietMs: 0 });
  const endedWell = ending !== undefined && ending.error === undefined;
  return { error: endedWell ? undefined : error, mayWorkOn };
}

function stalled(stallMs: number): ActionError {
  const minutes = Math.round(stallMs / 600) / 100;
  const time = minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return new ActionError('stalled', `OpenCode sent nothing for ${time}.`, {
    hint: "Raise `stall-minutes`, or look at the server's log.",
  });
}
