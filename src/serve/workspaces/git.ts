import { type ChildProcess, spawn } from 'node:child_process';

import { gitOutputBytes, workspaceGitMs } from '../limits.ts';

/** One of our repositories, and what a call sees beside it. */
export interface Repository {
  /** The bare repository. */
  git: string;
  /** Where git is found: `PATH` of the front, of whose environment git gets nothing else. */
  path: string;
  workTree?: string;
  index?: string;
  /** Where new objects go, the repository's own staying as they are. */
  objects?: string;
}

/** How a call speaks. */
export interface Call {
  signal: AbortSignal;
  /** Its standard input, a character a byte. */
  input?: string;
  /** Exit codes that are no failure besides 0. */
  codes?: readonly number[];
}

/**
 * Over whatever is set anywhere. What lies in the work tree is the agent's: its attributes name no
 * command that there is (there is no configuration but this), and none of its repositories is looked
 * into. `GIT_CONFIG_COUNT`: https://git-scm.com/docs/git-config#ENVIRONMENT
 */
const settings: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.autocrlf', 'false'],
  ['core.fileMode', 'true'],
  ['core.symlinks', 'true'],
  ['core.protectHFS', 'true'],
  ['core.protectNTFS', 'true'],
  ['core.bigFileThreshold', '16m'],
  ['core.compression', '1'],
  ['submodule.recurse', 'false'],
  ['diff.ignoreSubmodules', 'all'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['advice.addEmbeddedRepo', 'false'],
  ['safe.directory', '*'],
];

/** Starts git in one of our repositories; it ends when the signal fires. */
export function startGit(
  { git, path, workTree, index, objects }: Repository,
  args: readonly string[],
  signal: AbortSignal,
): ChildProcess {
  const pairs = settings.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  const env = {
    PATH: path,
    HOME: git,
    XDG_CONFIG_HOME: git,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: '',
    GIT_DIR: git,
    ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    ...(objects === undefined
      ? {}
      : { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: `${git}/objects` }),
    GIT_CONFIG_COUNT: String(settings.length),
    ...(Object.fromEntries(pairs) as Record<string, string>),
  };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(workspaceGitMs)]);
  const child = spawn('git', args, { cwd: workTree ?? git, env, stdio: 'pipe', signal: limit });
  // Whoever waits for its end hears of it there; what is written to one that has ended is lost.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  return child;
}

/** Runs git, and resolves to what it printed, a character a byte. Throws where it fails. */
export async function runGit(
  repository: Repository,
  args: readonly string[],
  { signal, input, codes = [] }: Call,
): Promise<string> {
  signal.throwIfAborted();
  const child = startGit(repository, args, signal);
  const printed = collect(child.stdout);
  const complaint = collect(child.stderr);
  const ended = endOf(child);
  child.stdin?.end(input ?? '', 'latin1');
  const code = await ended;
  signal.throwIfAborted();
  if (code === 0 || (code !== null && codes.includes(code))) return printed();
  const said = /^(fatal|error): .*$/m.exec(complaint())?.[0] ?? `code ${code}`;
  throw new Error(`git ${args[0]} failed (${said.slice(0, 300)})`);
}

/** Resolves to its exit code; null where it was ended, or could not be started. */
export function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('close', resolve);
    child.once('error', () => {
      if (child.pid === undefined) resolve(null);
    });
  });
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const pieces: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= gitOutputBytes) pieces.push(piece);
  });
  return () => Buffer.concat(pieces).toString('latin1');
}
