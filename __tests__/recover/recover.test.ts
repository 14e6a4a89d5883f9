import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Entry } from '../../src/journal/entries.ts';
import { listProcesses } from '../../src/opencode/processes.ts';
import { markName } from '../../src/opencode/stop.ts';
import { type Fake, sendJson, startFake } from '../opencode/fake.ts';
import { label, openSetting, ownLogin, type Setting } from './setting.ts';

// A server that does not answer is asked for some seconds.
jest.setTimeout(60_000);

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(async () => {
  expect(setting.github.violations).toEqual([]);
  await setting[Symbol.asyncDispose]();
});

const words: Entry = {
  type: 'text',
  count: 2,
  parts: [
    { at: 0, from: 0, text: 'I look at it.' },
    { at: 1, from: 0, text: 'It greets' },
  ],
};
const session: Entry = { type: 'session', id: 'ses_1', model: 'acme/large', version: '1.18.33' };

/** A server whose session writes its text down when it is told to stop. */
async function startSession(text: string): Promise<Fake> {
  let isAborted = false;
  const ids = { messageID: 'm1', sessionID: 'ses_1' };
  const info = { id: 'm1', sessionID: 'ses_1', role: 'assistant' };
  return await startFake(({ method, url }, response) => {
    if (url.startsWith('/session/ses_1/abort')) isAborted = true;
    if (method === 'POST') return sendJson(response, true);
    if (!url.startsWith('/session/ses_1/message')) return sendJson(response, []);
    const time = { created: 1, ...(isAborted && { completed: 2 }) };
    const parts = isAborted ? [{ id: 'p1', ...ids, type: 'text', text }] : [];
    return sendJson(response, [{ info: { ...info, time }, parts }]);
  });
}

function signs(): { reactions: string[]; labels: string[] } {
  const { asked, github } = setting;
  return {
    reactions: asked.reactions.map(({ content }) => content),
    labels: github.state.issue(asked.number).labels,
  };
}

function expectTidy(sign = 'confused'): void {
  expect(signs()).toEqual({ reactions: [sign], labels: [] });
}

/** A second `post` has nothing to change. */
async function expectDone(): Promise<void> {
  const before = setting.writes().length;
  expect(await setting.recover()).toBe('');
  expect(setting.writes().slice(before)).toEqual([]);
}

describe('after a run that was killed in mid-sentence', () => {
  test('what it had written is on the thread and in the summary, and nothing else of it is left', async () => {
    await setting.journal([...setting.begun, session, words]);
    setting.post('progress', 'Working');
    await setting.recover();
    const [body = '', ...others] = setting.bodies();
    expect(others).toEqual([]);
    expect(body).toContain('was interrupted: its process was killed');
    expect(body).toContain('I look at it.\n\nIt greets\n\n<details>');
    expect(await setting.summary()).toContain('I look at it.\n\nIt greets');
    expectTidy();
    await expectDone();
  });

  test('its server is ended, though the agent has made up an isolation that there was not', async () => {
    const [path, name] = [setting.temp, 'mention-loop-00000000'];
    const facts = {
      account: { name, uid: 0, home: `/home/${name}` },
      workspace: { path, device: 1, inode: 1, owner: 0 },
      modes: [],
    };
    await setting.journal([...setting.begun, { type: 'isolation', facts }, words]);
    const env = { [markName]: setting.identity.invocationId };
    const server = spawn('sleep', ['600'], { env, stdio: 'ignore' });
    await once(server, 'spawn');
    try {
      expect(await setting.recover()).toContain('Could not undo the isolation of the agent');
      const { pid = 0 } = server;
      expect(listProcesses().map((one) => one.pid)).not.toContain(pid);
    } finally {
      server.kill('SIGKILL');
    }
    expectTidy();
  });

  test('the last line may be cut', async () => {
    await setting.journal([...setting.begun, session, words]);
    await appendFile(setting.path, '{"type":"text","count":2,"parts":[{"at":1,"fro');
    await setting.recover();
    expect(setting.bodies()[0]).toContain('I look at it.\n\nIt greets\n\n<details>');
    expectTidy();
    await expectDone();
  });

  test('one that could not say anything yet is said to be interrupted', async () => {
    await setting.journal(setting.begun.slice(0, 1));
    await setting.recover();
    expect(setting.bodies()).toEqual([expect.stringContaining('had written nothing by then')]);
    expectTidy();
    await expectDone();
  });

  test('its server is asked for what the journal has not, and told to stop', async () => {
    await using server = await startSession('It greets everybody.');
    await using remote = await openSetting({
      'server-url': server.address.url,
      'server-token': 'a-token-of-ours',
      'server-directory': '/repo',
    });
    const place = { url: server.address.url, directory: '/repo' };
    const attached: Entry = { type: 'server', kind: 'remote', ...place };
    await remote.journal([...remote.begun, attached, session]);
    await remote.recover();
    expect(server.seen.map(({ url }) => url.split('?')[0])).toContain('/session/ses_1/abort');
    expect(remote.bodies()).toEqual([expect.stringContaining('It greets everybody.')]);
    for (const { headers, url } of server.seen) {
      expect(headers.authorization).toBe('Bearer a-token-of-ours');
      expect(url).toContain('directory=%2Frepo');
    }
  });

  test('what the journal has and its server has not is not lost', async () => {
    await using server = await startSession('');
    await using remote = await openSetting({
      'server-url': server.address.url,
      'server-directory': '/repo',
    });
    const place = { url: server.address.url, directory: '/repo' };
    const attached: Entry = { type: 'server', kind: 'remote', ...place };
    await remote.journal([...remote.begun, attached, session, words]);
    await remote.recover();
    expect(remote.bodies()).toEqual([expect.stringContaining('I look at it.\n\nIt greets')]);
  });
});

