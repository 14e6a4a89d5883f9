import type { Readable } from 'node:stream';
import { GitError, type Git } from '../git/git.ts';
import { tarEnd, tarHeaders, tarPadding } from './tar.ts';

/** One entry of a commit's tree. */
interface Entry {
  mode: string;
  id: string;
  name: Buffer;
}

/** A commit, ready to be sent. */
export interface Snapshot {
  sha: string;
  /**
   * Its tree; undefined where that holds modes of old, such as `100664`, which whoever lays it out
   * cannot come to.
   */
  tree: string | undefined;
  /** The tar stream, from its begin; it may be asked for again. */
  read: (signal: AbortSignal) => AsyncIterable<Buffer>;
}

/**
 * A commit as a tar stream: the very blobs of its tree, whatever attributes say (`git archive` heeds
 * `export-ignore` and `export-subst`), so that a file in Git LFS is its pointer. A submodule is an
 * empty folder, whose header names the commit. Content is read no faster than it is taken, and never
 * held; the list of names is. Throws `GitError`.
 */
export async function readSnapshot(git: Git, sha: string, signal: AbortSignal): Promise<Snapshot> {
  const tree = (await git(['rev-parse', `${sha}^{tree}`], signal)).trim();
  const pieces: Buffer[] = [];
  const list = ['ls-tree', '-r', '-z', '--full-tree', sha];
  await git(list, signal, { onOutput: (piece) => void pieces.push(piece) });
  const entries = parse(Buffer.concat(pieces));
  const isPlain = entries.every(({ mode }) => /^(100644|100755|120000|160000)$/.test(mode));
  return {
    sha,
    tree: isPlain ? tree : undefined,
    read: (either) => pack(git, entries, either),
  };
}

/** `MODE SP TYPE SP ID TAB NAME NUL`. */
function parse(printed: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < printed.length;) {
    const end = printed.indexOf(0, at);
    const tab = printed.indexOf(9, at);
    const [mode = '', , id = ''] = printed.toString('latin1', at, tab).split(' ');
    entries.push({ mode, id, name: printed.subarray(tab + 1, end) });
    at = end + 1;
  }
  return entries;
}

async function* pack(
  git: Git,
  entries: readonly Entry[],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const modules = entries.filter(({ mode }) => mode === '160000');
  for (const { name, id } of modules)
    yield tarHeaders({ name, kind: 'folder', record: ['MENTIONLOOP.gitlink', id] });
  const blobs = entries.filter(({ mode }) => mode !== '160000');
  const opened = Promise.withResolvers<Readable>();
  const stop = new AbortController();
  const ended = git(['cat-file', '--batch', '--buffer'], AbortSignal.any([signal, stop.signal]), {
    input: blobs.map(({ id }) => `${id}\n`).join(''),
    onStream: opened.resolve,
  });
  ended.catch(opened.reject);
  try {
    const objects = readPieces(await opened.promise);
    for (const entry of blobs) yield* packBlob(entry, objects);
    yield tarEnd;
  } finally {
    stop.abort(new Error('The snapshot was broken off.'));
    await ended.catch(() => {});
  }
}

async function* packBlob({ mode, id, name }: Entry, objects: Reader): AsyncGenerator<Buffer> {
  const [found, type, size] = (await objects.line()).split(' ');
  if (found !== id || type !== 'blob')
    throw new GitError(`the object ${id} is missing here, as in a partial clone`, undefined);
  const bytes = Number(size);
  const isLink = mode === '120000';
  if (!isLink) yield tarHeaders({ name, kind: 'file', isExecutable: mode === '100755', bytes });
  const target: Buffer[] = [];
  for (let left = bytes; left > 0;) {
    const piece = await objects.take(left);
    left -= piece.length;
    if (isLink) target.push(piece);
    else yield piece;
  }
  await objects.take(1);
  if (isLink) yield tarHeaders({ name, kind: 'link', target: Buffer.concat(target) });
  else if (bytes > 0) yield tarPadding(bytes);
}

/** What git prints, piece by piece. */
interface Reader {
  /** Up to the next line's end, which is left out. */
  line(): Promise<string>;
  /** At least one byte, and so many at most. */
  take(most: number): Promise<Buffer>;
}

function readPieces(stream: Readable): Reader {
  const pieces = stream.iterator() as AsyncIterator<Buffer, undefined>;
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer> => {
    const { done, value } = await pieces.next();
    if (done === true) throw new GitError('git ended before it had printed all', undefined);
    return value;
  };
  const take = async (most: number): Promise<Buffer> => {
    if (rest.length === 0) rest = await more();
    const taken = rest.subarray(0, most);
    rest = rest.subarray(taken.length);
    return taken;
  };
  return {
    take,
    line: async () => {
      while (!rest.includes(10)) rest = Buffer.concat([rest, await more()]);
      const line = rest.toString('latin1', 0, rest.indexOf(10));
      rest = rest.subarray(line.length + 1);
      return line;
    },
  };
}
