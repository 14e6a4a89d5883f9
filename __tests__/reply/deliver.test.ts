import { describe, expect, test } from '@jest/globals';
import { ActionError } from '../../src/errors.ts';
import { deliver } from '../../src/reply/deliver.ts';
import type { OwnComment } from '../../src/thread/comments.ts';
import { type Board, createBoard, ownComment } from './comments.ts';

function send(
  board: Board,
  comments: string[],
  progress?: OwnComment | Promise<OwnComment | undefined>,
  signal = new AbortController().signal,
) {
  const warnings: string[] = [];
  const posted: number[] = [];
  const done = deliver({
    comments: board,
    reply: { comments, restNotice: ' [rest]' },
    progress,
    onPosted: ({ id }) => posted.push(id),
    warn: (message) => warnings.push(message),
    signal,
  });
  return { done, warnings, posted };
}

async function boardWithProgress(): Promise<{ board: Board; progress: OwnComment }> {
  const board = createBoard();
  const progress = await board.create('progress', 'working', new AbortController().signal);
  board.calls.length = 0;
  return { board, progress };
}

const refused = (calls: RegExp) => (call: string) => {
  if (calls.test(call)) throw new ActionError('github-error', `${call} failed with 503.`);
};

describe('an answer of which GitHub does not say whether it has it', () => {
  test.each([
    ['is not put into the progress comment as well', () => Promise.resolve(ownComment(7)), 7],
    ['is put into the progress comment where it is not there', () => Promise.resolve(undefined), 1],
  ])('%s', async (_, find, expected) => {
    const { board, progress } = await boardWithProgress();
    board.before = refused(/^create answer$/);
    board.mayExist = () => true;
    board.find = find;
    const { done } = send(board, ['a'], progress);
    await expect(done).resolves.toEqual({ first: ownComment(expected), isTidy: true });
    expect(board.calls).not.toContain(expected === 7 ? 'update 1 answer' : 'remove 1');
  });

  test('is not put anywhere else where that cannot be found out', async () => {
    const { board, progress } = await boardWithProgress();
    board.before = refused(/^create answer$/);
    board.mayExist = () => true;
    board.find = () => Promise.reject(new Error('down'));
    const { done } = send(board, ['a'], progress);
    await expect(done).rejects.toMatchObject({ reason: 'github-error' });
    expect(board.calls).toEqual(['create answer']);
  });
});

describe('delivering an answer', () => {
  test('posts the parts in order and deletes the progress comment after the first', async () => {
    const { board, progress } = await boardWithProgress();
    const { done, posted } = send(board, ['a', 'b', 'c'], progress);
    expect((await done).first).toEqual(ownComment(2));
    expect([...board.bodies.values()]).toEqual(['a', 'b', 'c']);
    expect(board.calls[0]).toBe('create answer');
    expect(board.calls.toSorted()).toEqual([
      'create answer',
      'create answer-2',
      'create answer-3',
      'remove 1',
    ]);
    expect(posted).toEqual([2, 3, 4]);
  });

  test('does not wait for a progress comment that is still being made, but deletes it', async () => {
    const board = createBoard();
    const pending = Promise.withResolvers<OwnComment | undefined>();
    const { done, posted } = send(board, ['a'], pending.promise);
    await new Promise((resolve) => setImmediate(resolve));
    expect(posted).toEqual([1]);
    pending.resolve(ownComment(9));
    await done;
    expect(board.calls).toEqual(['create answer', 'remove 9']);
  });

  test.each([0, 1])('waits for that no longer than its signal allows (%i)', async (turns) => {
    const board = createBoard();
    const abort = new AbortController();
    const { done, warnings } = send(board, ['a'], new Promise(() => {}), abort.signal);
    for (let turn = 0; turn < turns; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
    abort.abort(new Error('out of time'));
    await expect(done).resolves.toEqual({ first: ownComment(1), isTidy: false });
    expect(warnings).toEqual(['The progress comment could not be deleted: out of time.']);
  });

  test('only warns where the progress comment cannot be deleted', async () => {
    const { board, progress } = await boardWithProgress();
    board.before = refused(/^remove/);
    const { done, warnings } = send(board, ['a'], progress);
    await done;
    expect(warnings).toEqual([
      'The progress comment could not be deleted: remove 1 failed with 503.',
    ]);
  });

  test('makes the progress comment the answer where none can be posted', async () => {
    const { board, progress } = await boardWithProgress();
    board.before = refused(/^create answer$/);
    const { done, warnings, posted } = send(board, ['a', 'b'], progress);
    expect((await done).first).toEqual(progress);
    expect([...board.bodies.values()]).toEqual(['a', 'b']);
    expect(board.calls).not.toContain('remove 1');
    expect(posted).toEqual([1, 2]);
    expect(warnings).toHaveLength(1);
  });

  test.each([
    ['there is no progress comment', /^create/, undefined],
    ['that one cannot be edited either', /./, ownComment(1)],
  ])('throws github-error where nothing can be posted and %s', async (_, calls, progress) => {
    const board = createBoard();
    board.before = refused(calls);
    await expect(send(board, ['a'], progress).done).rejects.toMatchObject({
      reason: 'github-error',
      message: expect.stringMatching(
        /^The answer could not be posted on the thread: .* failed with 503\.$/,
      ),
      hint: 'It stands in the step summary.',
    });
  });

  test('says on the thread, and throws, where a later part is missing', async () => {
    const { board, progress } = await boardWithProgress();
    board.before = refused(/^create answer-3/);
    const { done, posted } = send(board, ['a', 'b', 'c', 'd'], progress);
    await expect(done).rejects.toMatchObject({
      reason: 'github-error',
      message: expect.stringContaining('Part 3 of 4 of the answer could not be posted'),
    });
    expect([...board.bodies.values()]).toEqual(['a', 'b [rest]']);
    expect(board.calls).not.toContain('create answer-4');
    expect(posted).toEqual([2, 3]);
  });

  test('throws for a missing part even where the thread cannot be told', async () => {
    const board = createBoard();
    board.before = refused(/answer-2|update/);
    const { done, warnings } = send(board, ['a', 'b']);
    await expect(done).rejects.toMatchObject({ reason: 'github-error' });
    expect(warnings).toEqual([
      'The thread could not be told that a part is missing: update 1 answer failed with 503.',
    ]);
  });
});
