import type { Writable } from 'node:stream';

import { type Repository, endOf, runGit, startGit } from './git.ts';
import { type TarEntry, drained } from './read-tar.ts';

/** A snapshot in a repository. */
export interface Imported {
  commit: string;
  /** The snapshot's tree, as its sender has it. */
  tree: string;
  /** Names of submodules, which have a place in the tree and nothing in it. */
  modules: readonly string[];
  /** Of all files together. */
  bytes: number;
  files: number;
}

const branch = 'refs/heads/main';

/**
 * Puts a snapshot into an empty repository as its one commit. Git takes it as a stream, so that
 * nothing is written twice, or held; the working tree is written by git as well, and all of its own
 * checks of names count besides ours. https://git-scm.com/docs/git-fast-import
 */
export async function importSnapshot(
  repository: Repository,
  entries: AsyncIterable<TarEntry>,
  message: string,
  signal: AbortSignal,
): Promise<Imported> {
  const stop = new AbortController();
  const child = startGit(
    repository,
    ['fast-import', '--quiet', '--done'],
    AbortSignal.any([signal, stop.signal]),
  );
  const ended = endOf(child);
  const made = { modules: [] as string[], bytes: 0, files: 0 };
  try {
    if (child.stdin === null) throw new Error('git has no input');
    await write(child.stdin, head(message));
    for await (const entry of entries) {
      await writeEntry(child.stdin, entry);
      made.files += 1;
      if (entry.kind === 'module') made.modules.push(entry.name);
      if (entry.kind === 'file') made.bytes += entry.bytes;
    }
    child.stdin.end('done\n');
    if ((await ended) !== 0) throw new Error('git fast-import failed');
  } catch (error) {
    stop.abort();
    await ended;
    throw error;
  }
  const ask = ['rev-parse', branch, `${branch}^{tree}`];
  const [commit = '', tree = ''] = (await runGit(repository, ask, { signal })).split('\n');
  return { commit, tree, ...made };
}

function head(message: string): Buffer {
  const text = Buffer.from(message);
  const now = Math.floor(Date.now() / 1_000);
  const who = `Mention Loop <mention-loop@localhost> ${now} +0000`;
  return Buffer.from(`commit ${branch}\ncommitter ${who}\ndata ${text.length}\n${message}\n`);
}

async function writeEntry(sink: Writable, entry: TarEntry): Promise<void> {
  const name = quoted(entry.name);
  if (entry.kind === 'module')
    return await write(sink, Buffer.from(`M 160000 ${entry.commit} ${name}\n`));
  if (entry.kind === 'link') {
    const target = Buffer.from(entry.target, 'latin1');
    const line = Buffer.from(`M 120000 inline ${name}\ndata ${target.length}\n`);
    return await write(sink, Buffer.concat([line, target, newline]));
  }
  const mode = entry.isExecutable ? '100755' : '100644';
  const line = Buffer.from(`M ${mode} inline ${name}\ndata ${entry.bytes}\n`);
  await writeContent(sink, line, entry.content);
}

const newline = Buffer.from('\n');

/** A small file goes out in one write. */
async function writeContent(
  sink: Writable,
  line: Buffer,
  content: AsyncIterable<Buffer>,
): Promise<void> {
  let waiting = [line];
  for await (const piece of content) {
    waiting.push(piece);
    await write(sink, Buffer.concat(waiting));
    waiting = [];
  }
  await write(sink, Buffer.concat([...waiting, newline]));
}

async function write(sink: Writable, bytes: Buffer): Promise<void> {
  if (sink.destroyed) throw new Error('git has ended');
  if (!sink.write(bytes)) await drained(sink);
}

/** As git reads a path: in quotation marks, every byte that is not plain in octal. */
function quoted(name: string): string {
  const plain = name.replaceAll(
    /[^\x20\x21\x23-\x5b\x5d-\x7e]/g,
    (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${plain}"`;
}
