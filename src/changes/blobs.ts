import { createHash } from 'node:crypto';
import { GitError } from '../git/git.ts';
import type { Store } from './store.ts';

/**
 * Reads blobs one after the other. Throws a `GitError` for one that is not there, or whose content is
 * another than its id says: git itself does not look, and the agent may have written to the objects
 * of the checkout. https://git-scm.com/docs/git-cat-file#_batch_output
 */
export async function readBlobs(
  { git }: Pick<Store, 'git'>,
  blobs: readonly string[],
  signal: AbortSignal,
  take: (blob: string, content: Buffer) => void,
): Promise<void> {
  if (blobs.length === 0) return;
  const parser = createBatchParser((blob, content) => {
    if (idOf(content) !== blob) throw new GitError(`object ${blob} is forged`, undefined);
    take(blob, content);
  });
  let failed: unknown;
  await git(['cat-file', '--batch', '--buffer'], signal, {
    input: blobs.map((blob) => `${blob}\n`).join(''),
    onOutput: (piece) => {
      try {
        if (failed === undefined) parser(piece);
      } catch (thrown) {
        failed = thrown;
      }
    },
  });
  if (failed !== undefined) throw failed;
}

function idOf(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/**
 * Takes the output of `cat-file --batch` in pieces, in time linear in it, however it is cut. Throws a
 * `GitError` for an object that is no blob or not there.
 */
export function createBatchParser(
  take: (blob: string, content: Buffer) => void,
): (piece: Buffer) => void {
  let pieces: Buffer[] = [];
  let length = 0;
  /** How many bytes the next step needs. */
  let wanted = 1;
  return (piece) => {
    pieces.push(piece);
    length += piece.length;
    if (length < wanted) return;
    const all = Buffer.concat(pieces, length);
    let at = 0;
    for (;;) {
      const end = all.indexOf('\n', at);
      if (end < 0) break;
      const [blob = '', type = '', size = ''] = all.toString('latin1', at, end).split(' ');
      if (type !== 'blob') throw new GitError(`object ${blob} is no file that is there`, undefined);
      const next = end + 1 + Number(size) + 1;
      wanted = next - at;
      if (all.length < next) break;
      take(blob, all.subarray(end + 1, next - 1));
      [at, wanted] = [next, 1];
    }
    pieces = [all.subarray(at)];
    length -= at;
    wanted = Math.max(wanted, length + 1);
  };
}
