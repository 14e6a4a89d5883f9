import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { createHold, say } from '../../playground/script.ts';
import { busyMachineMs, type Lab, openLab } from './lab.ts';
import { hurried, openTurns, type Turn, type Turns, until } from './turns.ts';

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

/** A run that has said half of its answer, and says no more until it is stopped. */
async function beginOne(turns: Turns, env: Record<string, string> = {}): Promise<Turn> {
  const hold = createHold();
  lab.answer([say(['Half of an answer. ', hold, 'And never this.'])]);
  const turn = await turns.start({ env });
  await hold.reached;
  return turn;
}

/** What GitHub was asked to do with the repository's Git objects. */
function lockWrites({ github }: Turns): string[] {
  const writes = github.requests.filter(({ method }) => method !== 'GET');
  return writes.map(({ path }) => path).filter((path) => path.includes('/git/'));
}

describe('a lock that is another run’s all of a sudden', () => {
  test('stops the run at once, which says what it had, and leaves the lock alone', async () => {
    await using turns = await openTurns(lab);
    const turn = await beginOne(turns, await hurried(lab, 20));
    const ours = turns.record();
    if (ours === undefined) throw new Error('There is no lock.');
    const runUrl = `${turns.github.url}/octo-org/hello-world/actions/runs/9000000009/attempts/1`;
    const owner = { ...ours.owner, runId: '9000000009', invocationId: 'another' };
    const theirs = JSON.stringify({ ...ours, owner, runUrl });
    turns.write(theirs);
    const { exitCode, outputs, post } = await turn.end();
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ outcome: 'failure', reason: 'lock-lost', partial: 'true' });
    expect(outputs['response']).toContain('Half of an answer.');
    expect(turn.comments()).toHaveLength(1);
    expect(bodyOf(turn)).toContain('The run lost its lock refs/mention-loop/locks/workspace-');
    expect(bodyOf(turn)).toContain('Half of an answer.');
    expect(turn.signs()).toEqual({ reactions: ['confused'], labels: [] });
    expect(lab.asked[0]?.isAborted).toBe(true);
    expect(turns.record()).toEqual(JSON.parse(theirs));
    expect(post?.log).toBe('');
    expect(turns.github.violations).toEqual([]);
  });
});

describe('a record that nobody can read', () => {
  test('counts as held, and is named in the log with the command that clears it', async () => {
    await using turns = await openTurns(lab);
    lab.answer([say('An answer.')]);
    await (await turns.start()).end();
    turns.write('{"format":1,"state":"rel');
    lab.answer([]);
    const turn = await turns.start({ inputs: { 'lock-wait-minutes': '0.02' } });
    const { outputs, log } = await turn.end();
    expect(outputs).toMatchObject({ outcome: 'skipped', reason: 'busy' });
    expect(log).toMatch(/The lock refs\/mention-loop\/locks\/workspace-\w+ in \S+ cannot be read/);
    expect(log).toMatch(/gh api .*--method DELETE repos\/octo-org\/hello-world\/git\/refs\//);
    expect(turn.comments()).toHaveLength(1);
    expect(bodyOf(turn)).toContain('cannot be read, so it counts as held');
    expect(lab.asked).toEqual([]);
    expect(() => turns.record()).toThrow();
  });
});

describe('a token that may not write the repository’s contents', () => {
  test('gets one line that says which permission to give or what to set, and nothing is started', async () => {
    const identity = { denied: ['contents: write'] };
    await using turns = await openTurns(lab, { identity });
    lab.answer([]);
    const turn = await turns.start();
    const { exitCode, outputs, annotations } = await turn.end();
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ outcome: 'failure', reason: 'github-error' });
    const line = expect.stringMatching(/`contents: write`, or set the input `lock: none`\.$/);
    expect(annotations.map(({ message }) => message)).toEqual([line]);
    expect(turn.comments()).toHaveLength(1);
    expect(bodyOf(turn)).toContain('`contents: write`, or set the input `lock: none`.');
    expect(turn.signs()).toEqual({ reactions: ['confused'], labels: [] });
    expect(lab.asked).toEqual([]);
  });

  test('does as well where nothing is to be locked', async () => {
    const identity = { denied: ['contents: write', 'actions: read'] };
    await using turns = await openTurns(lab, { identity });
    lab.answer([say('An answer.')]);
    const turn = await turns.start({ inputs: { lock: 'none' } });
    expect((await turn.end()).outputs['outcome']).toBe('success');
    expect(lockWrites(turns)).toEqual([]);
  });
});

