import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { type OpenCodeServer, startOpenCode } from '../../playground/opencode.ts';
import { lendConfig } from '../../src/relay/lend.ts';
import { planRelay } from '../../src/relay/plan.ts';
import { type Relay, startRelay } from '../../src/relay/relay.ts';
import { busyMachineMs } from '../runs/lab.ts';
import { key, startUpstream, type Upstream } from './upstream.ts';

jest.setTimeout(busyMachineMs);

const word = 'Relayed.';
const usage = { input_tokens: 1, output_tokens: 1 };

/** The least that each API streams for one word. */
const streams: Record<string, unknown[]> = {
  anthropic: [
    {
      type: 'message_start',
      message: { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], usage },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage },
    { type: 'message_stop' },
  ],
  openai: [
    { type: 'response.created', response: { id: 'r', created_at: 1, model: 'm' } },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'i' } },
    { type: 'response.output_text.delta', item_id: 'i', delta: word },
    { type: 'response.output_item.done', output_index: 0, item: { type: 'message', id: 'i' } },
    { type: 'response.completed', response: { usage } },
  ],
  google: [
    {
      candidates: [{ content: { role: 'model', parts: [{ text: word }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
    },
  ],
  openrouter: [
    { id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta: { content: word } }] },
    { id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  ],
};

const stack = new AsyncDisposableStack();
const upstreams = new Map<string, Upstream>();
let relay: Relay;
let server: OpenCodeServer;

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'relay-'));
  stack.defer(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const directory = join(root, 'repository');
  await mkdir(directory);
  const provider: Record<string, unknown> = {};
  for (const [id, events] of Object.entries(streams)) {
    const upstream = stack.use(await startUpstream((_, response) => stream(response, events)));
    upstreams.set(id, upstream);
    provider[id] = { options: { baseURL: upstream.url } };
  }
  const env = {
    ANTHROPIC_API_KEY: key,
    OPENAI_API_KEY: key,
    GEMINI_API_KEY: key,
    OPENROUTER_API_KEY: key,
  };
  const config = { autoupdate: false, share: 'disabled', provider };
  const { providers } = planRelay(config, env, []);
  relay = stack.use(await startRelay(providers, {}));
  const lent = lendConfig(config, providers, relay);
  const home = join(root, 'home');
  server = stack.use(await startOpenCode({ directory, home, config: lent }));
}, busyMachineMs);
afterAll(() => stack.disposeAsync());

function stream(response: ServerResponse, events: unknown[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end();
}

async function call(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return await response.json();
}

describe('a provider that OpenCode brings with it', () => {
  test.each<[string, RegExp, string, RegExp]>([
    ['anthropic', /^claude-sonnet-4/, 'x-api-key', /^\/v1\/messages$/],
    ['openai', /^gpt-5/, 'authorization', /^\/v1\/responses$/],
    [
      'google',
      /^gemini-2\.5-pro$/,
      'x-goog-api-key',
      /^\/v1\/models\/gemini.*:streamGenerateContent\?alt=sse$/,
    ],
    ['openrouter', /sonnet-4/, 'authorization', /^\/v1\/chat\/completions$/],
  ])('answers through the relay: %s', async (id, wanted, header, path) => {
    const response = await fetch(`${server.url}/config/providers`);
    const { providers } = (await response.json()) as {
      providers: { id: string; models: Record<string, unknown> }[];
    };
    const models = Object.keys(providers.find((one) => one.id === id)?.models ?? {});
    const modelID = models.find((name) => wanted.test(name)) ?? '';
    const { id: session } = (await call('/session', { title: 'A title' })) as { id: string };
    const said = await call(`/session/${session}/message`, {
      model: { providerID: id, modelID },
      parts: [{ type: 'text', text: 'Say a word.' }],
    });
    expect(JSON.stringify(said)).toContain(word);
    const seen = upstreams.get(id)?.seen ?? [];
    expect(seen.length).toBeGreaterThan(0);
    for (const one of seen) {
      expect(one.url).toMatch(path);
      expect(one.headers[header]).toBe(header === 'authorization' ? `Bearer ${key}` : key);
      expect(JSON.stringify(one)).not.toContain(relay.password);
    }
  });
});
