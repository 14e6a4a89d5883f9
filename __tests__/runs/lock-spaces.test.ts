/** Runs that work in what they send to the bundled `serve`: one workspace for each thread. */
import { randomUUID } from 'node:crypto';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { createHold, say } from '../../playground/script.ts';
import { type Command, startCommand } from '../serve/command.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { openTurns, type StartOptions, until } from './turns.ts';

jest.setTimeout(busyMachineMs);

const token = `token-${randomUUID()}`;
let lab: Lab;
let front: Command;

beforeAll(async () => {
  lab = await openLab();
  lab.secrets.push(token);
  const folder = await realpath(await lab.folder());
  await mkdir(join(folder, 'spaces'));
  await writeFile(join(folder, 'tokens'), `actions ${token}\n`);
  const config = (await lab.local())['opencode-config'] ?? '';
  const own = ['--token-file', join(folder, 'tokens'), '--opencode-config', config, '--drain', '0'];
  const spaces = ['--workspaces', join(folder, 'spaces')];
  const state = ['--workspaces-state', join(folder, 'state')];
  front = await startCommand({ home: await lab.folder(), args: [...own, ...spaces, ...state] });
}, busyMachineMs);
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
});

function sent(): StartOptions {
  const server = { 'server-url': front.url, 'server-token': token };
  const inputs = { ...server, 'server-password': '', 'server-directory': '' };
  return { inputs, workspace: lab.sample.directory };
}

describe('two mentions on one thread, whose workspace is sent to a server,', () => {
  test('take turns, while one on another thread does not wait', async () => {
    await using turns = await openTurns(lab);
    const hold = createHold();
    lab.answer([say(['One', hold, ' answer.']), say('Answer from aside.'), say('Another answer.')]);
    const first = await turns.start(sent());
    await hold.reached;
    const { url } = front;
    const directory = expect.stringMatching(/\/issue-\d+-[\da-f]{16}$/);
    expect(turns.record()).toMatchObject({ state: 'held', server: { url, directory } });
    const event = commentEvent(turns.github.state, { number: first.event.number });
    const second = await turns.start({ ...sent(), event });
    const waits = 'Run 9000000001 is at work here; this one starts when it is done';
    await until(() => second.comments().some(({ body }) => body.includes(waits)));
    const aside = await turns.start(sent());
    expect((await aside.end()).outputs['response']).toBe('Answer from aside.');
    expect(lab.asked).toHaveLength(2);
    hold.release();
    const ended = [await first.end(), await second.end()];
    expect(ended.map(({ outputs }) => outputs['response'])).toEqual([
      'One answer.',
      'Another answer.',
    ]);
    expect(first.comments()).toHaveLength(2);
    expect(ended.map(({ post }) => post?.log)).toEqual(['', '']);
    expect(turns.github.violations).toEqual([]);
  });

  test('and the first of which was killed: its session is stopped before the next begins', async () => {
    await using turns = await openTurns(lab);
    const hold = createHold();
    const stopped: boolean[] = [];
    lab.answer((_, index) => {
      if (index === 0) return say(['Half of an answer. ', hold, 'And never this.']);
      stopped.push(lab.asked[0]?.isAborted === true);
      return say('Another answer.');
    });
    const dead = await turns.start(sent());
    await hold.reached;
    await dead.die();
    expect(lab.asked[0]?.isAborted).toBe(false);
    const event = commentEvent(turns.github.state, { number: dead.event.number });
    const next = await turns.start({ ...sent(), event });
    const { outputs, log } = await next.end();
    expect(outputs).toMatchObject({ outcome: 'success', response: 'Another answer.' });
    expect(log).toMatch(/Session ses_\w+ of run 9000000001 is stopped\./);
    expect(stopped).toEqual([true]);
    const bodies = next.comments().map(({ body }) => body);
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toContain('Half of an answer.');
    expect(turns.record()).toMatchObject({ state: 'released', owner: { runId: '9000000002' } });
    expect(turns.github.violations).toEqual([]);
  });
});
