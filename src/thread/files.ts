import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A regular file as it was, so that it can be put back to the byte. */
export interface KeptFile {
  /** Absolute, with no link in it. */
  path: string;
  /** Base64. */
  content: string;
  mode: number;
  uid: number;
  gid: number;
}

/** A configuration, key or hook is never so large. */
const fileBytes = 4 * 1024 * 1024;

/** What is at a path, links not followed; undefined where there is nothing. */
export function look(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/**
 * Keeps the regular file that a path leads to; undefined where there is none, or one that this user
 * (and so an agent that is the same one) cannot read. Throws where it is too large.
 */
export function keepFile(path: string): KeptFile | undefined {
  try {
    const real = realpathSync(path);
    const { mode, uid, gid, size } = statSync(real);
    if (!look(real)?.isFile()) return undefined;
    if (size > fileBytes) throw new RangeError(`${basename(path)} is larger than 4 MiB`);
    const content = readFileSync(real).toString('base64');
    return { path: real, content, mode: mode & 0o7777, uid, gid };
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) return undefined;
    throw thrown;
  }
}

function isErrno(thrown: unknown, ...codes: string[]): boolean {
  const isCoded = typeof thrown === 'object' && thrown !== null && 'code' in thrown;
  return isCoded && codes.includes(String(thrown.code));
}

/**
 * Puts a file in place of whatever is there, in one step and through no link: neither at its own
 * name nor above it. Throws where its folder is gone or is another one by now.
 */
export function replaceFile(file: KeptFile, content: Buffer = bytesOf(file)): void {
  const { path, mode, uid, gid } = file;
  const folder = dirname(path);
  reopen(folder);
  if (realpathSync(folder) !== folder) throw new Error(`${folder} is another folder now`);
  if (look(path)?.isDirectory()) setAside(path, folder);
  const next = join(folder, `.mention-loop-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(next, content, { mode: 0o600, flag: 'wx' });
    const made = statSync(next);
    if (made.uid !== uid || made.gid !== gid) chownSync(next, uid, gid);
    chmodSync(next, mode);
    renameSync(next, path);
  } finally {
    rmSync(next, { force: true });
  }
}

/** Whether the file is as it was kept. One of another size is not read: it may be too large for that. */
export function isAsKept(file: KeptFile): boolean {
  const { path, content, mode } = file;
  reopen(dirname(path));
  const now = look(path);
  if (now?.isFile() !== true || (now.mode & 0o7777) !== mode) return false;
  if (now.size !== Buffer.byteLength(content, 'base64')) return false;
  return readFileSync(path).toString('base64') === content;
}

/**
 * Opens a folder to its owner, and those on the way to it: the agent may have closed what is ours
 * again, so that nothing could be put back. What is somebody else's, or no folder, is left alone.
 */
export function reopen(folder: string): void {
  if (dirname(folder) !== folder) reopen(dirname(folder));
  const found = look(folder);
  if (found?.isDirectory() !== true || found.uid !== process.getuid?.()) return;
  if ((found.mode & 0o700) !== 0o700) chmodSync(folder, (found.mode & 0o7777) | 0o700);
}

/** Moves what is at a path to a new folder in `within`, where nothing looks for it. */
export function setAside(path: string, within: string): void {
  const folder = mkdtempSync(join(within, 'mention-loop-set-aside-'));
  renameSync(path, join(folder, basename(path)));
}

function bytesOf({ content }: KeptFile): Buffer {
  return Buffer.from(content, 'base64');
}
