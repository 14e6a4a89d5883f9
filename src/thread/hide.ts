import { realpath } from 'node:fs/promises';
import * as v from 'valibot';
import { messageOf } from '../errors.ts';
import { isAsKept, replaceFile } from './files.ts';
import { gitIn, GitError } from '../git/git.ts';
import { putFolderBack } from './hooks.ts';
import { type Kept, readConfigurations } from './keep.ts';
import { breakSeal, seal, type Seal, unseal } from './seal.ts';

/** What is asked of `hideCredentials`. */
export interface HideOptions {
  workspace: string;
  /** The runner's temporary folder. */
  temp: string;
  /** The step's environment; git gets little of it. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where the originals are kept for `putCredentialsBack` after a kill. */
  seal: Seal;
  /** Knows the shapes of tokens. */
  looksSecret: (text: string) => boolean;
  /** Told on disposal what was set aside. */
  warn(message: string): void;
  signal: AbortSignal;
}

/**
 * Takes out of git's configuration what is or may be a credential while an agent works: in the
 * workspace's checkouts, their submodules and worktrees, in all files that they include, and in the
 * key files that they name. What there was is sealed first, and put back to the byte on disposal,
 * with git's hooks as they were: what an agent has planted there is gone for the steps that follow.
 * Without a checkout nothing is done. Throws where something cannot be hidden, all being put back.
 */
export async function hideCredentials(options: HideOptions): Promise<AsyncDisposable> {
  const { temp, env, looksSecret, signal } = options;
  const workspace = await realpath(options.workspace).catch(() => undefined);
  if (workspace === undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const place = { workspace, temp, home: env['HOME'], looksSecret };
  const { kept, hidings } = await readConfigurations(gitIn(workspace, env), place, signal);
  seal(options.seal, JSON.stringify(kept));
  const dispose = (): Promise<void> => {
    const { isBack, said } = putBack(kept, options.seal);
    if (said !== '' && isBack) options.warn(said);
    return isBack ? Promise.resolve() : Promise.reject(new GitError(said, undefined));
  };
  try {
    for (const { file, shown } of hidings) replaceFile(file, Buffer.from(shown));
  } catch (thrown) {
    putBack(kept, options.seal);
    throw thrown;
  }
  return { [Symbol.asyncDispose]: dispose };
}

/** What became of git's configuration. */
export interface PutBack {
  isBack: boolean;
  /** What a person must know; empty where all is as it was. */
  said: string;
}

const keptFile = v.object({
  path: v.string(),
  content: v.string(),
  mode: v.number(),
  uid: v.number(),
  gid: v.number(),
});

const keptSchema = v.object({
  files: v.array(keptFile),
  folders: v.array(
    v.object({
      folder: v.string(),
      hasHooks: v.boolean(),
      hooks: v.array(keptFile),
      links: v.array(v.object({ name: v.string(), target: v.string() })),
      absent: v.array(v.string()),
    }),
  ),
});

/** Puts back what a killed run had hidden; nothing where it had not. Never throws. */
export function putCredentialsBack(at: Seal): PutBack {
  try {
    const text = unseal(at);
    if (text === undefined) return { isBack: true, said: '' };
    return putBack(v.parse(keptSchema, JSON.parse(text)), at);
  } catch (thrown) {
    // It will not open later either: what is left is to tell.
    const said = `Git's configuration could not be put back (${messageOf(thrown)}): check out again.`;
    return { isBack: true, said };
  }
}

/** As much as can be put back is; what was kept is given up only when all of it is. */
function putBack({ files, folders }: Kept, at: Seal): PutBack {
  const problems: string[] = [];
  const aside: string[] = [];
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (thrown) {
      problems.push(messageOf(thrown));
    }
  };
  for (const file of files) attempt(() => isAsKept(file) || replaceFile(file));
  for (const folder of folders) attempt(() => aside.push(...putFolderBack(folder)));
  if (problems.length === 0) attempt(() => breakSeal(at));
  return {
    isBack: problems.length === 0,
    said: `${nameAside(aside)} ${nameProblems(problems)}`.trim(),
  };
}

function nameAside(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const named = paths.map((path) => `\`${path.replaceAll(/[^\w./@+-]/g, '?')}\``).join(', ');
  return `What the agent left for git to run or obey was set aside: ${named}.`;
}

function nameProblems(problems: readonly string[]): string {
  if (problems.length === 0) return '';
  return `Git's configuration could not be put back: ${problems.join('; ')}.`;
}
