import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { ActionError } from '../../src/errors.ts';
import { abandonMs, reconnectMs } from '../../src/limits.ts';
import type { RecordedMessage, ServerEvent } from '../../src/opencode/events.ts';
import type { Session } from '../../src/opencode/server.ts';
import { followTurn } from '../../src/turn/follow.ts';
import type { FollowOptions } from '../../src/turn/follow.ts';
import type { EndedTurn } from '../../src/turn/turn.ts';
import {
  busy,
  connected,
  delta,
  done,
  failure,
  idle,
  info,
  message,
  part,
  recorded,
  retry,
  root,
  scriptedSession,
  stream,
  text,
  tool,
  untilAborted,
} from './events.ts';
import type { ScriptedSession, StreamEnd } from './events.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const minute = 60_000;
const answered = [recorded(done('msg_1'), text('msg_1', 'prt_1', 'The answer.'))];
const spoken = [
  busy,
  message('msg_1'),
  part(text('msg_1', 'prt_1', '')),
  delta('msg_1', 'prt_1', 'The '),
];
const aborted = {
  name: 'MessageAbortedError',
  message: 'Aborted',
  status: undefined,
  isRetryable: false,
};

/** Connections one after the other; when they are used up, there is nobody. */
function connections(...all: [ServerEvent[], StreamEnd][]): Session['events'] {
  return (signal) => {
    const next = all.shift();
    if (next === undefined) return Promise.reject(new Error('connect ECONNREFUSED'));
    return Promise.resolve(stream([connected, ...next[0]], next[1], signal));
  };
}

interface Followed {
  session: ScriptedSession;
  warnings: string[];
  cancel: AbortController;
  ended: EndedTurn | undefined;
  /** Lets so much time go by. */
  wait: (ms: number) => Promise<EndedTurn | undefined>;
}

function start(told: Partial<Session>, more: Partial<FollowOptions> = {}): Followed {
  const cancel = new AbortController();
  const warnings: string[] = [];
  const session = scriptedSession(told);
  const followed: Followed = {
    session,
    warnings,
    cancel,
    ended: undefined,
    wait: async (ms) => {
      await jest.advanceTimersByTimeAsync(ms);
      return followed.ended;
    },
  };
  void followTurn({
    session,
    prompt: { system: '', text: 'do it' },
    signal: cancel.signal,
    stallMs: 10 * minute,
    permissionRequests: 'reject',
    onChange: () => {},
    warn: (warning) => warnings.push(warning),
    ...more,
  }).then((turn) => (followed.ended = turn));
  return followed;
}

describe('prompting', () => {
  test('waits until the stream is connected', async () => {
    const { session, wait } = start({ events: () => new Promise(() => {}) });
    await wait(1_000);
    expect(session.calls).toEqual(['events']);
  });

  test('is done once, however often the stream is connected again', async () => {
    const { session, wait } = start({
      events: connections([spoken, 'eof'], [[], 'reset'], [[idle], 'open']),
      record: () => Promise.resolve(answered),
      status: () =>
        Promise.resolve(
          session.calls.filter((call) => call === 'events').length < 3 ? 'busy' : 'idle',
        ),
    });
    expect((await wait(5_000))?.texts).toEqual(['The answer.']);
    expect(session.calls.filter((call) => call === 'prompt')).toHaveLength(1);
  });

  test('that is refused ends the turn with that error', async () => {
    const error = new ActionError('server-unreachable', 'No.');
    const { wait } = start({ prompt: () => Promise.reject(error) });
    expect((await wait(5_000))?.error).toBe(error);
  });

  test('that never happened leaves nothing to stop', async () => {
    const { session, cancel, wait } = start({ events: untilAborted });
    await wait(1_000);
    cancel.abort(new ActionError('cancelled', 'Cancelled.'));
    expect((await wait(0))?.error?.reason).toBe('cancelled');
    expect(session.calls).toEqual(['events']);
  });
});

