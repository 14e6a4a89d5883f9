import { realpath } from 'node:fs/promises';
import { messageOf } from '../errors.ts';
import type { Repository, Trigger } from '../event/trigger.ts';
import { cleanupMs } from '../limits.ts';
import { gitIn, GitError, type Git, type Setting } from './git.ts';
import { describe, findHindrance, isSame, readPosition, type Position } from './workspace.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is asked of `openHead`. */
export interface HeadOptions {
  /** The runner's workspace folder, or the checkout in it. */
  workspace: string;
  trigger: Pick<Trigger, 'thread'>;
  repository: Repository;
  /** `GITHUB_SERVER_URL`. */
  serverUrl: string;
  /** Reads the repository. Empty: asked for without one. */
  token: string;
  /** The step's environment; git gets little of it. */
  env: Environment;
  /** Called just before the workspace is changed, with what `restoreCheckout` needs after a kill. */
  onSwitch(facts: CheckoutFacts): void;
  /** Told on disposal what could not be put back, or where the agent's work is kept. */
  warn(message: string): void;
  signal: AbortSignal;
}

/** Plain data, from which the workspace can be put back by another process. */
export interface CheckoutFacts {
  workspace: string;
  pull: number;
  headSha: string;
  previous: { sha: string; branch?: string };
}

/** The workspace as the agent finds it. */
export interface Checkout extends AsyncDisposable {
  directory: string;
  /** Sentences that the agent and the reply must be told; empty where all is as it should be. */
  note: string;
  /** The pull request's head, where the workspace shows it. */
  headSha?: string;
  /** Puts back what was there, in `cleanupMs`; never rejects. End the agent's processes before. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Brings the workspace to the head of the pull request that the trigger is about, detached.
 * Elsewhere, and where that cannot be done, nothing is changed and `note` says so. Only the signal's
 * reason is thrown. The token goes to git through its environment, and with the fetch only.
 * A shallow clone gets the head commit alone; submodules stay as they are; files in Git LFS that the
 * pull request changes are left as pointers.
 */
export async function openHead(options: HeadOptions): Promise<Checkout> {
  const { signal, trigger } = options;
  try {
    const git = gitIn(await realpath(options.workspace), options.env);
    const position = await readPosition(git, signal);
    if (position === undefined) return asItIs(options, noCheckout('it has no commit'));
    if (trigger.thread?.kind !== 'pull') return asItIs(options, '');
    return await moveToHead(git, position, trigger.thread.number, options);
  } catch (thrown) {
    signal.throwIfAborted();
    return asItIs(options, noCheckout(messageOf(thrown)));
  }
}

async function moveToHead(
  git: Git,
  position: Position,
  pull: number,
  options: HeadOptions,
): Promise<Checkout> {
  const { signal, workspace } = options;
  try {
    const remote = remoteOf(options);
    const headSha = await askHead(git, remote, pull, signal);
    if (headSha === position.sha) return { ...asItIs(options, ''), headSha };
    const hindrance = await findHindrance(git, options, signal);
    if (hindrance !== undefined) return asItIs(options, notTheHead(pull, position, hindrance));
    await fetchHead(git, remote, headSha, signal);
    const { sha, branch } = position;
    const previous = branch === undefined ? { sha } : { sha, branch };
    const facts: CheckoutFacts = { workspace, pull, headSha, previous };
    options.onSwitch(facts);
    await switchTo(git, headSha, signal);
    return moved(options, facts, await noteOnLfs(git, signal));
  } catch (thrown) {
    signal.throwIfAborted();
    return asItIs(options, notTheHead(pull, position, messageOf(thrown)));
  }
}

interface Remote {
  url: string;
  settings: Setting[];
}

/**
 * The repository's own address, whatever `origin` says. `actions/checkout` may have left a header
 * of its own in the configuration, and GitHub answers two with 400: the empty value drops it. Bound
 * to the whole address, ours comes last of all that match.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpextraHeader
 */
function remoteOf({ serverUrl, repository, token }: HeadOptions): Remote {
  const url = `${serverUrl.replace(/\/+$/, '')}/${repository.owner}/${repository.name}.git`;
  if (token === '') return { url, settings: [] };
  const key = `http.${url}.extraheader`;
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    url,
    settings: [
      [key, ''],
      [key, `AUTHORIZATION: basic ${basic}`],
    ],
  };
}

async function askHead(
  git: Git,
  remote: Remote,
  pull: number,
  signal: AbortSignal,
): Promise<string> {
  const { url, settings } = remote;
  const answer = await git(['ls-remote', url, `refs/pull/${pull}/head`], signal, { settings });
  const [sha] = /^[0-9a-f]{40,64}(?=\t)/.exec(answer) ?? [];
  if (sha === undefined) throw new GitError(`${url} knows no head of it`, undefined);
  return sha;
}

