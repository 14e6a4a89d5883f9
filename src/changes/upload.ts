import type { Git } from '../git/git.ts';
import { pause } from '../github-retry.ts';
import { blobsAtOnce, pushFileBytes, pushWrites, pushWritesPerMinute } from '../limits/changes.ts';
import { readBlobs } from './blobs.ts';
import { batchesOf, type Entry, type Piece, type Steps } from './entries.ts';
import { inlineText } from './inline.ts';
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
  steps: Steps;
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

/** A few blobs on their way at a time. */
async function piecesOf(
  place: Place,
  { git, steps, asBlobs }: Upload,
  pace: Pace,
  signal: AbortSignal,
): Promise<Piece<TreeItem>[]> {
  const { entries, known } = steps;
  const isNew = (blob: string | undefined): blob is string =>
    blob !== undefined && !known.has(blob);
  const blobs = new Set(entries.map(({ blob }) => blob).filter(isNew));
  const texts = new Map<string, string>();
  const binary = new Map<string, Buffer>();
  await readBlobs({ git }, [...blobs], signal, (blob, bytes) => {
    const text = asBlobs ? undefined : inlineText(bytes);
    if (text === undefined) binary.set(blob, Buffer.from(bytes));
    else texts.set(blob, text);
  });
  const waiting = binary.entries();
  const work = async (): Promise<void> => {
    for (const [blob, bytes] of waiting) await sendBlob(place, blob, bytes, pace, signal);
  };
  await Promise.all(Array.from({ length: blobsAtOnce }, work));
  return entries.map((entry) => pieceOf(entry, texts.get(entry.blob ?? '')));
}

async function sendBlob(
  place: Place,
  blob: string,
  bytes: Buffer,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  if (bytes.length > pushFileBytes) throw new UnfitError('a file is too large');
  await pace();
  const asked = { ...on(place, signal), content: bytes.toString('base64'), encoding: 'base64' };
  const { data } = await place.github.rest.git.createBlob(asked);
  if (data.sha !== blob) throw new UnfitError('GitHub made another file of one');
}

function pieceOf({ path = '', mode, blob }: Entry, content: string | undefined): Piece<TreeItem> {
  const what = content === undefined ? { sha: blob ?? null } : { content };
  const item = { path, mode: mode as TreeItem['mode'], type: 'blob' as const, ...what };
  const bytes = Buffer.byteLength(JSON.stringify(item));
  return { item, path, isDeletion: blob === undefined, bytes };
}
