/** Going on with sessions of a real OpenCode server. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { type ModelRequest, startModel } from '../../playground/model.ts';
import { startOpenCode } from '../../playground/opencode.ts';
import { type Answer, callTool, createHold, say } from '../../playground/script.ts';
import { request } from '../../src/opencode/client.ts';
import { attachRemote } from '../../src/opencode/remote.ts';
import { type Resume, resumeSession } from '../../src/opencode/resume.ts';
import type { Server, Session } from '../../src/opencode/server.ts';
import { openSession, type SessionOptions } from '../../src/opencode/session.ts';
import { refuseNotes, renderNotes } from '../../src/session/notes.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { stopSession } from '../../src/stopped.ts';
import { followTurn } from '../../src/turn/follow.ts';
import type { EndedTurn, Turn } from '../../src/turn/turn.ts';

jest.setTimeout(240_000);

const signal = AbortSignal.timeout(900_000);
const about = { thread: 'https://github.com/o/r#1', level: 'write' };
const told = { until: '2026-01-02T00:00:00Z', opening: 'x' };
let answer: (request: ModelRequest) => Answer = () => say('Done.');
let asked: ModelRequest[] = [];
let root = '';
let server: Server;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'resume-')));
  const directory = join(root, 'repo');
  for (const name of ['repo', 'other']) {
    await mkdir(join(root, name));
    const git = (...args: string[]) => execFileSync('git', ['-C', join(root, name), ...args]);
    git('init', '--quiet');
    const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    git(...person, 'commit', '--quiet', '--allow-empty', '--message', name);
  }
  const model = stack.use(
    await startModel((one) => {
      asked.push(one);
      return answer(one);
    }),
  );
  const home = join(root, 'home');
  const running = stack.use(await startOpenCode({ config: model.config, directory, home }));
  server = await attachRemote({ url: running.url, headers: {}, directory, signal });
});
afterAll(async () => {
  await stack.disposeAsync();
  await rm(root, { recursive: true, force: true });
});

function optionsOf(more: Partial<SessionOptions> = {}): SessionOptions {
  const base = { title: 'Test', model: undefined, agent: undefined, variant: undefined };
  const rest = { permissionRequests: 'reject' as const, share: false, isLocal: false, signal };
  return { ...base, ...rest, ...more };
}

/** A session of ours that has answered once. */
async function begin(more: Partial<SessionOptions> = {}, at = server): Promise<Session> {
  const session = await openSession(at, optionsOf({ notes: renderNotes(about), ...more }));
  await ask(session, 'The first task.');
  await session.note(renderNotes({ ...about, told }), signal);
  return session;
}

async function ask(
  session: Session,
  text: string,
  onChange: (turn: () => Turn) => void = () => undefined,
): Promise<EndedTurn> {
  asked = [];
  const prompt = { system: '', text };
  const rest = { stallMs: 120_000, permissionRequests: 'reject', onChange } as const;
  return await followTurn({ session, prompt, signal, warn: () => undefined, ...rest });
}

function idOf(project: unknown): unknown {
  return (project as { id: unknown }).id;
}

async function resume(id: string, more: Partial<Resume> = {}, options = optionsOf()) {
  const refuse = (notes: unknown): string | undefined => refuseNotes(notes, about);
  return await resumeSession(server, options, { id, isPlaced: true, refuse, ...more });
}

async function resumed(id: string, options = optionsOf()): Promise<Session> {
  const found = await resume(id, {}, options);
  if ('why' in found) throw new Error(found.why);
  return found.session;
}

