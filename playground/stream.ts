import { once } from 'node:events';
import { type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Answer, type Text } from './script.ts';

/** Thrown to ourselves once OpenCode has hung up: nobody is left to write to. */
class HungUp extends Error {}

/**
 * Streams one answer as OpenAI's API does: `data:` lines of `chat.completion.chunk`, the finish
 * reason, the usage, `[DONE]`. Returns early, without an error, when the client hangs up.
 * https://platform.openai.com/docs/api-reference/chat-streaming
 */
export async function streamAnswer(
  response: ServerResponse,
  answer: Answer,
  model: string,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  try {
    await writeAnswer(createWriter(response, model), answer);
  } catch (error) {
    if (!(error instanceof HungUp)) throw error;
    return;
  }
  // Without the last chunk of the transfer encoding: the client sees a broken body, not an end.
  if (answer.isDropped === true) response.socket?.destroySoon();
  else response.end('data: [DONE]\n\n');
}

interface Writer {
  write(fields: Record<string, unknown>): Promise<void>;
  delta(delta: Record<string, unknown>, finish?: string): Promise<void>;
  /** Waits for something, but no longer than the client stays. */
  wait(what: Promise<unknown>): Promise<void>;
}

function createWriter(response: ServerResponse, model: string): Writer {
  const id = `chatcmpl-${crypto.randomUUID()}`;
  const created = Math.floor(Date.now() / 1000);
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => {});
  response.once('close', () => closed.reject(new HungUp()));
  const wait = async (what: Promise<unknown>): Promise<void> => {
    await Promise.race([what, closed.promise]);
  };
  const write = async (fields: Record<string, unknown>): Promise<void> => {
    if (response.destroyed) throw new HungUp();
    const chunk = { id, object: 'chat.completion.chunk', created, model, ...fields };
    if (!response.write(`data: ${JSON.stringify(chunk)}\n\n`)) await wait(once(response, 'drain'));
  };
  const delta = (fields: Record<string, unknown>, finish?: string): Promise<void> =>
    write({ choices: [{ index: 0, delta: fields, finish_reason: finish ?? null }] });
  return { write, delta, wait };
}

async function writeAnswer(writer: Writer, answer: Answer): Promise<void> {
  const { calls = [], usage = { inputTokens: 100, outputTokens: 10 } } = answer;
  await writer.delta({ role: 'assistant', content: '' });
  await writeText(writer, 'reasoning_content', answer.reasoning ?? '', answer);
  await writeText(writer, 'content', answer.text ?? '', answer);
  for (const [index, { tool, args }] of calls.entries()) {
    const called = { name: tool, arguments: JSON.stringify(args) };
    const id = `call_${crypto.randomUUID()}`;
    await writer.delta({ tool_calls: [{ index, id, type: 'function', function: called }] });
  }
  if (answer.isDropped === true) return;
  await writer.delta({}, answer.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop'));
  await writer.write({
    choices: [],
    usage: {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
    },
  });
}

async function writeText(
  writer: Writer,
  field: 'content' | 'reasoning_content',
  text: Text,
  { chunkChars = 40, delayMs = 0 }: Answer,
): Promise<void> {
  for (const piece of typeof text === 'string' ? [text] : text) {
    if (typeof piece !== 'string') {
      await writer.wait(piece.arrive());
      continue;
    }
    for (const chunk of chunksOf(piece, chunkChars)) {
      await writer.delta({ [field]: chunk });
      if (delayMs > 0) await writer.wait(sleep(delayMs));
    }
  }
}

/** Chunks of whole code points: no provider cuts an emoji in two. */
function* chunksOf(text: string, size: number): Generator<string> {
  const points = Array.from(text);
  for (let start = 0; start < points.length; start += size) {
    yield points.slice(start, start + size).join('');
  }
}
