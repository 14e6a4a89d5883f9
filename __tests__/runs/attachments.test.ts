/** The files that are attached to a conversation reach the model, in whole runs with the real OpenCode. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { commentEvent } from '../../playground/events.ts';
import { addFile, addImage } from '../../playground/github/files.ts';
import type { GitHubState } from '../../playground/github/state.ts';
import { say } from '../../playground/script.ts';
import { attachmentBytes } from '../../src/limits/attachments.ts';
import { images, pdf, pngOf, zip } from '../attachments/samples.ts';
import { before } from '../attacks/told.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { bodies, expectEnding, type Run, type Scene, watch } from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const inputs = async (way: 'local' | 'remote'): Promise<Record<string, string>> => ({
  ...(await lab[way]()),
  model: 'scripted/images',
});

/** A run on a mention that says what is given; the issue has one comment of somebody else's. */
async function runOn(
  way: 'local' | 'remote',
  texts: (state: GitHubState) => { comment?: string; task: string },
  scene: Omit<Scene, 'inputs' | 'event'> = {},
): Promise<Run> {
  lab.answer([say('Done.')]);
  const run = await watch(lab, {
    inputs: await inputs(way),
    ...scene,
    event: (state) => {
      const { comment, task } = texts(state);
      const { number } = state.addIssue({ createdAt: before });
      if (comment !== undefined)
        state.addComment(number, { author: 'stranger', body: comment, createdAt: before });
      return commentEvent(state, { number, body: task });
    },
  });
  expectEnding(run, 'success', 'completed');
  return run;
}

/** What the model was sent, as text: data URLs and all. */
const sent = (): string => JSON.stringify(lab.asked[0]?.body);
const prompt = (): string =>
  lab.asked[0]?.messages.findLast(({ role }) => role === 'user')?.text ?? '';
const dataUrl = (mime: string, content: Uint8Array): string =>
  `data:${mime};base64,${Buffer.from(content).toString('base64')}`;