describe('a partial answer that main had ready', () => {
  const reply: Entry = {
    type: 'reply',
    comments: ['Stalled.'],
    restNotice: '',
    isSuccess: false,
  };

  /** A server that has written more than main could hear. */
  async function recoverAt(server: Fake, posted: string[]): Promise<string[]> {
    await using remote = await openSetting({
      'server-url': server.address.url,
      'server-token': 'a-token-of-ours',
      'server-directory': '/repo',
    });
    await remote.journal([...remote.begun, session, words, reply]);
    for (const body of posted) remote.post('answer', body);
    await remote.recover();
    return remote.bodies();
  }

  test.each([
    ['gives way to what the server knows besides', [], 'It greets everybody, always.'],
    ['stays where it has been posted', ['Stalled.'], 'Stalled.'],
  ])('%s', async (_, posted, expected) => {
    await using server = await startSession('It greets everybody, always.');
    expect(await recoverAt(server, posted)).toEqual([expect.stringContaining(expected)]);
  });
});

describe('an answer that was on its way to the thread', () => {
  const parts = ['one', 'two', 'three', 'four', 'five'];
  const reply: Entry = { type: 'reply', comments: parts, restNotice: 'rest', isSuccess: true };

  test.each([0, 1, 2, 3, 4, 5])(
    'is completed where %i parts of five were posted',
    async (count) => {
      await setting.journal([...setting.begun, session, words, reply]);
      const names = ['answer', 'answer-2', 'answer-3', 'answer-4', 'answer-5'];
      for (const [index, name] of names.slice(0, count).entries())
        setting.post(name, parts[index] ?? '');
      setting.post('progress', 'Working');
      await setting.recover();
      expect(setting.bodies().toSorted()).toEqual(parts.toSorted());
      expect(setting.bodies().slice(count)).toEqual(parts.slice(count));
      expect(await setting.summary()).toBe('');
      expectTidy('rocket');
      await expectDone();
    },
  );

  test('is not posted again where the progress comment has become it', async () => {
    await setting.journal([...setting.begun, { ...reply, comments: ['one'] }]);
    setting.post('answer', 'one');
    await setting.recover();
    expect(setting.bodies()).toEqual(['one']);
    expectTidy('rocket');
  });

  test('is not posted again where the journal knows nothing of it', async () => {
    await setting.journal([...setting.begun, session, words]);
    setting.post('progress', 'Working');
    setting.post('answer', 'All of it');
    await setting.recover();
    expect(setting.bodies()).toEqual(['All of it']);
    expect(signs()).toEqual({ reactions: [], labels: [] });
    expect(await setting.summary()).toBe('');
    await expectDone();
  });

  test('is posted once where GitHub does so without saying', async () => {
    await setting.journal([...setting.begun, { ...reply, comments: ['one'] }]);
    let isLost = false;
    setting.github.faults = ({ method, path }) => {
      if (isLost || method !== 'POST' || !path.endsWith('/comments')) return undefined;
      isLost = true;
      return 'lost';
    };
    await setting.recover();
    expect(setting.bodies()).toEqual(['one']);
    await expectDone();
  });
});

