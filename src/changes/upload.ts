import type { Git } from '../git/git.ts';
import { pause } from '../github-retry.ts';
import { blobsAtOnce, pushFileBytes, pushWrites, pushWritesPerMinute } from '../limits.ts';
import { inlineText, readBlob } from './blob.ts';
import { batchesOf, type Difference, type Entry, type Piece } from './entries.ts';
import { on, type Place } from './repository.ts';

/** An entry of a tree as GitHub takes it. */
interface TreeItem {
  path: string;
  mode: '100644' | '100755' | '120000';
  type: 'blob';
  /** Null: the file is deleted. */
  sha?: string | null;
  content?: string;
}

/** What is sent, and upon which tree. */
export interface Upload {
  git: Git;
  difference: Difference;
  /** A tree that GitHub has. */
  baseTree: string;
  /** Texts go as blobs as well. */
  asBlobs: boolean;
}

/** What cannot be sent, as half a sentence; what the person is told. */
export class UnfitError extends Error {
  override readonly name = 'UnfitError';
}

/**
 * Has GitHub make a tree; resolves to its id. Texts go in the requests that make it, all else as
 * blobs before. Throws `UnfitError`, `GitError`, and what GitHub refuses.
 */
export async function uploadTree(
  place: Place,
  upload: Upload,
  signal: AbortSignal,
): Promise<string> {
  const pace = openPace(signal);
  const pieces = await piecesOf(place, upload, pace, signal);
  let tree = upload.baseTree;
  for (const batch of batchesOf(pieces)) {
    await pace();
    const asked = { ...on(place, signal), base_tree: tree, tree: batch };
    tree = (await place.github.rest.git.createTree(asked)).data.sha;
  }
  return tree;
}

type Pace = () => Promise<void>;

/** Called before each write: no more than GitHub allows, and no more than a push may take. */
function openPace(signal: AbortSignal): Pace {
  const writes: number[] = [];
  return async () => {
    if (writes.length >= pushWrites) throw new UnfitError('it takes too many requests');
    const one = writes.at(-pushWritesPerMinute);
    const waitMs = one === undefined ? 0 : one + 60_000 - Date.now();
    writes.push(Date.now() + Math.max(0, waitMs));
    if (waitMs > 0) await pause(waitMs, signal);
  };
}

/** A few at a time, each of which takes the next file when it is done with one. */
async function piecesOf(
  place: Place,
  upload: Upload,
  pace: Pace,
  signal: AbortSignal,
): Promise<Piece<TreeItem>[]> {
  const { entries } = upload.difference;
  const pieces: Piece<TreeItem>[] = [];
  const waiting = entries.entries();
  const work = async (): Promise<void> => {
    for (const [at, entry] of waiting)
      pieces[at] = await pieceOf(place, upload, entry, pace, signal);
  };
  await Promise.all(Array.from({ length: blobsAtOnce }, work));
  return pieces;
}

async function pieceOf(
  place: Place,
  { git, difference, asBlobs }: Upload,
  { path, mode, blob }: Entry,
  pace: Pace,
  signal: AbortSignal,
): Promise<Piece<TreeItem>> {
  const common = { path, mode: mode as TreeItem['mode'], type: 'blob' as const };
  const piece = (rest: Partial<TreeItem>): Piece<TreeItem> => {
    const item = { ...common, ...rest };
    return {
      item,
      path,
      isDeletion: blob === undefined,
      bytes: Buffer.byteLength(JSON.stringify(item)),
    };
  };
  if (blob === undefined) return piece({ sha: null });
  if (difference.known.has(blob)) return piece({ sha: blob });
  const bytes = await readBlob(git, blob, signal);
  const content = asBlobs ? undefined : inlineText(bytes);
  if (content !== undefined) return piece({ content });
  if (bytes.length > pushFileBytes) throw new UnfitError('a file is too large');
  await pace();
  const asked = { ...on(place, signal), content: bytes.toString('base64'), encoding: 'base64' };
  const { data } = await place.github.rest.git.createBlob(asked);
  // An object under a name that is not its own may have been put there by the agent.
  if (data.sha !== blob) throw new UnfitError('a file is not what it was when it was looked at');
  return piece({ sha: blob });
}
