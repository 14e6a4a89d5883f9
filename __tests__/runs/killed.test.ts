import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { commentEvent } from '../../playground/events.ts';
import { type GitHubEmulator, startGitHub } from '../../playground/github/emulator.ts';
import { type ActionResult, type RunningAction, startAction } from '../../playground/runner.ts';
import { createHold, say } from '../../playground/script.ts';
import { findMarker } from '../../src/marker.ts';
import { busyMachineMs, greeting, type Lab, openLab } from './lab.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** A run that is over, `post` included. */
interface Ended extends ActionResult {
  bodies: string[];
  purposes: string[];
  signs: string[];
  labels: string[];
}

/** Runs `main` with something done to it, then `post`. */
async function run(
  env: Record<string, string>,
  meanwhile: (action: RunningAction, github: GitHubEmulator) => Promise<void>,
): Promise<Ended> {
  await using github = await startGitHub();
  const { state } = github;
  const event = commentEvent(state);
  const [asked] = state.comments.values();
  const workspace = lab.sample.directory;
  const inputs = await lab.remote();
  await using action = await startAction({ event, github, inputs, env, workspace });
  await meanwhile(action, github);
  await action.main;
  await action.runPost();
  const result = action.result();
  expect(github.violations).toEqual([]);
  expect(result.post?.exitCode).toBe(0);
  const comments = [...state.comments.values()].filter((comment) => comment !== asked);
  return {
    ...result,
    bodies: comments.map(({ body }) => body),
    purposes: comments.map(({ body }) => findMarker(body)?.purpose ?? ''),
    signs: (asked?.reactions ?? []).map(({ content }) => content),
    labels: state.issue(event.number).labels,
  };
}

/** Has `main`, and nobody else, run some code as soon as `go` is called. */
async function plant(code: string): Promise<{ env: Record<string, string>; go(): Promise<void> }> {
  const folder = await lab.folder();
  const [module, flag] = [join(folder, 'planted.mjs'), join(folder, 'go')];
  await writeFile(
    module,
    `import { existsSync } from 'node:fs';
if (/main.index\\.js$/.test(process.argv[1] ?? '')) {
  const timer = setInterval(() => {
    if (!existsSync(${JSON.stringify(flag)})) return;
    clearInterval(timer);
    ${code}
  }, 20).unref();
}`,
  );
  return { env: { NODE_OPTIONS: `--import=${module}` }, go: () => writeFile(flag, '') };
}

/** The agent has said the greeting, and `main` has written it down. */
async function untilHeard({ temp }: RunningAction): Promise<void> {
  for (;;) {
    const names = (await readdir(temp)).filter((name) => name.endsWith('.jsonl'));
    const journals = await Promise.all(names.map((name) => readFile(join(temp, name), 'utf8')));
    if (journals.join('').includes('𝒳')) return;
    await sleep(50);
  }
}

describe('an error that nobody catches', () => {
  test.each([
    ['thrown in a timer', `throw new Error('boom');`],
    ['an unhandled rejection', `void Promise.reject(new Error('boom'));`],
  ])('ends the run with all that the agent had written: %s', async (_, code) => {
    const hold = createHold();
    lab.answer([say([greeting, hold, 'and never this'])]);
    const planted = await plant(code);
    const ended = await run(planted.env, async (action) => {
      await untilHeard(action);
      await planted.go();
    });
    expect(ended.exitCode).toBe(1);
    expect(ended.outputs).toMatchObject({ outcome: 'failure', reason: 'internal-error' });
    expect(ended.outputs['response']).toBe(greeting);
    expect(ended.bodies).toEqual([expect.stringContaining(greeting)]);
    expect(ended.bodies[0]).toContain('an error of its own: boom');
    expect(ended).toMatchObject({ signs: ['confused'], labels: [] });
    expect(ended.post?.log).toBe('');
    expect(lab.asked.at(-1)?.isAborted).toBe(true);
  });

  test('leaves the rest to post where what it broke was the ending itself', async () => {
    const hold = createHold();
    lab.answer([say([greeting, hold, 'and never this'])]);
    // Nothing comes through any more, and nothing says so.
    const planted = await plant(
      `const { Socket } = process.getBuiltinModule('node:net');
       const { _writeGeneric: write } = Socket.prototype;
       Socket.prototype.connect = function () { return this; };
       Socket.prototype._writeGeneric = function (...call) {
         if (this.remoteAddress === undefined) write.apply(this, call);
       };
       throw new Error('boom');`,
    );
    const ended = await run(planted.env, async (action) => {
      await untilHeard(action);
      await planted.go();
    });
    expect(ended.exitCode).toBe(1);
    expect(ended.bodies).toEqual([expect.stringContaining(greeting)]);
    expect(ended).toMatchObject({ signs: ['confused'], labels: [] });
    expect(ended.summary + (ended.post?.summary ?? '')).toContain(greeting);
    while (lab.asked.at(-1)?.isAborted !== true) await sleep(50);
  });
});

describe('what the runner does not take', () => {
  test('keeps no answer from the thread', async () => {
    lab.answer([say(greeting)]);
    const nowhere = join(await lab.folder(), 'missing', 'file');
    const ended = await run({ GITHUB_STEP_SUMMARY: nowhere, GITHUB_OUTPUT: nowhere }, () =>
      Promise.resolve(),
    );
    expect(ended.bodies).toEqual([expect.stringContaining(greeting)]);
    expect(ended).toMatchObject({ signs: ['rocket'], labels: [] });
    expect(ended.log).toContain('Could not write the step summary');
  });
});

describe('a run that is killed while it posts an answer of five comments', () => {
  const paragraph = (index: number): string => `Paragraph ${index} ${'says more. '.repeat(90)}`;
  const paragraphs = Array.from({ length: 280 }, (_, index) => paragraph(index));

  test.each(['answer', 'answer-3', 'answer-5'])('posts all of it (%s)', async (purpose) => {
    lab.answer([say(paragraphs.join('\n\n'), { chunkChars: 5_000 })]);
    const ended = await run({}, async (action, github) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      github.faults = ({ method, body }) => {
        const text = (body as { body?: string } | undefined)?.body ?? '';
        if (method !== 'POST' || findMarker(text)?.purpose !== purpose) return undefined;
        action.child.kill('SIGKILL');
        resolve();
        return undefined;
      };
      await promise;
    });
    expect(ended.signal).toBe('SIGKILL');
    const names = ['answer', 'answer-2', 'answer-3', 'answer-4', 'answer-5'];
    expect(ended.purposes).toEqual(names);
    const shown = [...ended.bodies.join('\n').matchAll(/Paragraph (\d+) /g)];
    expect(shown.map(([, index]) => Number(index))).toEqual(paragraphs.map((_, index) => index));
    expect(ended).toMatchObject({ signs: ['rocket'], labels: [] });
    expect(ended.summary).toContain('Paragraph 279 ');
  });
});