describe('the end', () => {
  test('is when the session idles and the record agrees', async () => {
    const { session, wait } = start({
      events: connections([[...spoken, idle], 'open']),
      record: () => Promise.resolve(answered),
    });
    const turn = await wait(0);
    expect(turn?.error).toBeUndefined();
    expect(turn?.answer).toBe('The answer.');
    expect(session.calls).not.toContain('abort');
  });

  test("is not a child's idle", async () => {
    const { wait } = start({
      events: connections([[...spoken, { type: 'idle', sessionId: 'ses_child' }], 'open']),
      record: () => Promise.resolve(answered),
    });
    expect(await wait(minute)).toBeUndefined();
  });

  test('is not an idle while the last message is not done; the record is read again', async () => {
    let record = [recorded(info('msg_1'), text('msg_1', 'prt_1', ''))];
    const { wait } = start({
      events: connections([[...spoken, idle], 'open']),
      record: () => Promise.resolve(record),
    });
    expect(await wait(50)).toBeUndefined();
    record = answered;
    expect((await wait(1_000))?.answer).toBe('The answer.');
  });

  test('is not an end event of a server that is at work again', async () => {
    const { wait } = start({
      events: connections([[...spoken, failure('ContextOverflowError', 'Too long')], 'open']),
      record: () => Promise.resolve(answered),
      status: () => Promise.resolve('busy'),
    });
    expect(await wait(minute)).toBeUndefined();
  });

  test('is not looked for any longer once the agent works on', async () => {
    const { session, wait } = start({
      events: connections([[...spoken, failure('ContextOverflowError', 'Too long'), busy], 'open']),
      record: () => Promise.resolve([recorded(info('msg_1'))]),
      status: () => Promise.resolve('busy'),
    });
    await wait(5_000);
    const looks = session.calls.filter((call) => call === 'record').length;
    await wait(minute);
    expect(session.calls.filter((call) => call === 'record')).toHaveLength(looks);
  });

  test('comes from the record where the turn ended while nobody listened', async () => {
    const { wait } = start({
      events: connections([spoken, 'reset'], [[], 'open']),
      record: () => Promise.resolve(answered),
    });
    expect((await wait(1_000))?.answer).toBe('The answer.');
  });

  test("comes with the provider's own words and number", async () => {
    const error = { name: 'APIError', message: 'bad key', status: 401, isRetryable: false };
    let record: RecordedMessage[] = [recorded(info('msg_1'))];
    const { wait } = start({
      events: connections([
        [busy, message('msg_1'), failure('APIError', 'bad key', 401), idle, idle],
        'open',
      ]),
      record: () => Promise.resolve(record),
    });
    await wait(40);
    record = [recorded(done('msg_1', { error }))];
    const turn = await wait(1_000);
    expect(turn?.error?.reason).toBe('provider-error');
    expect(turn?.error?.sentence).toContain('401');
    expect(turn?.error?.sentence).toContain('bad key');
  });

  test('of an unknown agent comes without busy and without idle', async () => {
    const sentence = 'Agent not found: "nope". Available agents: build, plan';
    const events = [
      failure('UnknownError', sentence),
      failure('UnknownError', 'UnknownError\n    at x (y)'),
    ];
    const { wait } = start({
      events: connections([events, 'open']),
      status: () => Promise.resolve('unknown'),
    });
    const turn = await wait(5_000);
    expect(turn?.error?.reason).toBe('unknown-agent');
    expect(turn?.error?.message).toContain(sentence);
  });

  test('of an unknown model names it as OpenCode does first', async () => {
    const events = [
      busy,
      failure('UnknownError', 'Model not found: a/b.'),
      idle,
      failure('UnknownError', 'ProviderModelNotFoundError: Model not found: a/b.\n    at x (y)'),
    ];
    const { wait } = start({ events: connections([events, 'open']) });
    const turn = await wait(5_000);
    expect(turn?.error?.reason).toBe('unknown-model');
    expect(turn?.error?.message).toBe('OpenCode does not know the model: Model not found: a/b.');
  });

  test('of a session that somebody else stopped says so, and keeps the text', async () => {
    const record = [recorded(done('msg_1', { error: aborted }), text('msg_1', 'prt_1', 'The '))];
    const { wait } = start({
      events: connections([[...spoken, idle], 'open']),
      record: () => Promise.resolve(record),
    });
    const turn = await wait(1_000);
    expect(turn?.error?.reason).toBe('stream-ended');
    expect(turn?.texts).toEqual(['The ']);
  });

  test('is near where a restarted server has forgotten the turn', async () => {
    const { wait } = start({
      events: connections([spoken, 'reset'], [[], 'open']),
      record: () => Promise.resolve([recorded(info('msg_1'), text('msg_1', 'prt_1', ''))]),
      status: () => Promise.resolve('unknown'),
    });
    expect(await wait(10_000)).toBeUndefined();
    const turn = await wait(20_000);
    expect(turn?.error?.reason).toBe('stream-ended');
    expect(turn?.texts).toEqual(['The ']);
  });
});

