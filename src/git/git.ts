import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { gitMs, gitOutputChars } from '../limits.ts';
import { filterKeys, withoutFilters } from './filters.ts';

/** One setting of git's configuration, for one call. */
export type Setting = readonly [key: string, value: string];

/** What differs from call to call; `settings` may hold secrets, for they never reach argv or disk. */
export interface GitCall {
  settings?: readonly Setting[];
  env?: Readonly<Record<string, string>>;
  /** What git reads from its standard input. */
  input?: string | Uint8Array;
  /** Takes what git prints, to the byte and without a bound; the command resolves to nothing then. */
  onOutput?: (piece: Buffer) => void;
  /** The same as a stream, which git fills no faster than it is read. */
  onStream?: (printed: Readable) => void;
}

/** Runs one git command and resolves to what it printed; throws `GitError`, or the signal's reason. */
export type Git = (args: readonly string[], signal: AbortSignal, call?: GitCall) => Promise<string>;

/** A git command that could not be started or failed; `exitCode` is undefined where it never ended. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly exitCode: number | undefined;

  constructor(message: string, exitCode: number | undefined) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Of the step's environment, git gets these and nothing else: no token, no `INPUT_*`, no `GIT_*`. */
const kept =
  /^(PATH|HOME|XDG_CONFIG_HOME|TMPDIR|TE?MP|RUNNER_TRACKING_ID|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|GIT_SSL_CA(INFO|PATH)|SYSTEMROOT|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|PROGRAMDATA|PATHEXT)$/i;

/**
 * Settings of every call, over whatever a repository has set: nothing of the repository is run
 * (hooks, file system monitor), nobody is asked for a password, no maintenance stays behind, and
 * a workspace owned by another user is accepted (`safe.directory` counts from the environment, not
 * from the repository: https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory).
 */
function standingSettings(directory: string): Setting[] {
  return [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.askPass', ''],
    ['credential.helper', ''],
    ['submodule.recurse', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['advice.detachedHead', 'false'],
    ['safe.directory', directory],
  ];
}

/** The commands of ours that read or write files of the workspace, and so run filters. */
const onFiles = new Set('status stash reset checkout add rm diff-index update-index'.split(' '));

/**
 * Git in one directory (an absolute, real path), with a small environment of its own.
 * A repository in a folder above does not count. Each call has `gitMs`, and ends with its children
 * when the signal fires. No filter is run (`withoutFilters`), and no transport but ours: what is
 * missing from a partial clone would be fetched by a command that the configuration names.
 */
export function gitIn(directory: string, env: Readonly<Record<string, string | undefined>>): Git {
  const base = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== undefined && kept.test(name)),
  ) as Record<string, string>;
  const git: Git = async (args, signal, call = {}) => {
    const filters = onFiles.has(args[0] ?? '') ? await offFilters(git, signal) : [];
    const settings = [...standingSettings(directory), ...filters, ...(call.settings ?? [])];
    const own = {
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_ALLOW_PROTOCOL: 'http:https',
      GIT_CEILING_DIRECTORIES: dirname(directory),
      // Whatever `core.worktree` says by now: files are written to the workspace only.
      GIT_WORK_TREE: directory,
      LC_ALL: 'C',
    };
    const all = { ...base, ...own, ...call.env, ...inEnvironment(settings) };
    return await run(args, { env: all, cwd: directory, call }, signal);
  };
  return git;
}

/** Read before each call: the agent may have set one since. */
async function offFilters(git: Git, signal: AbortSignal): Promise<Setting[]> {
  try {
    const printed = await git(['config', '-z', '--get-regexp', filterKeys], signal);
    if (printed.length < gitOutputChars) return withoutFilters(printed);
  } catch (thrown) {
    // There is none.
    if (thrown instanceof GitError && thrown.exitCode === 1) return [];
    throw thrown;
  }
  throw new GitError('the filters in its configuration are too many to turn off', undefined);
}

/** https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT */
function inEnvironment(settings: readonly Setting[]): Record<string, string> {
  const pairs = settings.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}

async function run(
  args: readonly string[],
  { env, cwd, call }: { env: Record<string, string>; cwd: string; call: GitCall },
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(gitMs);
  const stop = AbortSignal.any([signal, deadline]);
  const child = spawn('git', args, {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const end = (): void => endGroup(child);
  stop.addEventListener('abort', end, { once: true });
  const isTaken = call.onOutput !== undefined || call.onStream !== undefined;
  const stdout = isTaken ? () => '' : collect(child.stdout);
  if (call.onOutput !== undefined) child.stdout.on('data', call.onOutput);
  // Node throws away what nobody reads by the time that a process ends.
  call.onStream?.(child.stdout.pipe(new PassThrough()));
  const stderr = collect(child.stderr);
  // A git that ends before it has read all says so by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(call.input);
  const exitCode = await new Promise<number | null | undefined>((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', resolve);
  });
  stop.removeEventListener('abort', end);
  if (exitCode === 0) return stdout();
  signal.throwIfAborted();
  throw failure(args, exitCode, deadline.aborted, stderr());
}

/** SIGTERM, on which git removes its lock files, to git and the transport that it started. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32')
      process.kill(-child.pid, 'SIGTERM');
    else child.kill();
  } catch {
    // It has ended in this moment.
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (piece: string) => {
    if (text.length < gitOutputChars) text += piece;
  });
  return () => text;
}

function failure(
  args: readonly string[],
  exit: number | null | undefined,
  isLate: boolean,
  stderr: string,
): GitError {
  const name = `git ${args.find((arg) => !arg.startsWith('-')) ?? ''}`.trim();
  if (isLate) return new GitError(`${name} took longer than ${gitMs / 1000} s`, undefined);
  if (exit === undefined) return new GitError('git could not be started', undefined);
  const said = lastWord(stderr);
  const end = exit === null ? 'was ended by a signal' : `failed with exit code ${exit}`;
  return new GitError(`${name} ${end}${said === '' ? '' : ` (${said})`}`, exit ?? undefined);
}

/** Git's own complaint on one line; an address in it loses the name and password it may hold. */
function lastWord(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /^(fatal|error):/.test(line));
  const line = (lines[0] ?? '').replaceAll(/\/\/[^/@\s]+@/g, '//').replaceAll(/\s+/g, ' ');
  return line.trim().replace(/[.:]$/, '').slice(0, 300);
}
