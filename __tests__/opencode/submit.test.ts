import { describe, expect, test } from '@jest/globals';

import { submitPrompt } from '../../src/opencode/submit.ts';
import { type Fake, type Seen, sendJson, startFake } from './fake.ts';

const signal = AbortSignal.timeout(60_000);
const submission = {
  sessionId: 'ses_1',
  promptId: 'msg_1',
  prompt: { system: '', text: 'Fix it' },
  choice: { agent: 'build', agentRules: [], model: { provider: 'p', model: 'm' }, variant: 'high' },
};

function sent(fake: Fake): Seen[] {
  return fake.seen.filter(({ method }) => method === 'POST');
}

describe('sending the prompt', () => {
  test('names its message, its agent and its model', async () => {
    await using fake = await startFake((_seen, response) => void response.writeHead(204).end());
    await submitPrompt(fake.address, submission, signal);
    expect(sent(fake).map(({ body }) => JSON.parse(body))).toEqual([
      {
        messageID: 'msg_1',
        model: { providerID: 'p', modelID: 'm' },
        agent: 'build',
        variant: 'high',
        parts: [{ type: 'text', text: 'Fix it' }],
      },
    ]);
  });

  test('is not repeated where only the answer was lost', async () => {
    await using fake = await startFake((seen, response) => {
      if (seen.method === 'POST') return void response.destroy();
      sendJson(response, {});
    });
    await submitPrompt(fake.address, submission, signal);
    expect(sent(fake)).toHaveLength(1);
    expect(fake.seen[1]?.url).toBe('/session/ses_1/message/msg_1?directory=%2Frepo');
  });

  test('is not repeated where the session is at work', async () => {
    await using fake = await startFake((seen, response) => {
      if (seen.method === 'POST') return void response.writeHead(502).end();
      if (seen.url.includes('/status')) return sendJson(response, { ses_1: { type: 'busy' } });
      sendJson(response, {}, 404);
    });
    await submitPrompt(fake.address, submission, signal);
    expect(sent(fake)).toHaveLength(1);
  });

  test('is repeated where the server never heard of it', async () => {
    await using fake = await startFake((seen, response) => {
      if (seen.method === 'POST') {
        const isFirst = sent(fake).length === 1;
        return void (isFirst ? response.destroy() : response.writeHead(204).end());
      }
      sendJson(response, {}, seen.url.includes('/status') ? 200 : 404);
    });
    await submitPrompt(fake.address, submission, signal);
    expect(sent(fake)).toHaveLength(2);
  });

  test('waits where the server has too much to do, and looks nothing up', async () => {
    await using fake = await startFake((_seen, response) => {
      const isFull = sent(fake).length < 5;
      return void response.writeHead(isFull ? 429 : 204, { 'retry-after': '0' }).end();
    });
    await submitPrompt(fake.address, submission, signal);
    expect(fake.seen.map(({ method }) => method)).toEqual(Array(5).fill('POST'));
  });

  test('waits no longer than the run lets it', async () => {
    await using fake = await startFake(
      (_seen, response) => void response.writeHead(429, { 'retry-after': '3600' }).end(),
    );
    const run = new AbortController();
    const over = new Error('over');
    const sending = submitPrompt(fake.address, submission, run.signal);
    while (fake.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    run.abort(over);
    await expect(sending).rejects.toBe(over);
    expect(fake.seen).toHaveLength(1);
  });

  test('is refused once and for all', async () => {
    await using fake = await startFake((_seen, response) => sendJson(response, {}, 400));
    await expect(submitPrompt(fake.address, submission, signal)).rejects.toMatchObject({
      reason: 'server-unreachable',
    });
    expect(fake.seen).toHaveLength(1);
  });
});