describe('a broken stream', () => {
  test('that stays away ends the turn, with the text so far and the session stopped', async () => {
    const { session, wait } = start({
      events: connections([spoken, 'reset']),
      record: () => Promise.reject(new Error('connect ECONNREFUSED')),
      abort: () => Promise.reject(new Error('connect ECONNREFUSED')),
    });
    expect(await wait(reconnectMs - 10_000)).toBeUndefined();
    const turn = await wait(20_000);
    expect(turn?.error?.reason).toBe('stream-ended');
    expect(turn?.texts).toEqual(['The ']);
    expect(session.calls).toContain('abort');
    expect(session.calls.filter((call) => call === 'events').length).toBeLessThan(16);
  });

  test('is warned of', async () => {
    const { warnings, wait } = start({
      events: connections([spoken, 'reset'], [[], 'open']),
      status: () => Promise.resolve('busy'),
    });
    await wait(1_000);
    expect(warnings).toEqual([expect.stringContaining('ECONNRESET')]);
  });

  test('that breaks whenever it is connected is given growing pauses', async () => {
    let tries = 0;
    const { wait } = start({
      events: (signal) => {
        tries += 1;
        return Promise.resolve(stream([connected], 'eof', signal));
      },
      status: () => Promise.resolve('busy'),
    });
    await wait(minute);
    expect(tries).toBeLessThan(16);
  });

  test('whose way back hangs is bounded all the same', async () => {
    let isFirst = true;
    const { wait } = start({
      events: (signal) => {
        if (!isFirst) return untilAborted(signal);
        isFirst = false;
        return Promise.resolve(stream([connected, ...spoken], 'reset', signal));
      },
      status: () => Promise.resolve('busy'),
    });
    const turn = await wait(reconnectMs + abandonMs + 1_000);
    expect(turn?.error?.reason).toBe('stream-ended');
    expect(turn?.texts).toEqual(['The ']);
  });

  test('that stays away is no failure where the turn ended well meanwhile', async () => {
    const { session, wait } = start({
      events: connections([spoken, 'reset']),
      record: () => Promise.resolve(answered),
    });
    const turn = await wait(minute / 2);
    expect(turn?.error).toBeUndefined();
    expect(turn?.answer).toBe('The answer.');
    expect(session.calls).not.toContain('abort');
  });

  test('hides nothing of what children did meanwhile', async () => {
    const usage = { inputTokens: 10, outputTokens: 20, costUsd: 1 };
    const past: ServerEvent[] = [
      { type: 'session-created', sessionId: 'ses_child', parentId: root },
      message('msg_9', { sessionId: 'ses_child', usage }),
      part(tool('msg_9', 'prt_9', 'completed', { sessionId: 'ses_child' })),
      { type: 'todos', sessionId: root, todos: [{ content: 'Read', status: 'completed' }] },
    ];
    let fails = 2;
    const { wait } = start({
      events: connections([spoken, 'reset'], [[idle], 'open']),
      record: () => Promise.resolve(answered),
      missed: () => (fails-- > 0 ? Promise.reject(new Error('502')) : Promise.resolve(past)),
      status: () => Promise.resolve(fails < 0 ? 'idle' : 'busy'),
    });
    const turn = await wait(minute);
    expect([...(turn?.tools ?? [])]).toEqual([['bash', 1]]);
    expect(turn?.usage.outputTokens).toBe(22);
    expect(turn?.todos).toHaveLength(1);
  });

  test('that never comes back hides nothing of the children either', async () => {
    const past: ServerEvent[] = [
      { type: 'session-created', sessionId: 'ses_child', parentId: root },
      part(tool('msg_9', 'prt_9', 'completed', { sessionId: 'ses_child' })),
    ];
    const { session, wait } = start({
      events: connections([spoken, 'reset']),
      record: () => Promise.resolve(answered),
      missed: () => Promise.resolve(past),
    });
    const turn = await wait(minute / 2);
    expect([...(turn?.tools ?? [])]).toEqual([['bash', 1]]);
    expect(session.calls.filter((call) => call === 'events').length).toBeLessThan(4);
  });

  test('that is refused for the credentials is not tried again', async () => {
    const error = new ActionError('server-unauthorized', 'The server answered 401.');
    const { session, wait } = start({ events: () => Promise.reject(error) });
    expect((await wait(0))?.error).toBe(error);
    expect(session.calls).toEqual(['events']);
  });

  test('ends at once where the server is known to be gone', async () => {
    const gone = new ActionError('stream-ended', 'OpenCode ended.');
    const { wait } = start(
      { events: connections([spoken, 'eof']), abort: () => Promise.reject(new Error('refused')) },
      { serverGone: Promise.resolve(gone) },
    );
    expect((await wait(1_000))?.error).toBe(gone);
  });
});

