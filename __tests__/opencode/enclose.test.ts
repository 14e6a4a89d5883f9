import { describe, expect, test } from '@jest/globals';
import { encloseFile } from '../../src/opencode/enclose.ts';
import { type Fake, sendJson, startFake } from './fake.ts';

const signal = AbortSignal.timeout(60_000);
const file = {
  sessionId: 'ses_1',
  messageId: 'msg_1',
  choice: {
    agent: 'build',
    agentRules: [],
    model: { provider: 'p', model: 'm' },
    variant: undefined,
  },
  text: 'This is it.',
  file: { name: 'a.png', mime: 'image/png', content: Buffer.from('x') },
};

const posted = ({ seen }: Fake) => seen.filter(({ method }) => method === 'POST');

describe('a file is given to a session', () => {
  test('in a message that asks for no answer, as its bytes', async () => {
    await using fake = await startFake((_seen, response) => sendJson(response, {}));
    expect(await encloseFile(fake.address, file, signal)).toBe('taken');
    expect(posted(fake).map(({ body }) => JSON.parse(body))).toEqual([
      {
        messageID: 'msg_1',
        model: { providerID: 'p', modelID: 'm' },
        agent: 'build',
        noReply: true,
        parts: [
          { type: 'text', text: 'This is it.' },
          { type: 'file', mime: 'image/png', filename: 'a.png', url: 'data:image/png;base64,eA==' },
        ],
      },
    ]);
  });

  test.each([
    [400, 'unreadable'],
    [413, 'too-large'],
    [500, 'unknown'],
    [401, 'unknown'],
  ])('or is not: %i', async (status, taking) => {
    await using fake = await startFake((_seen, response) => sendJson(response, {}, status));
    expect(await encloseFile(fake.address, file, signal)).toBe(taking);
  });

  test('is waited with where the server has too much to do', async () => {
    await using fake = await startFake((_seen, response) => {
      const isFull = posted(fake).length < 3;
      response.writeHead(isFull ? 429 : 200, { 'retry-after': '0' }).end(isFull ? '' : '{}');
    });
    expect(await encloseFile(fake.address, file, signal)).toBe('taken');
  });

  test.each([
    [200, 'taken'],
    [404, 'unknown'],
  ])('is looked up where the answer was lost: %i', async (status, taking) => {
    await using fake = await startFake((seen, response) => {
      if (seen.method === 'POST') return void response.destroy();
      sendJson(response, {}, status);
    });
    expect(await encloseFile(fake.address, file, signal)).toBe(taking);
    expect(posted(fake)).toHaveLength(1);
  });
});
