import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { gitOutputChars } from '../limits.ts';
import {
  type ConfigEntry,
  includedFiles,
  namedFiles,
  printEntries,
  readEntries,
  withoutCredentials,
} from './credentials.ts';
import { keepFile, type KeptFile } from './files.ts';
import { findGitFolders } from './git-folders.ts';
import { GitError, type Git } from '../git/git.ts';
import { keepFolder, type KeptFolder } from './hooks.ts';

/** All that is put back when the agent is gone: plain data, and secret. */
export interface Kept {
  /** Configurations, and the files that hold a key or a password. */
  files: KeptFile[];
  folders: KeptFolder[];
}

/** Where a checkout's credentials may be. */
export interface Place {
  /** A real path. */
  workspace: string;
  /** The runner's temporary folder: `actions/checkout` leaves keys and tokens in it. */
  temp: string;
  /** Where `~/` in a configuration leads to. */
  home: string | undefined;
  /** Knows the shapes of tokens. */
  looksSecret: (text: string) => boolean;
}

/** A file in place of which the agent finds something else. */
export interface Hiding {
  file: KeptFile;
  shown: string;
}

/** What `actions/checkout` 6 names the file that its token is in. */
const checkoutFile = /^git-credentials-.*\.config$/;

/** Files that include others are followed this far; git itself stops after ten. */
const includeDepth = 10;

/**
 * Reads all configurations of the checkouts in the workspace: what must be put back later, and what
 * the agent is to find instead. Changes nothing.
 */
export async function readConfigurations(
  git: Git,
  place: Place,
  signal: AbortSignal,
): Promise<{ kept: Kept; hidings: Hiding[] }> {
  const folders = findGitFolders(place.workspace);
  const roots = [
    ...folders.flatMap((folder) => ['config', 'config.worktree'].map((name) => join(folder, name))),
    ...readdirSync(place.temp)
      .filter((name) => checkoutFile.test(name))
      .map((name) => join(place.temp, name)),
  ];
  const files = new Map<string, KeptFile>();
  const hidings: Hiding[] = [];
  let waiting = roots;
  for (let depth = 0; depth <= includeDepth && waiting.length > 0; depth += 1) {
    const found: string[] = [];
    for (const path of waiting) {
      const file = keepFile(path);
      if (file === undefined || files.has(file.path)) continue;
      files.set(file.path, file);
      const entries = await listEntries(git, file, signal);
      hidings.push(...hide(file, entries, place));
      for (const key of secretFiles(entries ?? [], place, folders)) {
        if (files.has(key.path)) continue;
        files.set(key.path, key);
        hidings.push({ file: key, shown: '' });
      }
      found.push(...includedFiles(entries ?? []).map((one) => toPath(one, file.path, place)));
    }
    waiting = found;
  }
  return { kept: { files: [...files.values()], folders: folders.map(keepFolder) }, hidings };
}

/** What is no configuration to git, it obeys nothing in: undefined, and hidden as a whole. */
async function listEntries(
  git: Git,
  { path }: KeptFile,
  signal: AbortSignal,
): Promise<ConfigEntry[] | undefined> {
  try {
    const asked = ['config', '--file', path, '--no-includes', '-z', '--list'];
    const printed = await git(asked, signal);
    return printed.length < gitOutputChars ? readEntries(printed) : undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof GitError && thrown.exitCode !== undefined) return undefined;
    throw thrown;
  }
}

/** Nothing where the file may be seen as it is. */
function hide(file: KeptFile, entries: ConfigEntry[] | undefined, place: Place): Hiding[] {
  if (entries === undefined) return [{ file, shown: '' }];
  const plain = withoutCredentials(entries, place.looksSecret);
  const isSame = JSON.stringify(plain) === JSON.stringify(entries);
  // A comment may hold one too, and is lost with the rest.
  const text = Buffer.from(file.content, 'base64').toString('utf8');
  if (isSame && !place.looksSecret(text)) return [];
  return [{ file, shown: printEntries(plain) }];
}

/** Only what a step has put there: a person's own keys at home are no business of a checkout. */
function secretFiles(entries: ConfigEntry[], place: Place, folders: string[]): KeptFile[] {
  const within = [real(place.temp), ...folders];
  return namedFiles(entries)
    .flatMap((path) => keepFile(path) ?? [])
    .filter(({ path }) => within.some((folder) => path.startsWith(folder + sep)));
}

function toPath(written: string, from: string, { home }: Place): string {
  if (written.startsWith('~/') && home !== undefined) return join(home, written.slice(2));
  return resolve(dirname(from), written);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