describe('giving up', () => {
  test("ends with the signal's own reason, the session stopped, and what the server wrote down then", async () => {
    let record = [recorded(info('msg_1'), text('msg_1', 'prt_1', ''))];
    const { session, cancel, wait } = start({
      events: connections([spoken, 'open']),
      record: () => Promise.resolve(record),
      abort: () => {
        record = [
          recorded(done('msg_1', { error: aborted }), text('msg_1', 'prt_1', 'The answer is')),
        ];
        return Promise.resolve();
      },
    });
    await wait(1_000);
    const reason = new ActionError('timeout', 'Too long.');
    cancel.abort(reason);
    const turn = await wait(200);
    expect(turn?.error).toBe(reason);
    expect(turn?.texts).toEqual(['The answer is']);
    expect(turn?.mayWorkOn).toBe(false);
    expect(session.calls.at(-1)).toBe('record');
  });

  test('takes no longer than its bound where the server does not answer', async () => {
    const never = (): Promise<never> => new Promise(() => {});
    const { cancel, wait } = start({
      events: connections([spoken, 'open']),
      record: never,
      abort: never,
    });
    await wait(1_000);
    cancel.abort(new ActionError('cancelled', 'Cancelled.'));
    const turn = await wait(abandonMs);
    expect(turn?.error?.reason).toBe('cancelled');
    expect(turn?.texts).toEqual(['The ']);
    expect(turn?.mayWorkOn).toBe(true);
  });

  test('stops a session again that had not yet begun when it was stopped', async () => {
    const { session, cancel, wait } = start({ events: connections([[], 'open']) });
    await wait(10);
    cancel.abort(new ActionError('cancelled', 'Cancelled.'));
    await wait(abandonMs);
    expect(session.calls.filter((call) => call === 'abort').length).toBeGreaterThan(2);
  });

  test('is tried again where the server was not to be reached', async () => {
    let fails = 3;
    let isStopped = false;
    const record = [recorded(done('msg_1', { error: aborted }), text('msg_1', 'prt_1', 'The end'))];
    const { cancel, wait } = start({
      events: connections([spoken, 'open']),
      record: () => (isStopped ? Promise.resolve(record) : Promise.reject(new Error('reset'))),
      abort: () => {
        isStopped = fails-- === 0;
        return isStopped ? Promise.resolve() : Promise.reject(new Error('reset'));
      },
    });
    await wait(1_000);
    cancel.abort(new ActionError('cancelled', 'Cancelled.'));
    const turn = await wait(abandonMs - 100);
    expect(isStopped).toBe(true);
    expect(turn?.texts).toEqual(['The end']);
  });

  test('on a stall is no failure where the record says that the turn had ended well', async () => {
    const { wait } = start({
      events: connections([spoken, 'open']),
      record: () => Promise.resolve(answered),
    });
    const turn = await wait(11 * minute);
    expect(turn?.error).toBeUndefined();
    expect(turn?.answer).toBe('The answer.');
  });
});

