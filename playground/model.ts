import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';

import * as v from 'valibot';

import { type Refusal, type Step, refuse, say } from './script.ts';
import { streamAnswer } from './stream.ts';

/** One message of a request, its parts joined to one text. */
export interface ChatMessage {
  role: string;
  text: string;
}

/** One request of OpenCode to the model. */
export interface ModelRequest {
  /** The model's name without the provider: `test`, or `title` for a session's title. */
  model: string;
  messages: ChatMessage[];
  /** The first thing that the user (or, in a child session, the parent agent) said: tells root from child. */
  prompt: string;
  /** Names of the tools on offer. */
  tools: string[];
  /** The body as it came. */
  body: unknown;
  /** The header `Authorization`. */
  authorization: string | undefined;
  /** The connection ended before the answer was complete: OpenCode hung up, or the step said so. */
  isAborted: boolean;
}

/**
 * What the model answers: a list, one step for each request in turn (a child session's requests
 * count too, its parent waits meanwhile), or a function, called with the request and its number
 * from 0. Requests for a session's title are answered apart and count for neither.
 */
export type Script =
  readonly Step[] | ((request: ModelRequest, index: number) => Step | Promise<Step>);

/** A model on loopback that says what its script says. */
export interface ScriptedModel extends AsyncDisposable {
  /** Base address that ends in `/v1`. */
  url: string;
  /** All requests so far except those for a session's title. */
  requests: ModelRequest[];
  /** Called for each of them as it comes, with its number from 0; may be set while it runs. */
  onRequest: (request: ModelRequest, index: number) => void;
  /**
   * OpenCode's configuration that makes it use this model as `scripted/test`, with no other network;
   * as `scripted/images` it takes images and PDFs.
   */
  config: Record<string, unknown>;
}

const content = v.nullish(
  v.union([
    v.string(),
    v.array(v.looseObject({ type: v.string(), text: v.optional(v.string(), '') })),
  ]),
  '',
);
const chatRequest = v.looseObject({
  model: v.string(),
  messages: v.array(v.looseObject({ role: v.string(), content })),
  tools: v.optional(v.array(v.looseObject({ function: v.looseObject({ name: v.string() }) })), []),
});

/** Starts a scripted model, an OpenAI-compatible server on a free port of loopback. */
export async function startModel(script: Script): Promise<ScriptedModel> {
  const server = createServer((request, response) => {
    serve(request, response, script, model).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const model: ScriptedModel = {
    url,
    requests: [],
    onRequest: () => {},
    config: configFor(url),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return model;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  script: Script,
  model: ScriptedModel,
): Promise<void> {
  const body = await readText(request);
  if (request.method === 'GET' && request.url === '/v1/models') {
    return sendJson(response, 200, { object: 'list', data: [{ id: 'test', object: 'model' }] });
  }
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
    return sendError(response, refuse(404, `No route ${request.method} ${request.url}.`));
  }
  const asked = readRequest(body, request.headers.authorization);
  response.once('close', () => (asked.isAborted = !response.writableFinished));
  const step =
    asked.model === 'title' ? say('A scripted session') : await nextStep(script, model, asked);
  if ('status' in step) return sendError(response, step);
  await streamAnswer(response, step, asked.model);
}

async function nextStep(script: Script, model: ScriptedModel, asked: ModelRequest): Promise<Step> {
  const index = model.requests.push(asked) - 1;
  model.onRequest(asked, index);
  if (typeof script === 'function') return await script(asked, index);
  return script[index] ?? refuse(400, `The script has no step ${index + 1}.`);
}

function readRequest(body: string, authorization: string | undefined): ModelRequest {
  const parsed: unknown = JSON.parse(body);
  const chat = v.parse(chatRequest, parsed);
  const messages = chat.messages.map(({ role, content: said }) => ({
    role,
    text: typeof said === 'string' ? said : said.map((part) => part.text).join('\n'),
  }));
  return {
    model: chat.model,
    messages,
    prompt: messages.find(({ role }) => role === 'user')?.text ?? '',
    tools: chat.tools.map((tool) => tool.function.name),
    body: parsed,
    authorization,
    isAborted: false,
  };
}

function sendError(response: ServerResponse, { status, message, headers }: Refusal): void {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  sendJson(response, status, {
    error: { message, type: 'scripted_error', param: null, code: null },
  });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** `small_model` is a model of its own, so that a title's request tells itself apart by its name. */
function configFor(baseURL: string): Record<string, unknown> {
  const model = {
    tool_call: true,
    limit: { context: 1_000_000, output: 100_000 },
    cost: { input: 1, output: 2 },
  };
  const seeing = {
    attachment: true,
    modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
  };
  return {
    autoupdate: false,
    share: 'disabled',
    enabled_providers: ['scripted'],
    model: 'scripted/test',
    small_model: 'scripted/title',
    provider: {
      scripted: {
        name: 'Scripted',
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL, apiKey: 'scripted-key' },
        models: {
          test: { ...model, name: 'Test', variants: { high: { reasoningEffort: 'high' } } },
          images: { ...model, name: 'Images', ...seeing },
          title: { ...model, name: 'Title' },
        },
      },
    },
  };
}
