/** What a `serve` that is told to end does with what is under way, as a process before a real OpenCode. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { type ScriptedModel, startModel } from '../../playground/model.ts';
import { createHold, say } from '../../playground/script.ts';
import { serve } from '../../src/serving.ts';
import { type Command, startCommand } from './command.ts';
import { eventually, secrets } from './setting.ts';

jest.setTimeout(240_000);

const anHour = '3600';
const headers = { authorization: `Bearer ${secrets.ci}`, 'content-type': 'application/json' };
let folder: string;
let repository: string;
let model: ScriptedModel;
let hold = createHold();

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'draining-')));
  repository = join(folder, 'repository');
  await mkdir(repository);
  await writeFile(join(folder, 'tokens'), `ci ${secrets.ci}\n`);
  model = await startModel(() => say(['before-it', hold, 'after-it']));
}, 240_000);
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

function start(drain: string): Promise<Command> {
  hold = createHold();
  const config = ['--opencode-config', JSON.stringify(model.config), '--directory', repository];
  const args = ['--token-file', join(folder, 'tokens'), '--drain', drain, ...config];
  return startCommand({ home: join(folder, 'home'), args });
}

function call({ url }: Command, path: string, init: RequestInit = {}): Promise<Response> {
  const query = `directory=${encodeURIComponent(repository)}`;
  return fetch(`${url}${path}?${query}`, { headers, ...init });
}

/** An event stream that is read as it comes: whether it was cut, or ended in good order, is told too. */
async function listen(front: Command) {
  const gone = new AbortController();
  const { body } = await call(front, '/event', { signal: gone.signal });
  const heard = { text: '', end: '', leave: () => gone.abort() };
  void (async () => {
    try {
      for await (const piece of body ?? []) heard.text += Buffer.from(piece).toString();
      heard.end = 'ended';
    } catch {
      heard.end = 'cut';
    }
  })();
  await eventually(() => heard.text.includes('server.connected'));
  return heard;
}

/** Resolves once the front has heard of a signal: the first request that is refused says so. Gives up where none is. */
async function untilRefused(front: Command): Promise<number> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const { status } = await call(front, '/session');
    if (status !== 200) return status;
    await pause(20);
  }
  throw new Error('Requests are still let through.');
}

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}

describe('a front that is told to end', () => {
  test('refuses what is new with 503 after SIGTERM, and lets a stream and its turn go on', async () => {
    await using front = await start(anHour);
    const heard = await listen(front);
    const created = await call(front, '/session', { method: 'POST', body: '{}' });
    const { id } = (await created.json()) as { id: string };
    const body = JSON.stringify({ parts: [{ type: 'text', text: 'hello' }] });
    await call(front, `/session/${id}/prompt_async`, { method: 'POST', body });
    await hold.reached;
    front.process.kill('SIGTERM');
    expect(await untilRefused(front)).toBe(503);
    expect((await call(front, `/session/${id}/abort`, { method: 'POST' })).status).toBe(503);
    expect((await fetch(`${front.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${front.url}/healthz`)).status).toBe(200);
    expect(heard.text).not.toContain('after-it');
    hold.release();
    await eventually(() => heard.text.includes('after-it'));
    await eventually(() => heard.text.includes('session.idle'));
    expect(heard.end).toBe('');
    // The last one that was waited for leaves: an hour is not over by then.
    const [openCode] = front.children();
    expect(isAlive(openCode)).toBe(true);
    heard.leave();
    expect(await front.ended).toBe(0);
    await eventually(() => !isAlive(openCode));
  });

  test('cuts a stream that is open when the time of --drain is up, and ends OpenCode', async () => {
    await using front = await start('2');
    const [openCode] = front.children();
    const heard = await listen(front);
    const toldAt = performance.now();
    front.process.kill('SIGTERM');
    expect(await front.ended).toBe(0);
    expect(performance.now() - toldAt).toBeGreaterThan(2_000);
    await eventually(() => heard.end !== '');
    expect(heard.end).toBe('cut');
    await eventually(() => !isAlive(openCode));
  });

  test.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGTERM', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
  ] as const)('%s and then %s ends all at once', async (first, second) => {
    await using front = await start(anHour);
    const [openCode] = front.children();
    const heard = await listen(front);
    front.process.kill(first);
    expect(await untilRefused(front)).toBe(503);
    expect(heard.end).toBe('');
    front.process.kill(second);
    expect(await front.ended).toBe(0);
    await eventually(() => heard.end !== '');
    expect(heard.end).toBe('cut');
    await eventually(() => !isAlive(openCode));
  });
});

describe('what is told to end while it is not ready yet ends with 0, and tells of nothing', () => {
  /** Runs until `stop` fires. */
  async function run(args: readonly string[], stop: AbortSignal) {
    const told: string[] = [];
    const status = await serve(['--listen', '127.0.0.1:0', ...args], {
      env: { MENTION_LOOP_TOKEN: secrets.ci, PATH: process.env['PATH'] },
      out: () => {},
      tell: (message) => told.push(message),
      stop,
      hurry: new AbortController().signal,
      onRenew: () => {},
    });
    return { status, told: told.filter((line) => !line.startsWith('Listening')) };
  }
  const reason = new Error('SIGTERM');

  test('where it waits for its upstream', async () => {
    const stop = new AbortController();
    // Nothing comes of any question: the pause after the first one is what it waits in.
    const server = createServer((socket) => {
      socket.on('close', () => setTimeout(() => stop.abort(reason), 100)).destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ended = await run(['--upstream', `http://127.0.0.1:${port}`], stop.signal);
    server.close();
    expect(ended).toEqual({ status: 0, told: [] });
  });

  test('where it waits for its OpenCode', async () => {
    const stop = new AbortController();
    const script = join(folder, 'silent');
    await writeFile(script, '#!/bin/sh\n: > "$0.ran"\nexec sleep 3600\n', { mode: 0o700 });
    const running = run(['--opencode-path', script, '--directory', repository], stop.signal);
    await eventually(() => existsSync(`${script}.ran`));
    stop.abort(reason);
    expect(await running).toEqual({ status: 0, told: [] });
  });
});