describe('a provider that fails', () => {
  const running = [recorded(info('msg_1'), text('msg_1', 'prt_1', 'The '))];
  const atWork: Partial<Session> = {
    status: () => Promise.resolve('retry'),
    record: () => Promise.resolve(running),
  };
  const again = [1, 2, 3, 4].map((attempt) => retry(attempt));
  const last = retry(5, { message: 'Overloaded' });

  test('five times in a row ends the turn with its sentence, the session stopped', async () => {
    const events = connections([[...spoken, ...again, last], 'open']);
    const { session, wait } = start({ ...atWork, events });
    const turn = await wait(abandonMs);
    expect(turn?.error?.reason).toBe('provider-error');
    expect(turn?.error?.message).toContain('failed 5 times in a row: Overloaded.');
    expect(turn?.texts).toEqual(['The ']);
    expect(session.calls).toContain('abort');
  });

  test('and gets on in between is waited for', async () => {
    const word = delta('msg_1', 'prt_1', 'x');
    const call = part(tool('msg_1', 'prt_2', 'running'));
    const events = connections([[...again, word, ...again, call, ...again], 'open']);
    expect(await start({ ...atWork, events }).wait(minute)).toBeUndefined();
  });

  test('in a session of somebody else does not concern us', async () => {
    const foreign = { sessionId: 'ses_other', nextAt: Date.now() + 1e9 };
    const events = connections([[1, 2, 3, 4, 5].map((n) => retry(n, foreign)), 'open']);
    const followed = start({ ...atWork, events }, { stallMs: minute, deadlineAt: Date.now() });
    expect((await followed.wait(2 * minute))?.error?.reason).toBe('stalled');
  });

  test('for longer than the run may take ends the turn at once', async () => {
    const late = retry(1, { nextAt: Date.now() + 60 * minute, message: 'Quota reached.' });
    const events = connections([[...spoken, late], 'open']);
    const followed = start({ ...atWork, events }, { deadlineAt: Date.now() + 30 * minute });
    const turn = await followed.wait(abandonMs);
    expect(turn?.error?.reason).toBe('provider-error');
    expect(turn?.error?.message).toMatch(/60 minutes of patience.*: Quota reached\.$/);
  });

  test('is heard of too where it failed while nobody listened', async () => {
    const late = retry(1, { nextAt: Date.now() + 60 * minute });
    const events = connections([spoken, 'eof'], [[], 'open']);
    const missed = (): Promise<ServerEvent[]> => Promise.resolve([late]);
    const deadlineAt = Date.now() + 30 * minute;
    const followed = start({ ...atWork, events, missed }, { deadlineAt });
    expect((await followed.wait(abandonMs + 1_000))?.error?.reason).toBe('provider-error');
  });
});