describe('a run on a server of its own', () => {
  const nowhere = { 'server-url': '', 'server-password': '', 'server-directory': '' };

  test('locks nothing by itself', async () => {
    await using turns = await openTurns(lab);
    lab.answer([say('An answer.')]);
    const turn = await turns.start({ inputs: { ...nowhere, ...(await lab.local()) } });
    expect((await turn.end()).outputs['outcome']).toBe('success');
    const locks = ({ method, path }: { method: string; path: string }): boolean =>
      path.includes('mention-loop') || (method !== 'GET' && path.includes('/git/'));
    expect(turns.github.requests.filter(locks)).toEqual([]);
  });

  test('locks its thread where that is asked for', async () => {
    await using turns = await openTurns(lab);
    const hold = createHold();
    lab.answer([say(['An', hold, ' answer.'])]);
    const inputs = { ...nowhere, ...(await lab.local()), lock: 'thread' };
    const turn = await turns.start({ inputs });
    await hold.reached;
    expect(turns.record()).toMatchObject({
      state: 'held',
      session: expect.stringMatching(/^ses_/),
    });
    expect(turns.record()?.server).toBeUndefined();
    hold.release();
    expect((await turn.end()).outputs['outcome']).toBe('success');
    expect(turns.record()).toMatchObject({ state: 'released' });
  });
});

describe('GitHub, whose answers to writing the lock are lost once each,', () => {
  test('has done it all the same: the lock is taken, held and given back', async () => {
    const lost = new Set<string>();
    await using turns = await openTurns(lab, {
      faults: ({ method, path }) => {
        const call = `${method} ${path.replace(/.*\/git\/([a-z]+).*/, '$1')}`;
        const isLock = method !== 'GET' && path.includes('/git/');
        if (!isLock || lost.has(call)) return undefined;
        lost.add(call);
        return 'lost';
      },
    });
    lab.answer([say('An answer.')]);
    const turn = await turns.start();
    const { outputs, post } = await turn.end();
    expect(outputs['outcome']).toBe('success');
    expect([...lost].toSorted()).toEqual(['PATCH refs', 'POST commits', 'POST refs', 'POST trees']);
    expect(turns.record()).toMatchObject({ state: 'released' });
    expect(post?.log).toBe('');
  });
});

describe('GitHub, which does not take the lock back in time,', () => {
  test('is asked again by post, so that nobody waits for a run that is over', async () => {
    await using turns = await openTurns(lab);
    turns.github.faults = ({ method, path, body }) =>
      method === 'POST' &&
      path.endsWith('/git/commits') &&
      JSON.stringify(body).includes('released')
        ? { status: 502 }
        : undefined;
    lab.answer([say('An answer.')]);
    const turn = await turns.start();
    await turn.action.main;
    expect(turn.action.result().outputs['outcome']).toBe('success');
    expect(turn.action.result().log).toMatch(/Could not tidy up: The lock .* was not released: /);
    expect(turns.record()).toMatchObject({ state: 'held' });
    turns.github.faults = () => undefined;
    await turn.end();
    expect(turns.record()).toMatchObject({ state: 'released', owner: { runId: '9000000001' } });
    expect(turn.comments()).toHaveLength(1);
    expect(turn.signs()).toEqual({ reactions: ['rocket'], labels: [] });
  });
});

