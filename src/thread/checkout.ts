import { realpath } from 'node:fs/promises';
import { messageOf } from '../errors.ts';
import type { Repository } from '../event/trigger.ts';
import { fetchHeadCommit, guardPull, notGuarded, notTheHead } from './commit.ts';
import { remoteOf, type Remote } from './fetch.ts';
import { gitIn, GitError, type Git } from '../git/git.ts';
import { leaveGuard } from './guard.ts';
import { type CheckoutFacts, restoreCheckout } from './restore.ts';
import {
  carefully,
  changeFiles,
  findHindrance,
  readPosition,
  wasStopped,
  type Position,
} from './workspace.ts';

/** The pull request whose head is to be shown. */
export interface PullHead {
  number: number;
  /** For people; by default `head of pull request #7`, after its number. */
  name?: string;
  /** The pinned head: this commit, whatever the head is by now. */
  headSha: string;
  /** Where its author has no write permission: the base commit, and the workflow's own configuration. */
  guard?: { baseSha: string; config: string };
}

/** What is asked of `openHead`. */
export interface HeadOptions {
  /** The runner's workspace folder, or the checkout in it. */
  workspace: string;
  /** Undefined on whatever is no pull request. */
  pull: PullHead | undefined;
  repository: Repository;
  /** `GITHUB_SERVER_URL`. */
  serverUrl: string;
  /** Reads the repository. Empty: asked for without one. */
  token: string;
  /** The step's environment; git gets little of it. */
  env: Readonly<Record<string, string | undefined>>;
  /** Called just before the workspace is changed, with what `restoreCheckout` needs after a kill. */
  onSwitch(facts: CheckoutFacts): void;
  /** Asked on disposal whether all of the agent's work is pushed or in a patch by then. */
  isSaved?(): boolean;
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
  /** The files that are the base's, or absent, in place of the pull request's. */
  setAside: string[];
  /** False where a guard was asked for and could not be had: nothing there may configure an agent. */
  isGuarded: boolean;
  /** The agent works in a copy of this commit elsewhere, without its history. */
  isSent?: true;
  /**
   * Puts back what was there; rejects where that could not be done, and `restoreCheckout` may do it
   * later. End the agent's processes before.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What the workspace stands at, and what is wanted of it. */
interface Setting {
  git: Git;
  position: Position;
  pull: PullHead;
  remote: Remote;
  options: HeadOptions;
}

/**
 * Brings the workspace to the pinned head of the pull request, detached. Elsewhere, and where that
 * cannot be done, nothing is changed and `note` says so. With a guard, what configures an agent is
 * the base's whatever commit the workspace shows (`guardCommit`). Only the signal's reason is
 * thrown: but a signal that fires while the files are being changed is left to the caller, for then
 * there is something to put back. The token goes to git through its environment, and with the fetch
 * only. A shallow clone gets the head commit alone; submodules stay as they are; files in Git LFS
 * that the pull request changes are left as pointers, and those with another filter as git stores them.
 */
export async function openHead(options: HeadOptions): Promise<Checkout> {
  const { signal, pull } = options;
  const isGuarded = pull?.guard === undefined;
  try {
    const git = gitIn(await realpath(options.workspace), options.env);
    const position = await readPosition(git, signal);
    if (position === undefined) return asItIs(options, noCheckout('it has no commit'), isGuarded);
    if (pull === undefined) return asItIs(options, '');
    return await showPull({ git, position, pull, remote: remoteOf(options), options });
  } catch (thrown) {
    signal.throwIfAborted();
    return asItIs(options, noCheckout(messageOf(thrown)), isGuarded);
  }
}

/** The head, or else what is there; with the guard on either. */
async function showPull(setting: Setting): Promise<Checkout> {
  const { position, pull, options } = setting;
  const isThere = position.sha === pull.headSha;
  let note = '';
  if (!isThere) {
    try {
      const { headSha } = pull;
      await fetchHead(setting);
      return { ...(await showCommit(setting, headSha, '')), headSha };
    } catch (thrown) {
      options.signal.throwIfAborted();
      note = notTheHead(pull, position, messageOf(thrown));
    }
  }
  try {
    const shown = await showCommit(setting, position.sha, note);
    return isThere ? { ...shown, headSha: pull.headSha } : shown;
  } catch (thrown) {
    options.signal.throwIfAborted();
    return asItIs(options, `${note} ${notGuarded(messageOf(thrown))}`.trim(), false);
  }
}

/** Shows a commit that is there, guarded where that is asked for. */
async function showCommit(setting: Setting, sha: string, note: string): Promise<Checkout> {
  const { git, position, pull, options } = setting;
  const { signal, workspace } = options;
  const { remote } = setting;
  const { sha: shown, setAside } = await guardPull(git, remote, { pull, sha }, signal);
  if (shown === position.sha) return asItIs(options, note);
  const { sha: previousSha, branch } = position;
  const previous = { sha: previousSha, ...(branch === undefined ? {} : { branch }) };
  const stays = sha === position.sha;
  const facts: CheckoutFacts = {
    workspace,
    pull: pull.number,
    headSha: shown,
    previous,
    ...(stays ? { stays } : {}),
  };
  options.onSwitch(facts);
  await switchTo(git, facts, signal);
  const lfs = signal.aborted || stays ? '' : await noteOnLfs(git, signal);
  return {
    ...moved(options, facts, [note, lfs].filter((line) => line !== '').join(' ')),
    setAside,
  };
}

/** What keeps the head from being shown here is thrown. */
async function fetchHead(setting: Setting): Promise<void> {
  const { git, pull, options } = setting;
  const hindrance = await findHindrance(git, options, options.signal);
  if (hindrance !== undefined) throw new GitError(hindrance, undefined);
  await fetchHeadCommit(git, setting.remote, pull.headSha, options.signal);
}

/** A checkout that took too long is undone: but for `stays`, there was nothing uncommitted to lose. */
async function switchTo(git: Git, facts: CheckoutFacts, signal: AbortSignal): Promise<void> {
  const env = { GIT_LFS_SKIP_SMUDGE: '1' };
  try {
    await changeFiles(git, signal, async () => {
      await git(['checkout', ...carefully, '--detach', facts.headSha], signal, { env });
    });
  } catch (thrown) {
    if (signal.aborted) return;
    if (wasStopped(thrown) && facts.stays === true) await leaveGuard(git, facts, signal);
    else if (wasStopped(thrown)) {
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

function asItIs({ workspace }: HeadOptions, note: string, isGuarded = true): Checkout {
  const dispose = (): Promise<void> => Promise.resolve();
  return { directory: workspace, note, setAside: [], isGuarded, [Symbol.asyncDispose]: dispose };
}

function moved(options: HeadOptions, facts: CheckoutFacts, note: string): Checkout {
  const dispose = async (): Promise<void> => {
    const isSaved = options.isSaved?.() ?? false;
    const left = { ...facts, isSaved };
    const { isBack, said } = await restoreCheckout(left, options.env, options.closing());
    if (!isBack) throw new GitError(said, undefined);
    if (said !== '') options.warn(said);
  };
  const { workspace: directory } = facts;
  return { directory, note, setAside: [], isGuarded: true, [Symbol.asyncDispose]: dispose };
}

function noCheckout(why: string): string {
  return `The workspace holds no usable git checkout (${why}): files of the repository may be missing.`;
}
