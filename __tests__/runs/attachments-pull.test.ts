/** The files that are attached to a pull request and to what is said on its lines, in whole runs with the real OpenCode. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import {
  commentEvent,
  pullEvent,
  reviewCommentEvent,
  type SampleEvent,
} from '../../playground/events.ts';
import { addFile, addImage } from '../../playground/github/files.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { say } from '../../playground/script.ts';
import { images } from '../attachments/samples.ts';
import { before } from '../attacks/told.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { at, files, finding, give, verdict } from './reviewer.ts';
import { bodies, expectEnding, type Run, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const pull = { createdAt: before, headSha: 'a'.repeat(40), files };

async function run(
  event: (state: GitHubState) => SampleEvent,
  inputs: Record<string, string> = {},
  isPrivate = false,
): Promise<Run> {
  const given = { ...(await lab.remote()), model: 'scripted/images', ...inputs };
  const done = await watch(lab, { event, inputs: given, github: { isPrivate } });
  expect(done.outputs).toMatchObject({ outcome: 'success', reason: 'completed' });
  return done;
}

/** What the model was sent, as text: data URLs and all. */
const sent = (): string => JSON.stringify(lab.asked[0]?.body);
const prompt = (): string =>
  lab.asked[0]?.messages.findLast(({ role }) => role === 'user')?.text ?? '';
const dataUrl = (kind: keyof typeof images): string =>
  `data:image/${kind};base64,${Buffer.from(images[kind]).toString('base64')}`;

describe('a reviewer is sent', () => {
  const rejected = give(verdict('REJECT', { findings: [finding('It shouts', { place: at(5) })] }));

  test('what is attached to the pull request, on an event that wants a review', async () => {
    lab.answer([rejected]);
    const done = await run(
      (state) => {
        const body = `It looks so: ![x](${addImage(state, images.png)})`;
        return pullEvent(state, { ...pull, author: 'octocat', body });
      },
      { review: 'true' },
    );
    expect(sent()).toContain(dataUrl('png'));
    expect(prompt()).toContain('It looks so: [attachment 1: image.png]');
    expect(lab.asked[0]?.tools).toContain('StructuredOutput');
    expect(done.outputs['verdict']).toBe('REJECT');
    expect(done.github.state.reviews.size).toBeGreaterThan(0);
  });

  test('what is attached to the words that ask, and to what others said before', async () => {
    lab.answer([rejected]);
    const done = await run((state) => {
      const { number } = state.addPull({ ...pull, body: `![a](${addImage(state, images.png)})` });
      const log = `[b.log](${addFile(state, 'b.log', 'It says: no such word.')})`;
      state.addReviewComment(number, { author: 'stranger', body: log, createdAt: before });
      const body = `/oc review against ![c](${addImage(state, images.jpeg)})`;
      return commentEvent(state, { number, body });
    });
    for (const part of [dataUrl('png'), dataUrl('jpeg'), 'It says: no such word.'])
      expect(sent()).toContain(part);
    expect(prompt()).toContain('/oc review against [attachment 3: image.jpeg]');
    expect(lab.asked[0]?.tools).toContain('StructuredOutput');
    expect(done.outputs['verdict']).toBe('REJECT');
  });

  test('no attachment that it cannot have, and its review says so', async () => {
    lab.answer([rejected]);
    const done = await run(
      (state) => {
        const body = `![x](${addImage(state, '<!DOCTYPE html><p>Sign in')})`;
        return pullEvent(state, { ...pull, author: 'octocat', body });
      },
      { review: 'true' },
    );
    expect(prompt()).toContain('for it is a web page]');
    const [review] = done.github.state.reviews.values();
    expect(review?.body).toContain('The agent did not get 1 attachment of this thread: ');
  });
});

describe('in a private repository, by the address that GitHub signs,', () => {
  /** Neither is in anything that others read. */
  function expectNoSigned(done: Run): void {
    for (const { jwt } of done.github.state.files.values())
      for (const text of [done.logs, done.summary, bodies(done), sent()])
        expect(text).not.toContain(jwt);
  }

  test('the images of a pull request, of comments on its lines and of the one that asks come', async () => {
    lab.answer([say('Done.')]);
    const done = await run(
      (state) => {
        const image = (kind: keyof typeof images): string =>
          addImage(state, images[kind], { access: 'signed' });
        const { number } = state.addPull({ ...pull, body: `![a](${image('png')})` });
        const first = { author: 'stranger', body: `![b](${image('gif')})`, createdAt: before };
        const { id: inReplyTo } = state.addReviewComment(number, first);
        const elsewhere = { line: 7, body: `![c](${image('webp')})`, createdAt: before };
        state.addReviewComment(number, elsewhere);
        const body = `/oc compare it with ![d](${image('jpeg')})`;
        return reviewCommentEvent(state, { number, body, inReplyTo });
      },
      {},
      true,
    );
    expectEnding(done, 'success', 'completed');
    for (const kind of ['png', 'gif', 'webp', 'jpeg'] as const)
      expect(sent()).toContain(dataUrl(kind));
    expect(prompt()).not.toContain('left out');
    expectNoSigned(done);
  });

  test('the image of a pull request comes to its reviewer', async () => {
    lab.answer([give(verdict('PASS'))]);
    const done = await run(
      (state) => {
        const body = `![x](${addImage(state, images.png, { access: 'signed' })})`;
        return pullEvent(state, { ...pull, author: 'octocat', body });
      },
      { review: 'true' },
      true,
    );
    expect(sent()).toContain(dataUrl('png'));
    expect(done.outputs['verdict']).toBe('PASS');
    expectNoSigned(done);
  });
});
