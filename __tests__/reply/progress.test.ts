import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as limits from '../../src/limits.ts';
import { type ProgressOptions, renderProgress, startProgress } from '../../src/reply/progress.ts';
import type { Turn } from '../../src/turn/turn.ts';
import { createBoard, ownComment } from './comments.ts';
import { parse } from './markdown.ts';
import { endedTurn } from './turn.ts';

const facts = { runUrl: 'https://github.example/run', stage: 'Starting OpenCode.' };

function turn(changes: Partial<Turn> = {}): Turn {
  return endedTurn({ texts: [], activity: 'Reading src/main.ts', ...changes });
}

describe('the progress comment', () => {
  test('says what the run does before there is a turn', () => {
    expect(renderProgress(undefined, 11_000, facts)).toBe(
      '**Working** for 11 s ([run](https://github.example/run))\n\nStarting OpenCode.',
    );
  });

  test('shows what is done now, the to-do list, the time and the tail of what was written', () => {
    const todos = [
      { content: 'Read <the> code', status: 'completed' },
      { content: 'Fix | it', status: 'in_progress' },
      { content: 'Rest', status: 'cancelled' },
      { content: 'Ask @octocat', status: 'pending' },
    ];
    expect(
      renderProgress(turn({ todos, texts: ['First.', 'I am `on` it'] }), 3_725_000, facts),
    ).toBe(
      [
        '**Working** for 1 h 2 min ([run](https://github.example/run))\n',
        '**Now:** Reading src/main.ts\n',
        '- [x] Read &lt;the> code',
        '- [ ] **Fix \\| it**',
        '- [x] ~~Rest~~',
        '- [ ] Ask @&#8203;octocat\n',
        '```text\nFirst.\n\nI am `on` it\n```',
      ].join('\n'),
    );
  });

  test('shows that the provider is tried again, in its own words on one line', () => {
    const retry = { attempt: 3, message: 'Overloaded\n<details>', nextAt: 0 };
    expect(renderProgress(turn({ retry }), 0, facts)).toContain(
      '**The provider is being tried again** (attempt 3): Overloaded &lt;details>',
    );
  });

  test.each(['````\n```js\nopen', '~~~\n<details>\n<!-- ', '`'.repeat(3_000)])(
    'shows a tail that nothing in it can end (%#)',
    (text) => {
      const { tokens } = parse(renderProgress(turn({ texts: [text] }), 0, facts));
      expect(tokens.filter(({ type }) => type === 'html_block')).toEqual([]);
      expect(tokens.at(-1)).toMatchObject({ type: 'fence', info: 'text' });
      expect(text.trimEnd().endsWith(tokens.at(-1)?.content.slice(-20).trimEnd() ?? '?')).toBe(
        true,
      );
    },
  );

  test('cuts the tail between grapheme clusters', () => {
    const family = '👩‍👩‍👧‍👦';
    const body = renderProgress(turn({ texts: [family.repeat(1_000)] }), 0, facts);
    const shown = /```text\n…(.*)\n```/u.exec(body)?.[1] ?? '';
    expect(shown.replaceAll(family, '')).toBe('');
    expect(shown.length).toBeGreaterThanOrEqual(limits.progressTailChars);
    expect(shown.length).toBeLessThan(limits.progressTailChars + family.length);
  });

  test('stays far below what a comment holds, whatever the agent does', () => {
    const todos = Array.from({ length: 500 }, () => ({
      content: '<|'.repeat(5_000),
      status: 'pending',
    }));
    const long = 'x'.repeat(1_000_000);
    const retry = { attempt: 1, message: long, nextAt: 0 };
    const body = renderProgress(turn({ todos, retry, activity: long, texts: [long] }), 0, facts);
    expect(body.length).toBeLessThan(limits.commentChars / 2);
    expect(body).toContain('- and 470 more');
  });
});

