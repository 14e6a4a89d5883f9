import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JournalEntry } from '../../src/journal/entries.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read.ts';
import { applyTexts, diffTexts } from '../../src/journal/texts.ts';
import * as limits from '../../src/limits.ts';
import { pick, seeded } from '../reply/random.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const fail = (message: string) => {
  throw new Error(message);
};
const comment = { id: 3, kind: 'issue' as const, url: 'https://github.example/3', nodeId: 'n3' };
const entries: JournalEntry[] = [
  {
    type: 'run',
    identity: { runId: '1', attempt: 1, invocationId: 'abc' },
    target: {
      repository: { owner: 'octo', name: 'hello' },
      thread: { kind: 'pull', number: 5 },
      comment: { kind: 'review', id: 9 },
    },
    reviewThreadId: 8,
    label: 'agent: working',
    reply: 'comment',
    eventName: 'pull_request_review_comment',
    runUrl: 'https://github.example/run',
    startedAt: 1_700_000_000_000,
  },
  {
    type: 'acknowledged',
    acknowledgement: { reactionId: 4, mayHaveReaction: true, label: 'agent: working' },
  },
  {
    type: 'checkout',
    restore: { workspace: '/w', pull: 5, headSha: 'a', previous: { sha: 'b', branch: 'main' } },
  },
  { type: 'server', kind: 'local', pid: 4711, marker: 'm' },
  { type: 'session', id: 'ses_1', model: 'acme/large', version: '1.18.33' },
  { type: 'progress', comment: { ...comment, id: 2 } },
  { type: 'reply', comments: ['one', 'two'], restNotice: 'more', isSuccess: true },
  { type: 'answered', comment },
  { type: 'finished', outcome: 'success' },
];

