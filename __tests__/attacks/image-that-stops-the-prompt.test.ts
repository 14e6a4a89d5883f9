/** One broken image in a stranger's comment, and OpenCode drops the whole prompt that it comes with. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { commentEvent } from '../../playground/events.ts';
import { addImage } from '../../playground/github/files.ts';
import { say } from '../../playground/script.ts';
import { createMessageId } from '../../src/opencode/ids.ts';
import { images } from '../attachments/samples.ts';
import { busyMachineMs, type Lab, openLab } from '../runs/lab.ts';
import { expectEnding, watch } from '../runs/watch.ts';
import { before } from './told.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** A header that is fine, and nothing behind it. */
const broken = images.png.subarray(0, 40);

test('the run goes on without it', async () => {
  lab.answer([say('Done.')]);
  const run = await watch(lab, {
    inputs: { ...(await lab.remote()), model: 'scripted/images' },
    event: (state) => {
      const { number } = state.addIssue({ createdAt: before });
      const body = `![x](${addImage(state, broken)})`;
      state.addComment(number, { author: 'stranger', body, createdAt: before });
      return commentEvent(state, { number });
    },
  });
  expectEnding(run, 'success', 'completed');
  expect(lab.asked).toHaveLength(1);
});

test('and would have ended there, had the image come with the prompt', async () => {
  lab.answer([say('Done.')]);
  const { url } = await lab.server();
  const password = lab.secrets[0] ?? '';
  const ask = async (path: string, body?: unknown): Promise<Response> =>
    await fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Basic ${btoa(`opencode:${password}`)}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const { id } = (await (await ask('/session', {})).json()) as { id: string };
  const data = `data:image/png;base64,${broken.toString('base64')}`;
  const image = { type: 'file', mime: 'image/png', filename: 'x.png', url: data };
  const prompt = { messageID: createMessageId(), parts: [{ type: 'text', text: 'Hi' }, image] };
  expect((await ask(`/session/${id}/prompt_async`, prompt)).status).toBe(204);
  // The same, waited for, says why.
  const waited = { ...prompt, messageID: createMessageId(), noReply: true };
  expect((await ask(`/session/${id}/message`, waited)).status).toBe(400);
  expect(await (await ask(`/session/${id}/message`)).json()).toEqual([]);
  expect(lab.asked).toEqual([]);
});
