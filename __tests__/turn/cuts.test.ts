import { describe, expect, test } from '@jest/globals';

import type { ServerEvent } from '../../src/opencode/events.ts';
import { apply, createTranscript, reconcile, toTurn } from '../../src/turn/assemble.ts';
import { followTurn } from '../../src/turn/follow.ts';
import type { EndedTurn } from '../../src/turn/turn.ts';
import { connected, scriptedSession, stream } from './events.ts';
import type { ScriptedSession, StreamEnd } from './events.ts';
import { events, record, serverAfter, sessionId, texts } from './recording.ts';

/** A server that plays the recording: streams break after `cut` events, `missed` go by unheard. */
function playing(cut: number, missed: number, end: StreamEnd): ScriptedSession {
  let happened = 0;
  const from = function* (start: number, until: number): Generator<ServerEvent> {
    if (start > 0) yield connected;
    for (happened = start; happened < until;) yield events[happened++] ?? connected;
  };
  let connections = 0;
  return scriptedSession({
    id: sessionId,
    events: (signal) => {
      connections += 1;
      if (connections === 1) return Promise.resolve(stream(from(0, cut), end, signal));
      const start = Math.min(cut + missed, events.length);
      happened = start;
      return Promise.resolve(stream(from(start, events.length), 'open', signal));
    },
    record: () => Promise.resolve(serverAfter(happened).record),
    status: () => Promise.resolve(serverAfter(happened).status),
  });
}

function follow(session: ScriptedSession): Promise<EndedTurn> {
  return followTurn({
    session,
    prompt: { system: '', text: 'do it' },
    signal: AbortSignal.timeout(30_000),
    stallMs: 20_000,
    permissionRequests: 'reject',
    onChange: () => {},
    warn: () => {},
  });
}

test('the recording is one of a tool, a sub-agent, a retry and reasoning', () => {
  const transcript = createTranscript(sessionId);
  for (const event of events) apply(transcript, event);
  const turn = toTurn(transcript);
  expect(turn.texts).toEqual(texts);
  expect(texts).toHaveLength(3);
  expect([...turn.tools]).toEqual([
    ['bash', 1],
    ['task', 1],
  ]);
  expect(events.some((event) => event.type === 'retry')).toBe(true);
  reconcile(transcript, record);
  expect(toTurn(transcript).texts).toEqual(texts);
});

describe.each<[StreamEnd, number]>([
  ['eof', 0],
  ['reset', 1],
  ['eof', 4],
  ['reset', 25],
  ['eof', Infinity],
])('a stream that ends by %s and misses %d events', (end, missed) => {
  test.each(events.map((_, index) => index + 1))(
    'after event %d loses and repeats no word',
    async (cut) => {
      const session = playing(cut, missed, end);
      const turn = await follow(session);
      expect({ error: turn.error, texts: turn.texts }).toEqual({ error: undefined, texts });
      expect(session.calls.filter((call) => call === 'prompt')).toHaveLength(1);
    },
  );
});
