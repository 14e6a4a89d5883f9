import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { createHold, refuse, say } from '../../playground/script.ts';
import { busyMachineMs, greeting, type Lab, openLab } from './lab.ts';
import { expectEnding, type Going, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

describe('behind the key relay', () => {
  test('what the provider says comes through: a refusal, in its own words', async () => {
    lab.answer([refuse(401, 'No such key, ask @octocat.')]);
    const run = await watch(lab, { inputs: await lab.local() });
    expectEnding(run, 'failure', 'provider-error');
    expect(run.comments[0]?.body).toContain('(status 401): No such key, ask @&#8203;octocat.');
  });

  test('what the provider says comes through: when to come back', async () => {
    lab.answer([refuse(429, 'Quota of the day used up.', { 'retry-after': '86400' })]);
    const run = await watch(lab, { inputs: await lab.local() });
    expectEnding(run, 'failure', 'provider-error');
    expect(run.comments[0]?.body).toContain('1440 minutes of patience');
    expect(run.comments[0]?.body).toContain('Quota of the day used up.');
  });

  test('a provider that breaks off is asked again, and the answer is whole', async () => {
    lab.answer([
      say('The greeting is wr', { isDropped: true, chunkChars: 5, delayMs: 50 }),
      say(greeting),
    ]);
    const run = await watch(lab, { inputs: await lab.local() });
    expectEnding(run, 'success', 'completed');
    expect(run.outputs['response']).toBe(greeting);
  });

  test('a run that is stopped ends the provider’s work', async () => {
    const hold = createHold();
    lab.answer([say(['I begin.', hold, 'I go on.'])]);
    const run = await watch(lab, {
      inputs: await lab.local(),
      meanwhile: async ({ action, untilJournalled }: Going) => {
        await untilJournalled('I begin.');
        action.child.kill('SIGINT');
      },
    });
    expectEnding(run, 'cancelled', 'cancelled');
    expect(lab.asked[0]?.isAborted).toBe(true);
    hold.release();
  });

  test('a proxy for the network is not asked for the relay', async () => {
    const asked: string[] = [];
    const proxy = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (bytes) => {
        asked.push(String(bytes).split('\r\n')[0] ?? '');
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    lab.answer([say(greeting)]);
    await watch(lab, {
      inputs: await lab.local(),
      env: { http_proxy: url, NO_PROXY: 'nowhere.example' },
      meanwhile: async ({ action, until }: Going) => {
        await until(() => asked.some((line) => line.includes('/chat/completions')));
        action.child.kill('SIGINT');
      },
    });
    proxy.close();
    // The relay asks it for the way to the provider; OpenCode would have asked it for the relay.
    expect(asked.filter((line) => line.includes('/scripted/'))).toEqual([]);
  });
});