describe('a run that was killed', () => {
  test('has its lock given back by post, once its session is at rest', async () => {
    await using turns = await openTurns(lab);
    const turn = await beginOne(turns);
    turn.action.child.kill('SIGKILL');
    const { post } = await turn.end();
    expect(turns.record()).toMatchObject({ state: 'released', owner: { runId: '9000000001' } });
    expect(lab.asked[0]?.isAborted).toBe(true);
    expect(post?.log).not.toContain('Could not');
  });

  test('keeps it where nobody can say whether the agent is at rest', async () => {
    await using turns = await openTurns(lab);
    const turn = await beginOne(turns);
    turn.action.child.kill('SIGKILL');
    await turn.action.main;
    const { process: opencode } = await lab.server();
    opencode.kill('SIGSTOP');
    try {
      const post = await turn.action.runPost();
      expect(post.log).toContain('is left for the next run to take over');
    } finally {
      opencode.kill('SIGCONT');
    }
    expect(turns.record()).toMatchObject({ state: 'held', owner: { runId: '9000000001' } });
    turns.github.state.setRun(9_000_000_001, 1, 'completed', 'failure');
    lab.answer([say('Another answer.')]);
    const next = await turns.start();
    expect((await next.end()).outputs['outcome']).toBe('success');
    expect(turns.record()).toMatchObject({ state: 'released', owner: { runId: '9000000002' } });
  });

  test('is recovered by its own rerun, whose signs on the same comment stay its own', async () => {
    await using turns = await openTurns(lab);
    const dead = await beginOne(turns);
    await dead.die();
    const hold = createHold();
    lab.answer([say(['Another', hold, ' answer.'])]);
    const again = await turns.start({ runId: '9000000001', attempt: 2, event: dead.event });
    await hold.reached;
    expect(again.signs()).toEqual({ reactions: ['eyes'], labels: ['agent: working'] });
    hold.release();
    expect((await again.end()).outputs['outcome']).toBe('success');
    expect(again.signs()).toEqual({ reactions: ['rocket'], labels: [] });
    const [first, second] = again.comments().map(({ body }) => body);
    expect(first).toContain('Recovered by run 9000000001');
    expect(first).toContain('Half of an answer.');
    expect(second).toMatch(/^Another answer\.\n/);
  });
});

describe('a run that is cancelled while its server says nothing', () => {
  test('keeps its lock, for the agent may be at work; post gives it back once it is at rest', async () => {
    await using turns = await openTurns(lab);
    const turn = await beginOne(turns);
    const { process: opencode } = await lab.server();
    opencode.kill('SIGSTOP');
    try {
      turn.action.child.kill('SIGINT');
      await turn.action.main;
      expect(turn.action.result().outputs['reason']).toBe('cancelled');
      expect(turns.record()).toMatchObject({ state: 'held' });
    } finally {
      opencode.kill('SIGCONT');
    }
    await turn.end();
    expect(lab.asked[0]?.isAborted).toBe(true);
    expect(turns.record()).toMatchObject({ state: 'released' });
  });
});

describe('a run that waits', () => {
  test('is bounded by its own time, and by a cancel', async () => {
    await using turns = await openTurns(lab);
    const first = await beginOne(turns);
    const late = await turns.start({ inputs: { 'timeout-minutes': '0.1' } });
    const cancelled = await turns.start();
    await until(() => cancelled.comments().length === 1);
    cancelled.action.child.kill('SIGINT');
    expect((await cancelled.end()).outputs['reason']).toBe('cancelled');
    expect((await late.end()).outputs['reason']).toBe('timeout');
    for (const turn of [late, cancelled]) {
      expect(turn.comments()).toHaveLength(1);
      expect(turn.signs()).toEqual({ reactions: ['confused'], labels: [] });
    }
    expect(turns.record()).toMatchObject({ state: 'held', owner: { runId: '9000000001' } });
    first.action.child.kill('SIGINT');
    expect((await first.end()).outputs['reason']).toBe('cancelled');
    expect(turns.record()).toMatchObject({ state: 'released' });
  });
});
