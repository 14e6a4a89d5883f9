import { symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { createHold, say } from '../../playground/script.ts';
import { openBearer } from './bearer.ts';
import { busyMachineMs, greeting, type Lab, openLab } from './lab.ts';
import { bodies, eventually, expectEnding, expectIdlePost, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

describe('a run that cannot begin says why in one comment', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['model', { model: 'scripted/tset' }, 'unknown-model', '`scripted/test`'],
    ['provider', { model: 'unscripted/test' }, 'unknown-model', '`unscripted/test`'],
    ['agent', { agent: 'biuld' }, 'unknown-agent', '`build`'],
    ['variant', { variant: 'hihg' }, 'invalid-input', '`high`'],
  ])('where there is no such %s', async (_what, wrong, reason, near) => {
    lab.answer([]);
    const run = await watch(lab, { inputs: { ...(await lab.remote()), ...wrong } });
    expectEnding(run, 'failure', reason);
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain(near);
    expect(run.comments[0]?.body).toContain(Object.values(wrong)[0]);
    expect(lab.asked).toEqual([]);
  });

  test('where no model is configured', async () => {
    lab.answer([]);
    const config = JSON.parse((await lab.local())['opencode-config'] ?? '') as object;
    const none = JSON.stringify({ ...config, model: undefined, small_model: undefined });
    const run = await watch(lab, { inputs: { ...(await lab.local()), 'opencode-config': none } });
    expectEnding(run, 'failure', 'invalid-input');
    expect(run.comments[0]?.body).toContain('No model is chosen');
    expect(lab.asked).toEqual([]);
  });

  test("where OpenCode cannot use the input's configuration", async () => {
    const run = await watch(lab, { inputs: await lab.local({ agent: 'some-secret' }) });
    expectEnding(run, 'failure', 'invalid-input');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toMatch(/`OPENCODE_CONFIG_CONTENT`: `agent`: Expected object/);
    expect(bodies(run) + run.logs).not.toContain('some-secret');
  });

  test("where OpenCode cannot use the repository's configuration", async () => {
    const directory = await lab.folder();
    await writeFile(join(directory, 'opencode.json'), '{"agent": ');
    const inputs = { ...(await lab.remote()), 'server-directory': directory };
    const run = await watch(lab, { inputs });
    expectEnding(run, 'failure', 'invalid-input');
    expect(run.comments[0]?.body).toContain(`${directory}/opencode.json`);
  });

  test('where the server ends before it listens', async () => {
    const inputs = { ...(await lab.local()), 'opencode-path': '/bin/false' };
    const run = await watch(lab, { inputs });
    expectEnding(run, 'failure', 'server-start-failed');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain('status 1');
  });

  test('where there is no such binary', async () => {
    const missing = { ...(await lab.local()), 'opencode-path': '/nowhere/opencode' };
    const run = await watch(lab, { inputs: missing });
    expectEnding(run, 'failure', 'invalid-input');
    expect(run.comments[0]?.body).toContain('/nowhere/opencode');
  });

  test.each<[string, Record<string, string>]>([
    ['password', { 'server-password': 'wrong' }],
    ['user', { 'server-username': 'nobody' }],
    ['kind of credential', { 'server-password': '', 'server-token': 'some-token' }],
    ['credential at all', { 'server-password': '' }],
  ])('where the server wants another %s', async (_what, wrong) => {
    const run = await watch(lab, { inputs: { ...(await lab.remote()), ...wrong } });
    expectEnding(run, 'failure', 'server-unauthorized');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain('401');
  });

  test('where nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const url = `http://127.0.0.1:${port}`;
    const run = await watch(lab, { inputs: { ...(await lab.remote()), 'server-url': url } });
    expectEnding(run, 'failure', 'server-unreachable');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain(url);
  });

  test('where the directory is not there', async () => {
    const nowhere = { 'server-directory': '/nowhere/at/all' };
    const run = await watch(lab, { inputs: { ...(await lab.remote()), ...nowhere } });
    expectEnding(run, 'failure', 'directory-not-found');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain('/nowhere/at/all');
  });
});

test('the `opencode` on PATH is used where it is asked for', async () => {
  const { 'opencode-path': binary = '', ...rest } = await lab.local();
  const folder = await lab.folder();
  await symlink(binary, join(folder, 'opencode'));
  lab.answer([say(greeting)]);
  const run = await watch(lab, {
    inputs: { ...rest, 'opencode-version': 'installed' },
    env: { PATH: `${folder}:${process.env['PATH']}` },
  });
  expectEnding(run, 'success', 'completed');
  expect(run.comments[0]?.body.startsWith(greeting)).toBe(true);
});

describe('a server behind a front that wants a bearer token', () => {
  test('is reached with it, the event stream included', async () => {
    const {
      'server-url': url = '',
      'server-password': password = '',
      ...rest
    } = await lab.remote();
    await using bearer = await openBearer(url, `Basic ${btoa(`opencode:${password}`)}`);
    lab.answer([say(greeting)]);
    const inputs = { ...rest, 'server-url': bearer.url, 'server-token': bearer.token };
    lab.secrets.push(bearer.token);
    const run = await watch(lab, { inputs });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(run.comments[0]?.body.startsWith(greeting)).toBe(true);
    expect(bearer.paths).toContain('/event');
    expect(bearer.refused).toBe(0);
  });

  test('stops the agent in post, where main could not reach it any more', async () => {
    const {
      'server-url': url = '',
      'server-password': password = '',
      ...rest
    } = await lab.remote();
    await using bearer = await openBearer(url, `Basic ${btoa(`opencode:${password}`)}`);
    lab.secrets.push(bearer.token);
    const hold = createHold();
    lab.answer([say(['Half of ', hold, 'it.'])]);
    const run = await watch(lab, {
      inputs: { ...rest, 'server-url': bearer.url, 'server-token': bearer.token },
      meanwhile: async ({ action, untilJournalled }) => {
        await untilJournalled('Half of ');
        bearer.goDown();
        action.child.kill('SIGINT');
        await action.main;
        expect(lab.asked[0]?.isAborted).toBe(false);
        bearer.comeBack();
      },
    });
    expectEnding(run, 'cancelled', 'cancelled');
    expect(run.comments[0]?.body).toContain('Half of ');
    await eventually(() => lab.asked[0]?.isAborted === true);
    hold.release();
  });

  test('lets nobody in with another one', async () => {
    const { 'server-password': _, ...rest } = await lab.remote();
    await using bearer = await openBearer(rest['server-url'] ?? '', 'Basic none');
    const inputs = { ...rest, 'server-url': bearer.url, 'server-token': 'another' };
    const run = await watch(lab, { inputs });
    expectEnding(run, 'failure', 'server-unauthorized');
    expect(bearer.refused).toBeGreaterThan(0);
  });
});