describe('a journal that says little', () => {
  const cases: [string, (path: string) => Promise<void>][] = [
    ['is missing', (path) => rm(path, { force: true })],
    ['is empty', (path) => writeFile(path, '')],
    ['is cut in its first line', (path) => writeFile(path, '{"type":"run","identi')],
    ['holds something else', (path) => writeFile(path, 'lorem ipsum\n\0\n{"type":"texts"}\n[]')],
    [
      "is another run's",
      async (path) => writeFile(path, (await readFile(path, 'utf8')).replace('9000000001', '7')),
    ],
  ];

  test.each(cases)('is told of, and the rest is done: it %s', async (_, spoil) => {
    await setting.journal([...setting.begun, session, words]);
    await spoil(setting.path);
    setting.post('progress', 'Working');
    expect(await setting.recover()).toContain('::warning::The journal of the run is missing');
    expect(setting.bodies()).toEqual([expect.stringContaining('Its journal is gone')]);
    expectTidy();
    await expectDone();
  });

  test('is left alone where the state names a file that is no journal', async () => {
    await setting.journal(setting.begun);
    const log = await setting.recover(join(setting.temp, 'other.jsonl'));
    expect(log).toContain('::warning::What was left by a run cannot be found');
    expect(setting.writes()).toEqual([]);
  });
});

describe('a journal that was written to by the agent', () => {
  test('has no comment of others deleted or edited', async () => {
    const { github, asked } = setting;
    const draft = { author: ownLogin, body: 'Of another run' };
    const other = github.state.addComment(asked.number, draft);
    const named = { kind: 'issue' as const, url: 'https://github.example/1', nodeId: 'n' };
    await setting.journal([
      ...setting.begun,
      session,
      words,
      { type: 'progress', comment: { ...named, id: asked.id } },
      { type: 'progress', comment: { ...named, id: other.id } },
      { type: 'answered', comment: { ...named, id: other.id } },
    ]);
    await setting.recover();
    expect(github.state.comments.get(asked.id)?.body).toBe('/oc please fix this');
    expect(github.state.comments.get(other.id)?.body).toBe('Of another run');
    expect(setting.bodies()).toHaveLength(2);
    expectTidy();
  });

  test('has no reaction of others removed', async () => {
    const { asked, github } = setting;
    const theirs = { id: github.state.nextId(), content: 'heart', login: 'octocat' };
    asked.reactions.push({ ...theirs, createdAt: asked.createdAt });
    const acknowledgement = { reactionId: theirs.id, mayHaveReaction: true, label: 'bug' };
    github.state.issue(asked.number).labels.push('bug');
    await setting.journal([
      ...setting.begun.slice(0, 1),
      { type: 'acknowledged', acknowledgement },
    ]);
    await setting.recover();
    expect(signs()).toEqual({ reactions: ['heart', 'confused'], labels: ['bug'] });
    expect(signs().labels).not.toContain(label);
  });

  test('sends our credentials nowhere, and touches no other folder', async () => {
    await using elsewhere = await startFake((_, response) => sendJson(response, []));
    await using remote = await openSetting({
      'server-url': 'http://127.0.0.1:9',
      'server-token': 'a-token-of-ours',
      'server-directory': '/repo',
    });
    await remote.journal([
      ...remote.begun,
      { type: 'server', kind: 'remote', url: elsewhere.address.url, directory: '/repo' },
      session,
      words,
      {
        type: 'checkout',
        restore: { workspace: '/', pull: 1, headSha: 'a', previous: { sha: 'b' } },
      },
    ]);
    const log = await remote.recover();
    expect(elsewhere.seen).toEqual([]);
    expect(log).toContain('the journal names another workspace');
    expect(log).toContain('Session ses_1 could not be asked: it may still be at work.');
    expect(remote.bodies()).toEqual([expect.stringContaining('It greets')]);
  });
});

describe('where GitHub does not let it', () => {
  test('says what could not be done, keeps the text in the summary, and can be called again', async () => {
    await setting.journal([...setting.begun, session, words]);
    const refused = { status: 403, body: { message: 'Resource not accessible by integration' } };
    setting.github.faults = ({ method }) => (method === 'GET' ? undefined : refused);
    const log = await setting.recover();
    expect(log).toContain('::warning::Could not put what the agent wrote on the thread');
    expect(await setting.summary()).toContain('It greets');
    setting.github.faults = () => undefined;
    await setting.recover();
    expect(setting.bodies()).toEqual([expect.stringContaining('It greets')]);
    expectTidy();
    await expectDone();
  });
});

describe('after a run that ended by itself', () => {
  test('asks nothing of anybody', async () => {
    await setting.journal([...setting.begun, { type: 'finished', outcome: 'success' }]);
    expect(await setting.recover()).toBe('');
    expect(setting.github.requests).toEqual([]);
  });
});