/** By its commit, so that a push in between does not change what was asked for. */
async function fetchHead(git: Git, remote: Remote, sha: string, signal: AbortSignal) {
  const isShallow = (await git(['rev-parse', '--is-shallow-repository'], signal)).trim() === 'true';
  const depth = isShallow ? ['--depth=1'] : [];
  const quietly = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
  await git(['fetch', ...quietly, ...depth, remote.url, sha], signal, {
    settings: remote.settings,
  });
}

/** A checkout stopped half-way leaves files of both commits; there was nothing uncommitted to lose. */
async function switchTo(git: Git, sha: string, signal: AbortSignal): Promise<void> {
  const env = { GIT_LFS_SKIP_SMUDGE: '1' };
  try {
    await git(['checkout', '--quiet', '--no-overwrite-ignore', '--detach', sha], signal, { env });
  } catch (thrown) {
    const wasStopped = !(thrown instanceof GitError) || thrown.exitCode === undefined;
    if (wasStopped) await git(['reset', '--quiet', '--hard'], AbortSignal.timeout(cleanupMs));
    throw thrown;
  }
}

async function noteOnLfs(git: Git, signal: AbortSignal): Promise<string> {
  const files = await git(['ls-files', '--', ':(attr:filter=lfs)'], signal);
  if (files === '') return '';
  return 'Files in Git LFS that the pull request changes are in the workspace as pointers only.';
}

/**
 * Puts the workspace back to where it was before `openHead`; resolves to what a person must know,
 * or to nothing, and never rejects. Repeating it changes nothing.
 * Commits that the agent made on the detached head, and its uncommitted changes to tracked files,
 * are kept as a commit under `refs/mention-loop/` of the same repository, which the answer names
 * (changes can be had back by `git stash apply`). New files stay where they are. Where git cannot
 * keep something, an unfinished merge for one, all is left as the agent left it.
 */
export async function restoreCheckout(
  facts: CheckoutFacts,
  env: Environment,
  signal: AbortSignal,
): Promise<string> {
  const previous: Position = { sha: facts.previous.sha, branch: facts.previous.branch };
  let kept = '';
  try {
    const git = gitIn(await realpath(facts.workspace), env);
    const position = await readPosition(git, signal);
    if (position === undefined || isSame(position, previous)) return '';
    kept = await keepWork(git, facts, position, signal);
    await goTo(git, previous, signal);
    return kept;
  } catch (thrown) {
    const why = messageOf(thrown);
    return `${kept} The workspace could not be put back to ${describe(previous)}: ${why}.`.trim();
  }
}

async function keepWork(
  git: Git,
  { pull, headSha }: CheckoutFacts,
  { sha, branch }: Position,
  signal: AbortSignal,
): Promise<string> {
  const changes = (await git(['stash', 'create', `Left on pull request ${pull}`], signal)).trim();
  const isOnlyHere = branch === undefined && sha !== headSha;
  const commit = changes === '' && isOnlyHere ? sha : changes;
  if (commit === '') return '';
  const ref = `refs/mention-loop/pull-${pull}-${commit.slice(0, 12)}`;
  await git(['update-ref', ref, commit], signal);
  if (changes !== '') await git(['reset', '--quiet', '--hard'], signal);
  return `What the agent left on pull request #${pull} is kept in the workspace's git as \`${ref}\`.`;
}

async function goTo(git: Git, { sha, branch }: Position, signal: AbortSignal): Promise<void> {
  const refs = await git(['for-each-ref', `refs/heads/${branch ?? ''}`], signal);
  const target = branch === undefined || refs === '' ? ['--detach', sha] : ['--no-guess', branch];
  await git(['checkout', '--quiet', '--no-overwrite-ignore', ...target, '--'], signal);
}

function asItIs({ workspace }: HeadOptions, note: string): Checkout {
  return { directory: workspace, note, [Symbol.asyncDispose]: () => Promise.resolve() };
}

function moved(options: HeadOptions, facts: CheckoutFacts, note: string): Checkout {
  const dispose = async (): Promise<void> => {
    const said = await restoreCheckout(facts, options.env, AbortSignal.timeout(cleanupMs));
    if (said !== '') options.warn(said);
  };
  const { workspace: directory, headSha } = facts;
  return { directory, note, headSha, [Symbol.asyncDispose]: dispose };
}

function noCheckout(why: string): string {
  return `The workspace holds no usable git checkout (${why}): files of the repository may be missing.`;
}

function notTheHead(pull: number, position: Position, why: string): string {
  const instead = `The workspace shows ${describe(position)} instead.`;
  return `The head of pull request #${pull} could not be checked out: ${why}. ${instead}`;
}
