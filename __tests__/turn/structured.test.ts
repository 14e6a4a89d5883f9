// What a prompt with a schema comes to, of the real OpenCode: 1.18.33 answers 400 to a list of messages
// that holds one, and takes any object for an answer.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { type ModelRequest, type ScriptedModel, startModel } from '../../playground/model.ts';
import { type OpenCodeServer, startOpenCode } from '../../playground/opencode.ts';
import { callTool, say, type Step } from '../../playground/script.ts';
import { attachRemote } from '../../src/opencode/remote.ts';
import type { Session } from '../../src/opencode/server.ts';
import { openSession } from '../../src/opencode/session.ts';
import type { Prompt } from '../../src/prompt/prompt.ts';
import { followTurn } from '../../src/turn/follow.ts';
import type { EndedTurn } from '../../src/turn/turn.ts';

const busyMachineMs = 120_000;
jest.setTimeout(busyMachineMs);

const schema = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] };
const give = (args: Record<string, unknown>, text = ''): Step =>
  callTool('StructuredOutput', args, { text });

let home: string;
let model: ScriptedModel;
let server: OpenCodeServer;
let steps: Step[] = [];
let asked: ModelRequest[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'structured-'));
  mkdirSync(join(home, 'repository'));
  execFileSync('git', ['init', '-q'], { cwd: join(home, 'repository') });
  model = await startModel((request) => {
    asked.push(request);
    return steps.shift() ?? say('The script is over.');
  });
  const place = { directory: join(home, 'repository'), home: join(home, 'home') };
  server = await startOpenCode({ config: model.config, ...place });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await model?.[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

async function open(): Promise<Session> {
  const signal = AbortSignal.timeout(busyMachineMs);
  const directory = join(home, 'repository');
  const attached = await attachRemote({ url: server.url, headers: {}, directory, signal });
  const nothing = { model: undefined, agent: undefined, variant: undefined };
  const asks = { permissionRequests: 'reject', share: false, isLocal: false } as const;
  return await openSession(attached, { ...nothing, title: 'A test', ...asks, signal });
}

function ask(session: Session, script: Step[], more: Partial<Prompt> = { schema }) {
  steps = script;
  asked = [];
  return followTurn({
    session,
    prompt: { system: '', text: 'Do it.', ...more },
    signal: AbortSignal.timeout(busyMachineMs),
    stallMs: busyMachineMs,
    permissionRequests: 'reject',
    onChange: () => {},
    warn: () => {},
  });
}

function what({ error, texts, structured, tools }: EndedTurn): Record<string, unknown> {
  return { error, texts, structured, tools: [...tools.keys()] };
}

test('an answer by a schema is the object, with all that was written on the way', async () => {
  const look = { command: 'echo hi', description: 'Look' };
  const steps = [callTool('bash', look, { text: 'First.' }), give({ word: 'yes' }, 'Then.')];
  const turn = await ask(await open(), steps);
  expect(what(turn)).toEqual({
    error: undefined,
    texts: ['First.', 'Then.'],
    structured: { word: 'yes' },
    tools: ['bash'],
  });
  expect(turn.usage.outputTokens).toBe(20);
  expect(asked.map(({ tools }) => tools.includes('StructuredOutput'))).toEqual([true, true]);
});

test('text in place of it, and an object that does not fit, are no errors: they are for who asked', async () => {
  const session = await open();
  const first = await ask(session, [say('I would rather say it.')]);
  expect(what(first)).toEqual({
    error: undefined,
    texts: ['I would rather say it.'],
    structured: undefined,
    tools: [],
  });
  // The same session again: what came before the second prompt is no part of its turn.
  const second = await ask(session, [give({ number: 1 }, 'So be it.')]);
  expect(what(second)).toEqual({
    error: undefined,
    texts: ['So be it.'],
    structured: { number: 1 },
    tools: [],
  });
  expect(second.usage.outputTokens).toBe(10);
  // OpenCode calls the first an error, and its model is not told of it again.
  const told = asked[0]?.messages.filter(({ role }) => role !== 'system').map(({ text }) => text);
  expect(told).toEqual(['Do it.', 'Do it.']);
  const third = await ask(session, [say('Plainly.')], {});
  expect(what(third)).toMatchObject({ error: undefined, texts: ['Plainly.'] });
});

test('a long way to it is read back in pages', async () => {
  const looks = Array.from({ length: 9 }, (_, index) =>
    callTool('bash', { command: 'true', description: 'Look' }, { text: `Look ${index}.` }),
  );
  const session = await open();
  const turn = await ask(session, [...looks, give({ word: 'yes' }, 'Done.')]);
  const texts = [...looks.map((_, index) => `Look ${index}.`), 'Done.'];
  expect(what(turn)).toMatchObject({ error: undefined, texts, structured: { word: 'yes' } });
  const record = await session.record(AbortSignal.timeout(30_000));
  expect(record).toHaveLength(10);
});
