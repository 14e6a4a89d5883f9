import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { createHold, say, type Step } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { openTurns, type Turn, until } from './turns.ts';

jest.setTimeout(busyMachineMs);

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, busyMachineMs);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const bodyOf = (turn: Turn): string =>
  turn
    .comments()
    .map(({ body }) => body)
    .join('\n');

describe('two mentions at once on one server', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['two runs of GitHub', {}, ['9000000001', '9000000002']],
    ['under act, where every run is number 1', { ACT: 'true' }, ['1', '1']],
  ])(
    'take turns, and the second thread is told at once whom it waits for: %s',
    async (_, env, ids) => {
      await using turns = await openTurns(lab);
      const hold = createHold();
      lab.answer([say(['One', hold, ' answer.']), say('Another answer.')]);
      const first = await turns.start({ runId: ids[0] ?? '', env });
      await hold.reached;
      expect(turns.record()).toMatchObject({
        state: 'held',
        owner: { runId: ids[0], attempt: 1 },
        thread: { kind: 'issue', number: first.event.number },
        session: expect.stringMatching(/^ses_/),
        server: { url: (await lab.server()).url, directory: lab.sample.directory },
      });
      const second = await turns.start({ runId: ids[1] ?? '', env });
      await until(() => second.comments().length === 1);
      const link = `${turns.github.url}/octo-org/hello-world/actions/runs/${ids[0]}/attempts/1`;
      const waits = `Run ${ids[0]} is at work here; this one starts when it is done: ${link}`;
      expect(bodyOf(second)).toContain(waits);
      expect(second.signs()).toEqual({ reactions: ['eyes'], labels: ['agent: working'] });
      expect(lab.asked).toHaveLength(1);
      hold.release();
      const ended = [await first.end(), await second.end()];
      expect(ended.map(({ outputs }) => outputs['outcome'])).toEqual(['success', 'success']);
      expect(ended[1]?.log).toContain(waits);
      expect(bodyOf(first)).toMatch(/^One answer\.\n/);
      expect(bodyOf(second)).toMatch(/^Another answer\.\n/);
      expect(turns.record()).toMatchObject({ state: 'released', owner: { runId: ids[1] } });
      expect(ended.map(({ post }) => post?.log)).toEqual(['', '']);
      expect(turns.github.violations).toEqual([]);
    },
  );

  test('the second ends as busy where it may not wait for so long, and its thread says so', async () => {
    await using turns = await openTurns(lab);
    const hold = createHold();
    lab.answer([say(['One', hold, ' answer.'])]);
    const first = await turns.start();
    await hold.reached;
    const second = await turns.start({ inputs: { 'lock-wait-minutes': '0.02' } });
    const { exitCode, outputs, log, post, summary } = await second.end();
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ outcome: 'skipped', reason: 'busy', response: '' });
    const [comment] = second.comments();
    expect(outputs['comment-id']).toBe(String(comment?.id));
    const sentence = 'Run 9000000001 was at work here for all of the 0.02 minutes';
    expect(second.comments()).toHaveLength(1);
    expect(bodyOf(second)).toContain(`> [!NOTE]\n> ${sentence}`);
    expect(summary).toContain(sentence);
    expect(log).toContain(sentence);
    expect(second.signs()).toEqual({ reactions: [], labels: [] });
    expect(post?.log).toBe('');
    // Seconds before a progress comment is due.
    const waited = turns.github.requests.filter(
      ({ method, body }) => method === 'POST' && JSON.stringify(body).includes('is at work here'),
    );
    expect(waited).toHaveLength(1);
    hold.release();
    expect((await first.end()).outputs['outcome']).toBe('success');
    expect(lab.asked).toHaveLength(1);
    expect(turns.github.violations).toEqual([]);
  });
});

describe('a run that is killed with its machine', () => {
  /** Its session writes, and goes on until it is stopped. */
  async function dieInMidSentence(turns: Awaited<ReturnType<typeof openTurns>>, then: Step) {
    const hold = createHold();
    const stopped: boolean[] = [];
    lab.answer((_, index) => {
      if (index === 0) return say(['Half of an answer. ', hold, 'And never this.']);
      stopped.push(lab.asked[0]?.isAborted === true);
      return then;
    });
    const dead = await turns.start();
    await hold.reached;
    // From then on it has a progress comment.
    await turns.github.waitForRequest(
      ({ method, path }) => method === 'POST' && path.endsWith('/comments'),
    );
    await dead.die();
    return { dead, stopped };
  }

  test('is recovered by the next mention: its session stopped first, its thread tidied up', async () => {
    await using turns = await openTurns(lab);
    const { dead, stopped } = await dieInMidSentence(turns, say('Another answer.'));
    expect(lab.asked[0]?.isAborted).toBe(false);
    expect(turns.record()).toMatchObject({ state: 'held', owner: { runId: '9000000001' } });
    const next = await turns.start();
    const { outputs, log } = await next.end();
    expect(outputs).toMatchObject({ outcome: 'success', response: 'Another answer.' });
    expect(stopped).toEqual([true]);
    expect(dead.comments()).toHaveLength(1);
    expect(bodyOf(dead)).toContain('This run died before it was done.');
    expect(bodyOf(dead)).toContain('Recovered by run 9000000002: http');
    expect(bodyOf(dead)).toMatch(/\n\nHalf of an answer\.\s+<details>/);
    expect(dead.signs()).toEqual({ reactions: ['confused'], labels: [] });
    expect(next.comments()).toHaveLength(1);
    expect(log).toMatch(/Session ses_\w+ of run 9000000001 is stopped\./);
    const record = turns.record();
    expect(record).toMatchObject({ state: 'released', owner: { runId: '9000000002' } });
    expect(record?.recovering).toBeUndefined();
    expect(turns.github.violations).toEqual([]);
  });

  test('leaves the lock of a newer run alone, should its own post come after all', async () => {
    await using turns = await openTurns(lab);
    const hold = createHold();
    const { dead } = await dieInMidSentence(turns, say(['Another', hold, ' answer.']));
    const next = await turns.start();
    await hold.reached;
    const before = turns.record();
    const post = await dead.action.runPost();
    expect(post.log).toContain('was not released: it is held by');
    expect(turns.record()).toEqual(before);
    expect(before).toMatchObject({ state: 'held', owner: { runId: '9000000002' } });
    expect(dead.comments()).toHaveLength(1);
    hold.release();
    expect((await next.end()).outputs['outcome']).toBe('success');
    expect(turns.github.violations).toEqual([]);
  });
});