describe('a journal', () => {
  test('gives back all that was noted, and the texts', async () => {
    await using journal = openJournal(path, fail);
    for (const entry of entries) journal.note(entry);
    journal.noteTexts(() => ['one', 'two\n']);
    await journal.flush();
    expect(await readJournal(path)).toEqual({
      run: entries[0],
      acknowledgement: { reactionId: 4, mayHaveReaction: true, label: 'agent: working' },
      checkout: { workspace: '/w', pull: 5, headSha: 'a', previous: { sha: 'b', branch: 'main' } },
      server: entries[3],
      session: entries[4],
      progress: { ...comment, id: 2 },
      reply: entries[6],
      answered: [comment],
      finished: 'success',
      texts: ['one', 'two\n'],
    });
  });

  test('is on the disk as soon as an entry is noted, the texts before it included', async () => {
    await using journal = openJournal(path, fail);
    journal.noteTexts(() => ['on']);
    journal.noteTexts(() => ['one']);
    journal.note({ type: 'finished', outcome: 'cancelled' });
    expect(await readJournal(path)).toMatchObject({ texts: ['one'], finished: 'cancelled' });
  });

  test('can be read by its owner only', async () => {
    await using journal = openJournal(path, fail);
    await journal.flush();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('is not begun in a file that somebody else has put there', async () => {
    await writeFile(path, '');
    const warnings: string[] = [];
    await using journal = openJournal(path, (message) => warnings.push(message));
    for (const entry of entries) journal.note(entry);
    journal.noteTexts(() => ['one']);
    expect(journal.isOpen).toBe(false);
    expect(warnings).toEqual([
      expect.stringMatching(/^The journal could not be started \(.*EEXIST/),
    ]);
    expect(await readFile(path, 'utf8')).toBe('');
  });

  test('warns once where the disk is full, fails no run, and goes on when there is room', async () => {
    const filler = join(import.meta.dirname, 'filler.ts');
    const command = `ulimit -f 8; exec "$0" --no-warnings "$@"`;
    const args = ['-c', command, process.execPath, filler, path];
    const { stdout } = await promisify(execFile)('bash', args);
    expect(stdout).toMatch(/^The journal could not be written: EFBIG: [^\n]*\.\n$/);
    expect(await readJournal(path)).toMatchObject({ texts: ['before'], finished: 'success' });
  });

  test('lets nothing be written after its end', async () => {
    const journal = openJournal(path, fail);
    await journal[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
    journal.note({ type: 'finished', outcome: 'success' });
    journal.noteTexts(() => ['one']);
    expect(await readFile(path, 'utf8')).toBe('');
  });
});

describe('keeping up with the texts', () => {
  test('writes at most every so often, and not later', async () => {
    jest.useFakeTimers();
    try {
      await using journal = openJournal(path, fail);
      let asked = 0;
      const texts = () => {
        asked += 1;
        return ['x'.repeat(asked)];
      };
      for (let ms = 0; ms < 4_000; ms += 10) {
        journal.noteTexts(texts);
        jest.advanceTimersByTime(10);
      }
      expect(asked).toBeGreaterThanOrEqual(4_000 / limits.journalEveryMs);
      expect(asked).toBeLessThanOrEqual(4_000 / limits.journalEveryMs + 1);
      journal.noteTexts(() => ['the last word']);
      jest.advanceTimersByTime(limits.journalEveryMs);
      expect(await readFile(path, 'utf8')).toContain('the last word');
    } finally {
      jest.useRealTimers();
    }
  });

  test('writes only what is new while a text grows', async () => {
    await using journal = openJournal(path, fail);
    let text = '';
    for (let step = 0; step < 1_000; step += 1) {
      text += 'word '.repeat(20);
      journal.noteTexts(() => ['done before', text]);
      await journal.flush();
    }
    expect((await stat(path)).size).toBeLessThan(text.length * 2);
    expect(await readJournal(path)).toMatchObject({ texts: ['done before', text] });
  });

  test.each([
    ['nothing', ['a'], ['a'], undefined],
    [
      'a text that grew',
      ['a', 'b'],
      ['a', 'bc'],
      { count: 2, parts: [{ at: 1, from: 1, text: 'c' }] },
    ],
    ['a new text', ['a'], ['a', 'b'], { count: 2, parts: [{ at: 1, from: 0, text: 'b' }] }],
    ['a new empty text', ['a'], ['a', ''], { count: 2, parts: [{ at: 1, from: 0, text: '' }] }],
    ['a text that a retry emptied', ['a', 'b'], ['a'], { count: 1, parts: [] }],
    [
      'a text that was replaced',
      ['abc'],
      ['abd'],
      { count: 1, parts: [{ at: 0, from: 0, text: 'abd' }] },
    ],
  ])('notes %s', (_, before, after, change) => {
    expect(diffTexts(before, after)).toEqual(change && { type: 'text', ...change });
  });

  test('follows any change of the texts', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = seeded(seed);
      const folded: string[] = [];
      let before: string[] = [];
      for (let step = 0; step < 20; step += 1) {
        const after = before.map((text) =>
          random() < 0.8 ? text : pick(random, ['', 'z', `${text}y`]),
        );
        if (random() < 0.3) after.push(pick(random, ['', '\ud83d', 'x']));
        if (random() < 0.2) after.shift();
        const change = diffTexts(before, after);
        if (change !== undefined) applyTexts(folded, change);
        expect({ seed, folded }).toEqual({ seed, folded: after });
        before = after;
      }
    }
  });
});

describe('reading a journal', () => {
  test('is possible after a cut at any byte', async () => {
    {
      await using journal = openJournal(path, fail);
      for (const entry of entries) journal.note(entry);
      journal.noteTexts(() => ['שלום 👍🏽', 'two']);
    }
    const { size } = await stat(path);
    let known = 10;
    for (let end = size; end >= 0; end -= 1) {
      await truncate(path, end);
      const facts = await readJournal(path);
      const count =
        facts === undefined
          ? 0
          : Object.values(facts)
              .flat()
              .filter((fact) => fact !== undefined).length;
      expect(count).toBeLessThanOrEqual(known + 1);
      known = count;
    }
    expect(await readJournal(path)).toBeUndefined();
  });

  test('passes over lines that are not ours', async () => {
    const foreign = [
      '',
      'text',
      '{}',
      '[]',
      'null',
      '{"type":"text","count":-1,"parts":[]}',
      '{"type":"finished"}',
    ];
    const wild = '{"type":"text","count":1,"parts":[{"at":999999999,"from":0,"text":"x"}]}';
    const remote =
      '{"type":"server","kind":"remote","url":"https://s.example","directory":"/d","more":1}';
    await writeFile(path, [...foreign, wild, '\u0000\ufffd', remote, ''].join('\n'));
    await appendFile(path, Buffer.from([0xff, 0xfe, 0x0a, 0xc3]));
    const facts = await readJournal(path);
    expect(facts?.texts).toHaveLength(0);
    expect(facts).toMatchObject({
      run: undefined,
      server: { kind: 'remote', url: 'https://s.example', directory: '/d' },
    });
  });

  test('lets nobody replace what was noted first', async () => {
    const [run] = entries;
    const other = { ...run, runUrl: 'https://elsewhere.example' };
    await writeFile(path, `${JSON.stringify(run)}\n${JSON.stringify(other)}\n`);
    expect(await readJournal(path)).toMatchObject({
      run: { runUrl: 'https://github.example/run' },
    });
  });

  test('gives nothing for a file that is not there, empty, or not a journal', async () => {
    expect(await readJournal(path)).toBeUndefined();
    await writeFile(path, '');
    expect(await readJournal(path)).toBeUndefined();
    await writeFile(path, 'x'.repeat(10_000_000));
    expect(await readJournal(path)).toBeUndefined();
  });

  test('passes over a line of more than any event can hold', async () => {
    const chunk = 'x'.repeat(limits.eventBytes / 8);
    for (let part = 0; part < 9; part += 1) await appendFile(path, chunk);
    await appendFile(path, '\n{"type":"finished","outcome":"timeout"}\n');
    expect(await readJournal(path)).toMatchObject({ finished: 'timeout' });
  });

  test('says what it could not do with a file that cannot be read', async () => {
    await expect(readJournal(folder)).rejects.toMatchObject({ reason: 'internal-error' });
  });
});

describe('a killed run', () => {
  test('has lost at most half a second of what it had said', async () => {
    const writer = join(import.meta.dirname, 'writer.ts');
    const child = spawn(process.execPath, ['--no-warnings', writer, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
    while (!printed.includes('\n')) await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 1_500 + Math.random() * 500));
    child.kill('SIGKILL');
    await once(child, 'close');
    const said = printed
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' ').map(Number));
    const [diedAt = 0] = said.at(-1) ?? [];
    const due = said.findLast(([at = 0]) => at <= diedAt - 500)?.[1] ?? 0;
    const facts = await readJournal(path);
    expect(due).toBeGreaterThan(0);
    expect(facts?.texts.join('').length).toBeGreaterThanOrEqual(due);
    expect(facts?.texts.join('').replaceAll('word 👍🏽 ', '')).toBe('');
  }, 30_000);
});
