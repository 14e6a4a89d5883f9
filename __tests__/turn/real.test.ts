import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startModel } from '../../playground/model.ts';
import type { ModelRequest, ScriptedModel } from '../../playground/model.ts';
import { startOpenCode } from '../../playground/opencode.ts';
import type { OpenCodeServer } from '../../playground/opencode.ts';
import { callTool, createHold, refuse, say } from '../../playground/script.ts';
import type { Step } from '../../playground/script.ts';
import { ActionError } from '../../src/errors.ts';
import type { RecordedMessage, ServerEvent } from '../../src/opencode/events.ts';
import { attachRemote } from '../../src/opencode/remote.ts';
import type { Session } from '../../src/opencode/server.ts';
import { openSession } from '../../src/opencode/session.ts';
import { followTurn } from '../../src/turn/follow.ts';
import { pause } from '../../src/turn/pause.ts';
import type { EndedTurn } from '../../src/turn/turn.ts';

const busyMachineMs = 120_000;
let home: string;
let model: ScriptedModel;
let server: OpenCodeServer;
let answer: (request: ModelRequest) => Step;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'turn-'));
  const directory = join(home, 'repository');
  mkdirSync(directory);
  execFileSync('git', ['init', '-q'], { cwd: directory });
  model = await startModel((request) => answer(request));
  server = await startOpenCode({ config: model.config, directory, home: join(home, 'home') });
}, busyMachineMs);

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await model?.[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
}, busyMachineMs);

async function open(): Promise<Session> {
  const signal = AbortSignal.timeout(busyMachineMs);
  const directory = join(home, 'repository');
  const attached = await attachRemote({ url: server.url, headers: {}, directory, signal });
  const nothing = { model: undefined, agent: undefined, variant: undefined };
  const asked = { permissionRequests: 'reject', share: false, isLocal: false } as const;
  const rest = { title: 'A test', ...asked, signal };
  return await openSession(attached, { ...nothing, ...rest });
}

function follow(session: Session, signal = AbortSignal.timeout(busyMachineMs)): Promise<EndedTurn> {
  const prompt = { system: '', text: 'Do it.' };
  const quiet = { onChange: () => {}, warn: () => {} };
  const rules = { stallMs: busyMachineMs, permissionRequests: 'reject' } as const;
  return followTurn({ session, prompt, signal, ...rules, ...quiet });
}

/** A server that is slow to answer is known to have worked only once its record was read. */
async function untilIdle(session: Session): Promise<void> {
  const signal = AbortSignal.timeout(busyMachineMs);
  await session.record(signal);
  while ((await session.status(signal)) !== 'idle') await pause(50, signal);
}

function textsOf(record: readonly RecordedMessage[]): string[] {
  return record
    .flatMap(({ parts }) => parts)
    .flatMap((part) => (part.kind === 'text' && part.text !== '' ? [part.text] : []));
}

/** The same session, but every connection breaks after some events. */
function breaking(session: Session, after: number): Session {
  const cut = async function* (events: AsyncIterable<ServerEvent>): AsyncGenerator<ServerEvent> {
    let left = after;
    for await (const event of events) {
      if (left-- === 0) throw new Error('read ECONNRESET');
      yield event;
    }
  };
  return { ...session, events: async (signal) => cut(await session.events(signal)) };
}

/** One connection, that breaks soon after `reached`; after it there is none. */
function once(events: Session['events'], reached: Promise<void>): Session['events'] {
  const broken = async function* (all: AsyncIterable<ServerEvent>): AsyncGenerator<ServerEvent> {
    const stop = reached.then(() => new Promise((resolve) => setTimeout(resolve, 500)));
    const iterator = all[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await Promise.race([iterator.next(), stop.then(() => undefined)]);
        if (next === undefined || next.done === true) throw new Error('read ECONNRESET');
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  };
  let connections = 0;
  return async (signal) => {
    if (connections++ > 0) throw new Error('connect ECONNREFUSED');
    return broken(await events(signal));
  };
}

describe('a turn of the real OpenCode', () => {
  test(
    'through a tool is told in full, with its tools and its usage',
    async () => {
      answer = ({ messages }) =>
        messages.some(({ role }) => role === 'tool')
          ? say('All done: שלום 👩‍👩‍👧.')
          : callTool(
              'bash',
              { command: 'echo hi', description: 'Say hi' },
              { text: 'Let me look.' },
            );
      const session = await open();
      const turn = await follow(session);
      expect(turn.error).toBeUndefined();
      expect(turn.texts).toEqual(['Let me look.', 'All done: שלום 👩‍👩‍👧.']);
      expect(turn.answer).toBe('All done: שלום 👩‍👩‍👧.');
      expect([...turn.tools]).toEqual([['bash', 1]]);
      expect(turn.usage.outputTokens).toBe(20);
    },
    busyMachineMs,
  );

  test(
    'whose stream breaks again and again has the text that the record has',
    async () => {
      const long = Array.from({ length: 60 }, (_, index) => `word-${index}`).join(' ');
      answer = () => say(long, { chunkChars: 10, delayMs: 10 });
      const session = await open();
      const turn = await follow(breaking(session, 7));
      expect(turn.error).toBeUndefined();
      expect(turn.texts).toEqual([long]);
      expect(turn.texts).toEqual(textsOf(await session.record(AbortSignal.timeout(30_000))));
    },
    busyMachineMs,
  );

  test(
    'that is given up in mid-sentence is stopped, and what it had written is kept',
    async () => {
      const hold = createHold();
      answer = () => say(['The half of ', hold, 'a sentence']);
      const session = await open();
      const stop = new AbortController();
      void hold.reached.then(() =>
        setTimeout(() => stop.abort(new ActionError('cancelled', 'Cancelled.')), 500),
      );
      const turn = await follow(session, stop.signal);
      hold.release();
      expect(turn.error?.reason).toBe('cancelled');
      expect(turn.texts).toEqual(['The half of ']);
      await untilIdle(session);
    },
    busyMachineMs,
  );

  test(
    'whose stream never comes back is stopped on the server and at its model',
    async () => {
      const hold = createHold();
      let asked: ModelRequest | undefined;
      answer = (request) => {
        asked = request;
        return say(['The half of ', hold, 'a sentence']);
      };
      const session = await open();
      const events = once((signal) => session.events(signal), hold.reached);
      const prompt = { system: '', text: 'Do it.' };
      const turn = await followTurn({
        session: { ...session, events },
        prompt,
        signal: AbortSignal.timeout(busyMachineMs),
        stallMs: 1e9,
        permissionRequests: 'reject',
        onChange: () => {},
        warn: () => {},
        // A minute of waiting goes by in two seconds.
        now: () => performance.now() * 30,
      });
      expect(turn.error?.reason).toBe('stream-ended');
      expect(turn.texts).toEqual(['The half of ']);
      expect(await session.status(AbortSignal.timeout(30_000))).toBe('idle');
      while (asked?.isAborted !== true) await new Promise((resolve) => setTimeout(resolve, 20));
      hold.release();
    },
    busyMachineMs,
  );

  test(
    'that the provider refuses ends with its sentence and number',
    async () => {
      answer = () => refuse(401, 'No such key.');
      const turn = await follow(await open());
      expect(turn.error?.reason).toBe('provider-error');
      expect(turn.error?.message).toContain('(status 401): No such key.');
    },
    busyMachineMs,
  );
});
