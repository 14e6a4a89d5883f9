import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import type { ModelRequest } from '../../playground/model.ts';
import { callTool, refuse, say, type Step } from '../../playground/script.ts';
import { busyMachineMs, greeting, type Lab, openLab } from './lab.ts';
import { bodies, expectEnding, expectIdlePost, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
let outside: string;

beforeAll(async () => {
  lab = await openLab();
  outside = join(await lab.folder(), 'outside.txt');
  await writeFile(outside, 'a treasure\n');
  await writeFile(join(lab.sample.directory, '.env'), 'HIDDEN=treasure\n');
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** What the tools told the model. */
function toolResults(): string {
  return lab.asked
    .flatMap(({ messages }) => messages.filter(({ role }) => role === 'tool'))
    .map(({ text }) => text)
    .join('\n');
}

function bash(command: string): Step {
  return callTool('bash', { command, description: 'Try it' });
}

describe('what would wait for a person', () => {
  test.each([
    ['reject', false],
    ['allow', true],
  ])('does not, outside of the workspace (%s)', async (mode, isAllowed) => {
    lab.answer([callTool('read', { filePath: outside }), say(greeting)]);
    const inputs = { ...(await lab.remote()), 'permission-requests': mode };
    const run = await watch(lab, { inputs });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(run.comments[0]?.body.startsWith(greeting)).toBe(true);
    expect(toolResults().includes('a treasure')).toBe(isAllowed);
  });

  test.each([
    ['reject', 'rule which prevents you'],
    ['allow', 'treasure'],
  ])('does not, where a sub-agent asks (%s)', async (mode, told) => {
    const task = { description: 'Look', prompt: 'The child task', subagent_type: 'general' };
    const read = callTool('read', { filePath: join(lab.sample.directory, '.env') });
    lab.answer((request) => {
      const isFirst = request.messages.at(-1)?.role !== 'tool';
      if (request.prompt === 'The child task') return isFirst ? read : say('The child is done.');
      return isFirst ? callTool('task', task) : say(greeting);
    });
    const inputs = { ...(await lab.remote()), 'permission-requests': mode };
    const run = await watch(lab, { inputs });
    expectEnding(run, 'success', 'completed');
    expect(toolResults()).toContain(told);
  });

  test('does not, as a question', async () => {
    const options = [{ label: 'a', description: 'b' }];
    const question = { question: 'Which?', header: 'Q', options };
    lab.answer([callTool('question', { questions: [question] }), say(greeting)]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    expect(run.comments[0]?.body.startsWith(greeting)).toBe(true);
  });
});

describe('a sub-agent', () => {
  test('neither speaks in the answer, nor ends the turn by being done', async () => {
    const task = { description: 'Look', prompt: 'The child task', subagent_type: 'general' };
    lab.answer((request) => {
      if (request.prompt === 'The child task') return say('The child speaks.');
      const isFirst = request.messages.at(-1)?.role !== 'tool';
      if (isFirst) return callTool('task', task, { text: 'I have it looked at.' });
      return say(greeting, { chunkChars: 10, delayMs: 200 });
    });
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(run.outputs['response']).toBe(greeting);
    expect(bodies(run)).not.toContain('The child speaks.');
    expect(bodies(run)).toContain('`task` × 1');
  });
});

describe('a provider that has to be asked again', () => {
  test.each<[string, Step]>([
    ['is busy', refuse(429, 'Slow down.', { 'retry-after': '1' })],
    ['is broken', refuse(503, 'Out of order.')],
    ['drops the answer', say('A first try that', { isDropped: true })],
  ])('and first %s says no word twice', async (_what, first) => {
    lab.answer([first, say(greeting)]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(run.outputs['response']).toBe(greeting);
    expect(bodies(run).split('پاسخ')).toHaveLength(2);
    expect(bodies(run)).not.toContain('A first try');
    expect(lab.asked).toHaveLength(2);
  });
});

describe('the agent', () => {
  test('sees the task, the standing instruction and the thread', async () => {
    lab.answer([say(greeting)]);
    const inputs = { ...(await lab.remote()), prompt: 'Be brief.' };
    const run = await watch(lab, { inputs });
    const { prompt } = lab.asked[0] as ModelRequest;
    expect(prompt).toContain('Be brief.');
    expect(prompt).toContain('please fix this');
    expect(prompt).toContain('The greeting is misspelt: it says "Helo".');
    expectEnding(run, 'success', 'completed');
  });

  test('is the one that is asked for, with its model and variant', async () => {
    lab.answer([say(greeting)]);
    const asked = { agent: 'plan', model: 'scripted/test', variant: 'high' };
    const run = await watch(lab, { inputs: { ...(await lab.remote()), ...asked } });
    expectEnding(run, 'success', 'completed');
    expect(lab.asked[0]?.body).toMatchObject({ model: 'test', reasoning_effort: 'high' });
    expect(JSON.stringify(lab.asked[0]?.body)).toContain('Plan Mode');
  });

  test('gets none of the secrets of the step, and all the rest', async () => {
    const secrets = Object.fromEntries(
      ['DEPLOY_TOKEN', 'DB_PASSWORD', 'SIGNING_KEY', 'INPUT_EXTRA', 'STATE_EXTRA'].map((name) => [
        name,
        `secret-${randomUUID()}`,
      ]),
    );
    lab.secrets.push(...Object.values(secrets));
    const look = 'env; tr "\\0" "\\n" < /proc/$PPID/environ; tr "\\0" " " < /proc/$PPID/cmdline';
    lab.answer([bash(look), say(greeting)]);
    const env = {
      ...secrets,
      PLAIN: 'a plain value',
      NEEDED_TOKEN: 'needed-by-the-agent',
      REMOTE_URL: 'https://me:hunter2hunter2@example.com/',
    };
    const inputs = { ...(await lab.local()), 'agent-env': 'NEEDED_TOKEN' };
    const run = await watch(lab, { inputs, env });
    expectEnding(run, 'success', 'completed');
    const seen = toolResults();
    expect(seen).toContain('PLAIN=a plain value');
    expect(seen).toContain('NEEDED_TOKEN=needed-by-the-agent');
    expect(seen).toContain('RUNNER_TRACKING_ID=');
    expect(seen).toMatch(/serve --hostname 127.0.0.1/);
    expect(seen).not.toMatch(/hunter2|^(INPUT_|STATE_|ACTIONS_|GITHUB_(OUTPUT|ENV|STATE|TOKEN)=)/m);
  });

  test('leaves no process behind, whatever it started', async () => {
    const away = 'setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo "started $!"';
    lab.answer([bash(away), say(greeting)]);
    const run = await watch(lab, { inputs: await lab.local() });
    expectEnding(run, 'success', 'completed');
    expect(toolResults()).toMatch(/started \d+/);
  });
});
