import { describe, expect, test } from '@jest/globals';
import { createParser } from 'eventsource-parser';

import { type Script, startModel } from '../../playground/model.ts';
import { callTool, createHold, refuse, say } from '../../playground/script.ts';

const asking = {
  model: 'test',
  stream: true,
  messages: [
    { role: 'system', content: 'You are terse.' },
    { role: 'user', content: [{ type: 'text', text: 'Why?' }] },
  ],
  tools: [{ type: 'function', function: { name: 'bash' } }],
};

function ask(url: string, body: object = asking): Promise<Response> {
  return fetch(`${url}/chat/completions`, { method: 'POST', body: JSON.stringify(body) });
}

interface Delta {
  content?: string;
  reasoning_content?: string;
  tool_calls?: unknown[];
}

interface Chunk {
  choices: { delta: Delta; finish_reason: string | null }[];
  usage?: Record<string, number>;
}

/** The chunks of a whole answer; `[DONE]` is asserted. */
async function chunksOf(response: Response): Promise<Chunk[]> {
  const data: string[] = [];
  const parser = createParser({ onEvent: (event) => data.push(event.data) });
  parser.feed(await response.text());
  expect(data.pop()).toBe('[DONE]');
  return data.map((line) => JSON.parse(line) as Chunk);
}

async function answer(script: Script): Promise<Chunk[]> {
  await using model = await startModel(script);
  return chunksOf(await ask(model.url));
}

const textOf = (chunks: Chunk[]): string =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
const finishOf = (chunks: Chunk[]): (string | null | undefined)[] =>
  chunks.map(({ choices }) => choices[0]?.finish_reason).filter((finish) => finish != null);

describe('an answer', () => {
  test('comes in chunks of whole code points, with its finish and its usage', async () => {
    const chunks = await answer([say('a😀b😀c', { chunkChars: 2 })]);
    const words = chunks.map(({ choices }) => choices[0]?.delta.content).filter(Boolean);
    expect(words).toEqual(['a😀', 'b😀', 'c']);
    expect(finishOf(chunks)).toEqual(['stop']);
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 100, completion_tokens: 10 });
  });

  test('may be cut off by length, after reasoning', async () => {
    const chunks = await answer([say('Well', { reasoning: 'Hm', finish: 'length' })]);
    expect(chunks[1]?.choices[0]?.delta).toEqual({ reasoning_content: 'Hm' });
    expect(finishOf(chunks)).toEqual(['length']);
  });

  test('may call tools', async () => {
    const chunks = await answer([callTool('bash', { command: 'ls' }, { text: 'Look: ' })]);
    const calls = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    const called = { name: 'bash', arguments: '{"command":"ls"}' };
    expect(calls).toMatchObject([{ index: 0, type: 'function', function: called }]);
    expect([textOf(chunks), finishOf(chunks)]).toEqual(['Look: ', ['tool_calls']]);
  });

  test('waits at a hold until it is released', async () => {
    const hold = createHold();
    await using model = await startModel([say(['first ', hold, 'second'])]);
    const response = await ask(model.url);
    await hold.reached;
    hold.release();
    expect(textOf(await chunksOf(response))).toBe('first second');
  });

  test('may break off in the middle', async () => {
    await using model = await startModel([say('half', { isDropped: true })]);
    const response = await ask(model.url);
    await expect(response.text()).rejects.toThrow('terminated');
  });
});

test('an HTTP error has OpenAI’s body and its headers', async () => {
  await using model = await startModel([refuse(429, 'Slow down', { 'retry-after': '7' })]);
  const response = await ask(model.url);
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  expect(await response.json()).toMatchObject({ error: { message: 'Slow down' } });
});

test('a function is asked with the request and its number', async () => {
  await using model = await startModel(({ prompt, tools }, index) =>
    say(`${index} ${prompt} ${tools.join()}`),
  );
  expect(textOf(await chunksOf(await ask(model.url)))).toBe('0 Why? bash');
  expect(textOf(await chunksOf(await ask(model.url)))).toBe('1 Why? bash');
  expect(model.requests).toMatchObject([{ isAborted: false }, { body: asking }]);
});

test('a request for a title is answered apart, and is no step of the script', async () => {
  await using model = await startModel([say('the answer')]);
  const title = await chunksOf(await ask(model.url, { ...asking, model: 'title' }));
  expect(textOf(title)).toBe('A scripted session');
  expect(textOf(await chunksOf(await ask(model.url)))).toBe('the answer');
  expect(model.requests).toHaveLength(1);
});

test('a request beyond the script is refused, not answered with something', async () => {
  await using model = await startModel([]);
  expect((await ask(model.url)).status).toBe(400);
});

test('a client that hangs up is noticed, and nothing waits for the hold any more', async () => {
  const hold = createHold();
  await using model = await startModel([say(['first', hold])]);
  const controller = new AbortController();
  const body = JSON.stringify(asking);
  const request = { method: 'POST', body, signal: controller.signal };
  await fetch(`${model.url}/chat/completions`, request);
  await hold.reached;
  controller.abort();
  while (model.requests[0]?.isAborted !== true)
    await new Promise((resolve) => setImmediate(resolve));
});