describe.each(['local', 'remote'] as const)('on a %s server', (way) => {
  test('images of each kind, a PDF and a text reach the model, and the text keeps their places', async () => {
    const run = await runOn(way, (state) => ({
      comment: [
        `Look: ![what I see](${addImage(state, images.png)}) here`,
        `<img width="9" alt="x" src="${addImage(state, images.gif)}">`,
        addImage(state, images.webp),
        `[log.txt](${addFile(state, 'log.txt', 'It says: no such word.\n')})`,
        `[paper.pdf](${addFile(state, 'paper.pdf', pdf)})`,
      ].join('\n\n'),
      task: `/oc look at ![mine](${addImage(state, images.jpeg)})`,
    }));
    for (const [kind, content] of Object.entries(images))
      expect(sent()).toContain(dataUrl(`image/${kind}`, content));
    expect(sent()).toContain(dataUrl('application/pdf', pdf));
    expect(sent()).toMatch(
      /--- begin [\w-]{36}: attachment 4: log.txt \(text\/plain\), in the comment by @stranger \(role: none\)[^"]*\\nIt says: no such word\.\\n--- end/,
    );
    expect(prompt()).toContain('Look: [attachment 1: image.png] here');
    expect(prompt()).toContain('[attachment 2: image.gif]');
    expect(prompt()).toContain('[attachment 3: image.webp]');
    expect(prompt()).toContain('[log.txt]([attachment 4: log.txt])');
    expect(prompt()).toContain('/oc look at [attachment 6: image.jpeg]');
    expect(sent()).toContain(
      'image.jpeg (image/jpeg), in the task by @octocat. It belongs to the task',
    );
    expect(sent()).not.toContain('user-attachments');
    expect(bodies(run)).not.toContain('attachment');
  });

  test('what cannot be taken is left out, in its place and in the run summary', async () => {
    const run = await runOn(way, (state) => ({
      comment: [
        `![a](${addImage(state, Buffer.concat([images.png, Buffer.alloc(attachmentBytes)]))})`,
        `![b](${addImage(state, '<!DOCTYPE html><p>Sign in', { type: 'image/png' })})`,
        `![c](${addImage(state, pngOf(20_000, 20_000, 1))})`,
        // Its header is fine; OpenCode cannot decode it.
        `![d](${addImage(state, images.png.subarray(0, 40))})`,
        `[e.zip](${addFile(state, 'e.zip', zip)})`,
        `![f](${addImage(state, images.png, { type: 'image/jpeg' })})`,
      ].join('\n\n'),
      task: '/oc look',
    }));
    expect(prompt()).toContain('[attachment left out: file, for it is larger than 5 MiB]');
    expect(prompt()).toContain('for it is a web page]');
    expect(prompt()).toContain('for it has 20000 x 20000 pixels, which is too many]');
    expect(prompt()).toContain('for OpenCode cannot read it]');
    expect(prompt()).toContain(
      '[e.zip]([attachment left out: e.zip, for it is neither an image, a PDF nor a text])',
    );
    expect(prompt()).toContain('[attachment 6: image.png]');
    expect(sent().match(/data:image/g)).toHaveLength(1);
    expect(sent()).toContain(dataUrl('image/png', images.png));
    expect(bodies(run)).toContain('The agent did not get 5 attachments of this thread: ');
    expect(bodies(run).match(/The agent did not get/g)).toHaveLength(1);
  });
});

describe('in a private repository', () => {
  test('an image that GitHub gives to nobody comes by the address that it signs', async () => {
    const run = await runOn(
      'remote',
      (state) => ({
        comment: `![a](${addImage(state, images.png, { access: 'signed' })})`,
        task: `/oc look ![b](${addImage(state, images.gif, { access: 'signed' })})`,
      }),
      { github: { isPrivate: true } },
    );
    expect(sent()).toContain(dataUrl('image/png', images.png));
    expect(sent()).toContain(dataUrl('image/gif', images.gif));
    for (const { jwt } of run.github.state.files.values())
      for (const text of [run.logs, run.summary, bodies(run), sent()])
        expect(text).not.toContain(jwt);
  });

  test('a file is fetched with the token, and one that it does not get is left out', async () => {
    const run = await runOn(
      'remote',
      (state) => ({
        comment: `[a](${addFile(state, 'a.log', 'The log.', { access: 'token' })})`,
        task: `/oc look [b](${addFile(state, 'b.log', 'Another.', { access: 'signed' })})`,
      }),
      { github: { isPrivate: true } },
    );
    expect(sent()).toContain('The log.');
    expect(prompt()).toContain(
      '[b]([attachment left out: b.log, for GitHub does not give it to this token])',
    );
    expect(bodies(run)).toContain('GitHub does not give it to this token');
  });
});

test('in a public repository no token goes along, and what came after the request is left alone', async () => {
  lab.answer([say('Done.')]);
  const run = await watch(lab, {
    inputs: await lab.remote(),
    event: (state) => {
      const asked = `/oc look [a](${addFile(state, 'a.log', 'The log.')})`;
      const event = commentEvent(state, { body: asked });
      const late = `[b](${addFile(state, 'b.log', 'Too late.')})`;
      state.addComment(event.number, { body: late, createdAt: '2099-01-01T00:00:00Z' });
      return event;
    },
  });
  expectEnding(run, 'success', 'completed');
  expect(sent()).toContain('The log.');
  const asked = run.github.requests.filter(({ path }) => path.startsWith('/user-attachments/'));
  expect(asked.map(({ headers }) => headers['authorization'])).toEqual([undefined]);
});

test('a model that takes no images is told so by OpenCode, and the run goes on', async () => {
  lab.answer([say('Done.')]);
  const run = await watch(lab, {
    inputs: await lab.remote(),
    event: (state) =>
      commentEvent(state, { body: `/oc look ![a](${addImage(state, images.png)})` }),
  });
  expectEnding(run, 'success', 'completed');
  expect(sent()).toContain('this model does not support image input');
});
