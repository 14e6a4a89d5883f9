import type { ServerEvent } from '../opencode/events.ts';
import type { Transcript } from './transcript.ts';

/**
 * Whether an event shows that the agent, or a child of it, works. A heartbeat is no work, nor is a
 * retry, nor the `busy` that only says that the provider is being asked once more.
 * Ask before the event is applied.
 */
export function isWork(transcript: Transcript, event: ServerEvent): boolean {
  const { sessions } = transcript;
  switch (event.type) {
    case 'delta':
    case 'todos':
      return sessions.has(event.sessionId);
    case 'part':
      return sessions.has(event.part.sessionId);
    case 'message':
      return event.message.role === 'assistant' && sessions.has(event.message.sessionId);
    case 'busy':
      return sessions.has(event.sessionId) && transcript.retry?.sessionId !== event.sessionId;
    case 'session-created':
      return event.parentId !== undefined && sessions.has(event.parentId);
    case 'permission':
    case 'question':
      return sessions.has(event.request.sessionId);
    default:
      return false;
  }
}

/**
 * Whether an event shows that the model got on: a new word, or a tool that it calls. Every attempt
 * to ask it brings messages and parts, with nothing in them.
 */
export function isProgress(event: ServerEvent): boolean {
  if (event.type === 'delta') return event.text !== '';
  return event.type === 'part' && event.part.kind === 'tool';
}

/** Whether an event is of the root session or of one that came of it. */
export function isOurs({ sessions }: Transcript, event: ServerEvent): boolean {
  const sessionId = event.type === 'part' ? event.part.sessionId : sessionIdOf(event);
  return sessionId !== undefined && sessions.has(sessionId);
}

function sessionIdOf(event: ServerEvent): string | undefined {
  return 'sessionId' in event ? event.sessionId : undefined;
}

/**
 * What an event says of the turn's end: `over` may be it (an error that belongs to no session
 * included), `going-on` is not. A child's idle says nothing.
 */
export function readSign(
  rootSessionId: string,
  event: ServerEvent,
): 'over' | 'going-on' | undefined {
  switch (event.type) {
    case 'idle':
      return event.sessionId === rootSessionId ? 'over' : undefined;
    case 'session-error':
      return (event.sessionId ?? rootSessionId) === rootSessionId ? 'over' : undefined;
    case 'delta':
    case 'busy':
      return event.sessionId === rootSessionId ? 'going-on' : undefined;
    case 'part':
      return event.part.sessionId === rootSessionId ? 'going-on' : undefined;
    default:
      return undefined;
  }
}
