import type { Comments, OwnComment } from '../../src/thread/comments.ts';

/** A thread in memory: what stands on it by purpose, and what was asked of it, in order. */
export interface Board extends Comments {
  bodies: Map<number, string>;
  calls: string[];
  /** Called before each call takes effect; may wait, or throw to make it fail. */
  before: (call: string) => Promise<void> | void;
}

/** An empty thread. */
export function createBoard(): Board {
  let last = 0;
  const run = async (call: string) => {
    board.calls.push(call);
    await board.before(call);
  };
  const board: Board = {
    bodies: new Map(),
    calls: [],
    before: () => undefined,
    markerChars: 100,
    async create(purpose, body) {
      await run(`create ${purpose}`);
      last += 1;
      board.bodies.set(last, body);
      return ownComment(last);
    },
    mayExist: () => false,
    find: () => Promise.resolve(undefined),
    read: (comment) => Promise.resolve(board.bodies.get(comment.id) ?? ''),
    async update(comment, purpose, body) {
      await run(`update ${comment.id} ${purpose}`);
      board.bodies.set(comment.id, body);
    },
    async remove(comment) {
      await run(`remove ${comment.id}`);
      board.bodies.delete(comment.id);
    },
  };
  return board;
}

/** A comment by its number. */
export function ownComment(id: number): OwnComment {
  return { id, kind: 'issue', url: `https://github.example/${id}`, nodeId: `node${id}` };
}