describe('a session that is gone on with', () => {
  test('knows what was said in it, and its turn is nothing but its own', async () => {
    answer = ({ messages }) =>
      messages.some(({ role }) => role === 'tool')
        ? say('The first answer.')
        : callTool('glob', { pattern: '*' }, { text: 'I look.' });
    const first = await begin();
    answer = () => say('The second answer.');
    const turn = await ask(await resumed(first.id), 'The second task.');
    expect(turn).toMatchObject({ texts: ['The second answer.'], error: undefined });
    expect(turn.tools.size).toBe(0);
    expect(turn.usage).toMatchObject({ inputTokens: 100, outputTokens: 10 });
    const said = asked.at(-1)?.messages.map(({ text }) => text) ?? [];
    expect(said).toEqual(expect.arrayContaining(['The first task.', 'The second task.']));
    expect(said.join('\n')).toContain('The first answer.');
  });

  test('is told of by its server, too, without what was said before it', async () => {
    answer = () => say('The first answer.');
    const first = await begin();
    const session = await resumed(first.id);
    const stop = async () =>
      await stopSession(server, first.id, createRedactor([]), signal, session.after);
    expect((await stop()).turn.texts).toEqual([]);
    answer = () => say('The second answer.');
    await ask(session, 'The second task.');
    expect((await stop()).turn.texts).toEqual(['The second answer.']);
  });

  test('answers with its answer, not with the summary that OpenCode makes of a full session', async () => {
    answer = () => say('The first answer.');
    const first = await begin();
    answer = ({ messages }) => {
      const last = messages.at(-1)?.text ?? '';
      if (last.startsWith('The second'))
        return say('The real answer.', { usage: { inputTokens: 990_000, outputTokens: 10 } });
      return last.includes('Continue if you have') ? say('Nothing is left.') : say('A summary.');
    };
    const turn = await ask(await resumed(first.id), 'The second task.');
    expect(asked.length).toBeGreaterThan(2);
    expect(turn).toMatchObject({
      answer: 'The real answer.\n\nNothing is left.',
      error: undefined,
    });
    expect(turn.texts).not.toContain('A summary.');
  });

  test('knows what it had written when it was stopped in mid-sentence', async () => {
    const hold = createHold();
    answer = () => say(['Half of it. ', hold, 'The rest.']);
    const first = await openSession(server, optionsOf({ notes: renderNotes({ ...about, told }) }));
    const heard = Promise.withResolvers<void>();
    const stopped = ask(first, 'The first task.', (turn) => {
      if (turn().texts.join('').includes('Half of it.')) heard.resolve();
    });
    await heard.promise;
    await first.abort(signal);
    expect((await stopped).error).toBeDefined();
    hold.release();
    answer = () => say('The second answer.');
    const turn = await ask(await resumed(first.id), 'The second task.');
    expect(turn).toMatchObject({ texts: ['The second answer.'], error: undefined });
    const said = asked
      .at(-1)
      ?.messages.map(({ text }) => text)
      .join('\n');
    expect(said).toMatch(/The first task\.[^]*Half of it\.[^]*The second task\./);
  });

  test('has the permissions of this run', async () => {
    answer = () => say('The first answer.');
    const first = await begin();
    await resumed(first.id);
    await resumed(first.id);
    const found = await request(server, { method: 'GET', path: `/session/${first.id}` }, signal);
    const fresh = await openSession(server, optionsOf());
    const other = await request(server, { method: 'GET', path: `/session/${fresh.id}` }, signal);
    expect(found).toMatchObject({ permission: (other as { permission: unknown }).permission });
  });

  test('takes a prompt although the clock of its server is ahead of ours', async () => {
    answer = () => say('The first answer.');
    const first = await begin();
    jest
      .spyOn(Date, 'now')
      .mockImplementation(() => Math.floor(performance.timeOrigin + performance.now() - 600_000));
    try {
      answer = () => say('The second answer.');
      const turn = await ask(await resumed(first.id), 'The second task.');
      expect(turn).toMatchObject({ answer: 'The second answer.', error: undefined });
    } finally {
      jest.restoreAllMocks();
    }
  });
});

describe('a session is not gone on with', () => {
  test('that is gone', async () => {
    const first = await begin();
    await fetch(`${server.url}/session/${first.id}?directory=${server.directory}`, {
      method: 'DELETE',
    });
    expect(await resume(first.id)).toEqual({ why: 'it is gone' });
  });

  test('that is of another thread, another level, or nobody’s', async () => {
    const of = async (notes: Record<string, unknown>) =>
      (await openSession(server, optionsOf({ notes }))).id;
    const other = await of(renderNotes({ ...about, thread: 'https://github.com/o/r#2', told }));
    expect(await resume(other)).toEqual({ why: 'it belongs to another thread' });
    const guest = await of(renderNotes({ ...about, level: 'guest', told }));
    expect(await resume(guest)).toEqual({ why: 'it belongs to runs that are trusted otherwise' });
    const nobodys = await openSession(server, optionsOf());
    expect(await resume(nobodys.id)).toEqual({ why: 'it does not say whose it is' });
  });

  test('that nothing was said in, whatever it says of itself', async () => {
    const notes = renderNotes({ ...about, told });
    const { id } = await openSession(server, optionsOf({ notes }));
    expect(await resume(id)).toEqual({ why: 'nothing was ever said in it' });
  });

  test('that is of another directory', async () => {
    const elsewhere = { ...server, directory: join(root, 'other') };
    const first = await begin({}, elsewhere);
    expect(await resume(first.id)).toEqual({ why: 'it belongs to another directory' });
  });

  test('that is at work', async () => {
    answer = () => say('The first answer.');
    const first = await begin();
    const hold = createHold();
    answer = () => say(['Slow', hold, 'ly.']);
    const turn = ask(await resumed(first.id), 'A long task.');
    await hold.reached;
    expect(await resume(first.id)).toEqual({ why: 'it is at work' });
    hold.release();
    await turn;
  });

  test('that was allowed more than this run allows', async () => {
    answer = () => say('The first answer.');
    const first = await begin();
    const permission = [{ permission: 'bash', pattern: 'rm *', action: 'allow' }];
    const call = { method: 'PATCH', path: `/session/${first.id}`, body: { permission } } as const;
    await request(server, call, signal);
    expect(await resume(first.id)).toEqual({ why: 'it was allowed more than this run allows' });
  });

  test('that is of another project, unless it was laid out anew', async () => {
    answer = () => say('The first answer.');
    const first = await begin();
    const project = { method: 'GET', path: '/project/current' } as const;
    const before = await request(server, project, signal);
    await rm(join(server.directory, '.git'), { recursive: true });
    const git = (...args: string[]) => execFileSync('git', ['-C', server.directory, ...args]);
    git('init', '--quiet');
    const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    git(...person, 'commit', '--quiet', '--allow-empty', '--message', 'Another root');
    // OpenCode says yes before it is done, and what comes meanwhile is the old instance's.
    do await request(server, { method: 'POST', path: '/instance/dispose' }, signal);
    while (idOf(await request(server, project, signal)) === idOf(before));
    expect(await resume(first.id)).toEqual({ why: 'it belongs to another project' });
    const found = await resume(first.id, { isPlaced: false });
    expect(found).toHaveProperty('session');
  });
});
