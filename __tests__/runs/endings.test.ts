import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { callTool, createHold, refuse, say } from '../../playground/script.ts';
import { busyMachineMs, greeting, type Lab, openLab } from './lab.ts';
import {
  type Going,
  eventually,
  expectEnding,
  expectIdlePost,
  ownReactions,
  watch,
} from './watch.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

describe('a run on a server of its own', () => {
  test('answers on the thread, to the letter, and leaves nothing behind', async () => {
    lab.answer([say(greeting)]);
    const run = await watch(lab, { inputs: await lab.local() });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(run.comments[0]?.body.startsWith(`${greeting}\n\n<details>`)).toBe(true);
    expect(run.summary).toContain(greeting);
    expect(run.outputs).toMatchObject({
      response: greeting,
      'response-path': '',
      partial: 'false',
      'session-id': expect.stringMatching(/^ses_/),
      'duration-seconds': expect.stringMatching(/^\d+$/),
      'input-tokens': '100',
      'output-tokens': '10',
      'cost-usd': '0.00012',
    });
  });
});

describe('a run on a server of somebody else', () => {
  test('answers on the thread in the same words', async () => {
    lab.answer([say(greeting)]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'success', 'completed');
    expectIdlePost(run);
    expect(run.comments[0]?.body.startsWith(`${greeting}\n\n<details>`)).toBe(true);
    expect(run.outputs['response']).toBe(greeting);
  });
});

describe('a run that is cancelled in mid-sentence', () => {
  const half = 'سلام! نیمهٔ اول 👩‍👩‍👧 ';

  async function cancel(kind: 'local' | 'remote', signal: 'SIGINT' | 'SIGTERM') {
    const hold = createHold();
    lab.answer([say([half, hold, 'and never this'])]);
    let tookMs = 0;
    const run = await watch(lab, {
      inputs: await lab[kind](),
      github: { faults: () => ({ delayMs: 300 }) },
      meanwhile: async ({ action, untilJournalled }: Going) => {
        await untilJournalled(half.trim());
        const at = Date.now();
        action.child.kill(signal);
        tookMs = (await action.main).endedAt - at;
      },
    });
    return { run, tookMs };
  }

  test.each([
    ['local', 'SIGINT'],
    ['remote', 'SIGTERM'],
  ] as const)('(%s, %s) posts what there is within five seconds', async (kind, signal) => {
    const { run, tookMs } = await cancel(kind, signal);
    expectEnding(run, 'cancelled', 'cancelled');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain(half.trim());
    expect(run.comments[0]?.body).toContain('was cancelled');
    expect(run.outputs).toMatchObject({ partial: 'true', response: half });
    expect(tookMs).toBeLessThan(5_000);
  });
});

describe('a run that is ended before the agent has begun', () => {
  const isFirstSign = ({ method, path }: { method: string; path: string }): boolean =>
    method === 'POST' && path.endsWith('/reactions');

  test.each(['SIGINT', 'SIGTERM'] as const)('(%s) says so', async (signal) => {
    lab.answer([say(greeting)]);
    const run = await watch(lab, {
      inputs: await lab.local(),
      meanwhile: async ({ action, github }: Going) => {
        await github.waitForRequest(isFirstSign);
        action.child.kill(signal);
      },
    });
    expectEnding(run, 'cancelled', 'cancelled');
    expectIdlePost(run);
    expect(run.outputs).toMatchObject({ partial: 'false', response: '' });
    expect(lab.asked).toEqual([]);
  });

  test('(SIGKILL) is finished by post', async () => {
    lab.answer([say(greeting)]);
    const run = await watch(lab, {
      inputs: await lab.local(),
      meanwhile: async ({ action, github }: Going) => {
        await github.waitForRequest(isFirstSign);
        action.child.kill('SIGKILL');
      },
    });
    expect(run.comments).toHaveLength(1);
    expect(run.comments[0]?.body).toContain('was killed');
    expect(run.github.state.issue(run.event.number).labels).toEqual([]);
    expect(ownReactions(run)).toEqual(['confused']);
  });
});

describe('a run whose process is killed in mid-sentence', () => {
  const away = 'setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo "started"';
  const leave = callTool('bash', { command: away, description: 'Leave a process behind' });

  async function kill(kind: 'local' | 'remote', posts: number) {
    const hold = createHold();
    const talk = say([greeting, hold, 'and never this']);
    lab.answer(kind === 'local' ? [leave, talk] : [talk]);
    return await watch(lab, {
      inputs: await lab[kind](),
      meanwhile: async ({ action, untilJournalled }: Going) => {
        await untilJournalled('𝒳');
        action.child.kill('SIGKILL');
        for (let done = 1; done < posts; done += 1) await action.runPost();
      },
    });
  }

  test.each(['local', 'remote'] as const)('is finished by post (%s)', async (kind) => {
    const run = await kill(kind, 1);
    expect(run.signal).toBe('SIGKILL');
    expect(run.post?.exitCode).toBe(0);
    expect(run.comments).toHaveLength(1);
    expect(run.comments[0]?.body).toContain(greeting);
    expect(run.comments[0]?.body).toContain('was killed');
    expect(run.post?.summary).toContain(greeting);
    expect(run.github.state.issue(run.event.number).labels).toEqual([]);
    expect(ownReactions(run)).toEqual(['confused']);
    await eventually(() => lab.asked.at(-1)?.isAborted === true);
  });

  test('is finished once, however often post runs', async () => {
    const run = await kill('remote', 2);
    expect(run.comments).toHaveLength(1);
    expectIdlePost(run);
  });
});

describe('a run whose provider refuses', () => {
  test.each([
    [401, 'No such key.', "Check the provider's key"],
    [400, 'Bad request.', 'refuses the request'],
  ])('with %i says so, and what to do', async (status, message, hint) => {
    lab.answer([refuse(status, message)]);
    const run = await watch(lab, { inputs: await lab.remote() });
    expectEnding(run, 'failure', 'provider-error');
    expectIdlePost(run);
    expect(run.comments[0]?.body).toContain(`(status ${status}): ${message}`);
    expect(run.comments[0]?.body).toContain(hint);
  });
});