describe('a stall', () => {
  async function* saying(
    event: ServerEvent,
    everyMs: number,
    signal: AbortSignal,
    first: readonly ServerEvent[] = [connected, ...spoken],
  ): AsyncGenerator<ServerEvent> {
    yield* first;
    while (!signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      yield event;
    }
  }
  const running = [recorded(info('msg_1'), text('msg_1', 'prt_1', ''))];
  const stalling = (event: ServerEvent, more: Partial<FollowOptions> = {}): Followed =>
    start(
      {
        events: (signal) => Promise.resolve(saying(event, 10_000, signal)),
        record: () => Promise.resolve(running),
        status: () => Promise.resolve('busy'),
      },
      { stallMs: minute, ...more },
    );

  test('ends the turn, and names the time and the input', async () => {
    const turn = await stalling({ type: 'heartbeat' }).wait(2 * minute);
    expect(turn?.error?.reason).toBe('stalled');
    expect(turn?.error?.sentence).toBe(
      "OpenCode sent nothing for 1 minute. Raise `stall-minutes`, or look at the server's log.",
    );
    expect(turn?.texts).toEqual(['The ']);
  });

  test('is held off by work, not by signs of life', async () => {
    expect(await stalling(delta('msg_1', 'prt_1', 'x')).wait(5 * minute)).toBeUndefined();
    const foreign: ServerEvent = { type: 'busy', sessionId: 'ses_other' };
    expect((await stalling(foreign).wait(2 * minute))?.error?.reason).toBe('stalled');
  });

  test('is not held off by a provider that is only asked again and again', async () => {
    const asking = async function* (signal: AbortSignal): AsyncGenerator<ServerEvent> {
      yield* stream([connected, ...spoken, retry(1)], 'eof', signal);
      yield* saying(busy, 10_000, signal, []);
    };
    const { wait } = start(
      {
        events: (signal) => Promise.resolve(asking(signal)),
        status: () => Promise.resolve('busy'),
      },
      { stallMs: minute },
    );
    expect((await wait(2 * minute))?.error?.reason).toBe('stalled');
  });

  test('does not come before a retry that was announced', async () => {
    const slow = retry(1, { nextAt: Date.now() + 3 * minute });
    const followed = start(
      { events: connections([[...spoken, slow], 'open']), status: () => Promise.resolve('retry') },
      { stallMs: minute },
    );
    expect(await followed.wait(2.5 * minute)).toBeUndefined();
    expect((await followed.wait(minute))?.error?.reason).toBe('stalled');
  });
});

describe('what waits for a person', () => {
  const asked: ServerEvent = {
    type: 'permission',
    request: { id: 'per_1', sessionId: root, permission: 'bash', patterns: ['*'] },
  };
  const born: ServerEvent = { type: 'session-created', sessionId: 'ses_child', parentId: root };
  const childAsks: ServerEvent = {
    type: 'question',
    request: { id: 'que_1', sessionId: 'ses_child' },
  };
  const atWork: Partial<Session> = { status: () => Promise.resolve('busy') };

  test('is answered once, as the input says, for children too', async () => {
    const { session, wait } = start(
      { ...atWork, events: connections([[asked, asked, born, childAsks], 'open']) },
      { permissionRequests: 'allow' },
    );
    await wait(minute);
    expect(session.calls.slice(2)).toEqual(['allow per_1', 'reject question que_1']);
  });

  test('in a session that is not known is left to the server to sort out', async () => {
    const { session, wait } = start({ ...atWork, events: connections([[childAsks], 'open']) });
    await wait(1_000);
    expect(session.calls.slice(2)).toEqual(['pending']);
  });

  test('is asked for after the stream was connected again', async () => {
    const { session, wait } = start({
      ...atWork,
      events: connections([[], 'eof'], [[], 'open']),
      pending: () =>
        Promise.resolve({
          permissions: [{ id: 'per_2', sessionId: 'ses_child', permission: 'edit', patterns: [] }],
          questions: [{ id: 'que_2', sessionId: root }],
        }),
    });
    await wait(2_000);
    expect(session.calls).toEqual(
      expect.arrayContaining(['reject per_2', 'reject question que_2']),
    );
  });

  test('is warned of and asked for again where the answer did not go through', async () => {
    let fails = 2;
    const { session, warnings, wait } = start({
      ...atWork,
      events: connections([[asked], 'open']),
      pending: () =>
        Promise.resolve({
          permissions: asked.type === 'permission' ? [asked.request] : [],
          questions: [],
        }),
      answerPermission: () => (fails-- > 0 ? Promise.reject(new Error('502')) : Promise.resolve()),
    });
    await wait(minute);
    expect(session.calls.filter((call) => call === 'reject per_1')).toHaveLength(3);
    expect(warnings).toHaveLength(2);
  });
});

test('a change is told of without putting the turn together', async () => {
  const seen: (() => { texts: string[] })[] = [];
  const { wait } = start(
    { events: connections([spoken, 'open']) },
    { onChange: (turn) => seen.push(turn) },
  );
  await wait(100);
  expect(seen.length).toBeGreaterThanOrEqual(spoken.length);
  expect(seen[0]?.().texts).toEqual(['The ']);
});