describe('keeping the progress comment up to date', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function start(changes: Partial<ProgressOptions> = {}) {
    const board = createBoard();
    const state = {
      turn: turn() as Turn | undefined,
      created: [] as number[],
      warnings: [] as string[],
    };
    const progress = startProgress({
      comments: board,
      turn: () => state.turn,
      facts: () => facts,
      startedAt: Date.now() - 1_000,
      onCreated: ({ id }) => state.created.push(id),
      warn: (message) => state.warnings.push(message),
      signal: new AbortController().signal,
      ...changes,
    });
    return { board, state, progress };
  }
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  test('writes nothing before ten seconds after the start of the run', async () => {
    const { board, state, progress } = start();
    await pass(limits.progressAfterMs - 1_001);
    expect(board.calls).toEqual([]);
    await pass(1);
    expect(board.calls).toEqual(['create progress']);
    expect(board.bodies.get(1)).toContain('**Working** for 10 s');
    expect(state.created).toEqual([1]);
    await expect(progress.stop()).resolves.toEqual(ownComment(1));
  });

  test('is written at once where that is asked for, and once only', async () => {
    const { board, progress } = start();
    progress.hurry();
    progress.hurry();
    await pass(0);
    expect(board.calls).toEqual(['create progress']);
    await pass(20_000);
    progress.hurry();
    await pass(0);
    expect(board.calls).toEqual(['create progress']);
  });

  test('that is asked for after the end is not written any more', async () => {
    const { board, progress } = start();
    await progress.stop();
    progress.hurry();
    await pass(20_000);
    expect(board.calls).toEqual([]);
  });

  test('edits at most every 15 seconds however often something changes', async () => {
    const { board, state } = start();
    for (let ms = 0; ms < 70_000; ms += 100) {
      state.turn = turn({ activity: `Step ${ms}` });
      await pass(100);
    }
    expect(board.calls).toHaveLength(1 + 4);
    expect(board.bodies.get(1)).toContain('Step 68900');
  });

  test('edits soon after a change that follows a quiet time', async () => {
    const { board, state } = start();
    await pass(9_000 + 20_000);
    expect(board.calls).toEqual(['create progress']);
    state.turn = turn({ activity: 'Something new' });
    await pass(1_000);
    expect(board.calls).toEqual(['create progress', 'update 1 progress']);
  });

  test('shows the time once a minute where nothing else changes', async () => {
    const { board } = start();
    await pass(9_000 + 59_000);
    expect(board.calls).toHaveLength(1);
    await pass(2 * 60_000);
    expect(board.calls).toHaveLength(3);
  });

  test('writes nothing more once it is stopped, aborted or disposed of', async () => {
    const abort = new AbortController();
    const { board, state, progress } = start({ signal: abort.signal });
    abort.abort();
    await progress[Symbol.asyncDispose]();
    state.turn = turn({ activity: 'Something new' });
    await pass(120_000);
    await expect(progress.stop()).resolves.toBeUndefined();
    expect(board.calls).toEqual([]);
  });

  test('is disposed of at once while GitHub hangs, and hands over the comment when it is known', async () => {
    const { board, progress } = start();
    const hanging = Promise.withResolvers<void>();
    board.before = () => hanging.promise;
    await pass(9_000);
    const disposed = progress[Symbol.asyncDispose]();
    await pass(300);
    await disposed;
    hanging.resolve();
    await expect(progress.stop()).resolves.toEqual(ownComment(1));
    await pass(60_000);
    expect(board.calls).toEqual(['create progress']);
  });

  test('warns once, goes on, and leaves it after three failures in a row', async () => {
    const { board, state } = start();
    board.before = () => Promise.reject(new Error('503'));
    await pass(9_000);
    board.before = () => undefined;
    await pass(15_000);
    expect(board.bodies.size).toBe(1);
    board.before = () => Promise.reject(new Error('503'));
    for (let step = 0; step < 100; step += 1) {
      state.turn = turn({ activity: `Step ${step}` });
      await pass(5_000);
    }
    expect(board.calls).toHaveLength(2 + 3);
    expect(state.warnings).toEqual(
      Array(2).fill('The progress comment could not be written: 503.'),
    );
  });

  test('asks GitHub for a comment that may have been made although creating it failed', async () => {
    const { board, progress } = start();
    board.before = () => Promise.reject(new Error('timeout'));
    board.find = () => Promise.resolve(ownComment(7));
    await pass(9_000);
    await expect(progress.stop()).resolves.toEqual(ownComment(7));
  });
});
