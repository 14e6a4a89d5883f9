import { realpath } from 'node:fs/promises';
import { messageOf } from '../errors.ts';
import type { Repository, Trigger } from '../event/trigger.ts';
import { gitIn, GitError, type Git, type Setting } from './git.ts';
import { type CheckoutFacts, restoreCheckout } from './restore.ts';
import {
  carefully,
  changeFiles,
  describe,
  findHindrance,
  readPosition,
  wasStopped,
  type Position,
} from './workspace.ts';

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
  env: Readonly<Record<string, string | undefined>>;
  /** Called just before the workspace is changed, with what `restoreCheckout` needs after a kill. */
  onSwitch(facts: CheckoutFacts): void;
  /** Asked on disposal how long putting the workspace back may take. */
  closing(): AbortSignal;
  /** Told on disposal where the agent's work is kept. */
  warn(message: string): void;
  signal: AbortSignal;
}

/** The workspace as the agent finds it. */
export interface Checkout extends AsyncDisposable {
  directory: string;
  /** Sentences that the agent and the reply must be told; empty where all is as it should be. */
  note: string;
  /** The pull request's head, where the workspace shows it. */
  headSha?: string;
  /**
   * Puts back what was there; rejects where that could not be done, and `restoreCheckout` may do it
   * later. End the agent's processes before.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Brings the workspace to the head of the pull request that the trigger is about, detached.
 * Elsewhere, and where that cannot be done, nothing is changed and `note` says so. Only the signal's
 * reason is thrown: but a signal that fires while the files are being changed is left to the caller,
 * for then there is something to put back. The token goes to git through its environment, and with the fetch only.
 * A shallow clone gets the head commit alone; submodules stay as they are; files in Git LFS that the
 * pull request changes are left as pointers, and those with another filter as git stores them.
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
    return moved(options, facts, signal.aborted ? '' : await noteOnLfs(git, signal));
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

/** A checkout that took too long is undone: there was nothing uncommitted to lose. */
async function switchTo(git: Git, sha: string, signal: AbortSignal): Promise<void> {
  const env = { GIT_LFS_SKIP_SMUDGE: '1' };
  try {
    await changeFiles(git, signal, async () => {
      await git(['checkout', ...carefully, '--detach', sha], signal, { env });
    });
  } catch (thrown) {
    if (signal.aborted) return;
    if (wasStopped(thrown)) {
      await changeFiles(git, signal, () => git(['reset', '--quiet', '--hard'], signal));
    }
    throw thrown;
  }
}

async function noteOnLfs(git: Git, signal: AbortSignal): Promise<string> {
  const files = await git(['ls-files', '--', ':(attr:filter=lfs)'], signal);
  if (files === '') return '';
  return 'Files in Git LFS that the pull request changes are in the workspace as pointers only.';
}

function asItIs({ workspace }: HeadOptions, note: string): Checkout {
  return { directory: workspace, note, [Symbol.asyncDispose]: () => Promise.resolve() };
}

function moved(options: HeadOptions, facts: CheckoutFacts, note: string): Checkout {
  const dispose = async (): Promise<void> => {
    const { isBack, said } = await restoreCheckout(facts, options.env, options.closing());
    if (!isBack) throw new GitError(said, undefined);
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
