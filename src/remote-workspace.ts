import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { type Desk, enter } from './desk.ts';
import { ActionError, messageOf } from './errors.ts';
import { gitIn, GitError } from './git/git.ts';
import type { RemoteServer } from './inputs.ts';
import {
  hasWorkspaces,
  openRemoteWorkspace,
  readRemotePatch,
  type RemoteWorkspace,
} from './opencode/workspaces.ts';
import { logInfo, logWarning } from './outputs.ts';
import { headOf, nameSetAside, type PullRun, refuseUnguarded } from './pull.ts';
import type { Checkout } from './thread/checkout.ts';
import { type Chosen, chooseCommit } from './thread/commit.ts';
import { remoteOf } from './thread/fetch.ts';
import { shorten } from './thread/pin.ts';
import { readSnapshot, type Snapshot } from './thread/snapshot.ts';
import { readPosition } from './thread/workspace.ts';

/** A workspace on a server, as this run has had it laid out. */
export interface SentWorkspace extends RemoteWorkspace {
  /** The commit that lies in it, in the checkout on the runner: the patch is against its tree. */
  sha: string;
  /** The commit's tree; undefined where it is another than the server's (`Snapshot`). */
  sentTree: string | undefined;
  /** What its runner's checkout would be, were the agent here; nothing is to be put back. */
  checkout: Checkout;
  /** The patch of what the agent changed, of `maxBytes` at most. */
  readPatch: (maxBytes: number, signal: AbortSignal) => Promise<Buffer>;
}

/**
 * Has the commit that the run is about laid out on a server, where no directory of it is given: a
 * pull request's pinned head with what configures an agent taken from the base where its author may
 * not write, and elsewhere what is checked out on the runner. Throws `invalid-input` where the server
 * lays out none, and where there is no checkout.
 */
export async function sendWorkspace(
  desk: Desk,
  server: RemoteServer,
  pull: PullRun,
  signal: AbortSignal,
): Promise<SentWorkspace> {
  const { url } = server;
  if (!(await hasWorkspaces(server, signal))) throw noDirectory(url);
  const { chosen, snapshot } = await prepare(desk, pull, signal);
  const directory = desk.context.workspace;
  const dispose = (): Promise<void> => Promise.resolve();
  const checkout: Checkout = {
    ...chosen,
    directory,
    isSent: true,
    [Symbol.asyncDispose]: dispose,
  };
  if (!chosen.isGuarded) refuseUnguarded(checkout);
  if (chosen.note !== '') logWarning(chosen.note);
  if (chosen.setAside.length > 0) logInfo(nameSetAside(chosen.setAside));
  const key = workspaceKey(desk, await pull.isUntrusted);
  enter(desk, `Sending commit ${shorten(chosen.sha)} to the OpenCode server at ${url}.`);
  const sending = { key, tree: snapshot.tree, read: snapshot.read };
  const laid = await openRemoteWorkspace(server, sending, signal).catch((thrown: unknown) => {
    throw thrown instanceof GitError ? unreadable(thrown) : thrown;
  });
  return {
    ...laid,
    sha: chosen.sha,
    sentTree: snapshot.tree,
    checkout,
    readPatch: (maxBytes, either) => readRemotePatch(server, laid, maxBytes, either),
  };
}

async function prepare(
  { context, trigger, token }: Desk,
  pull: PullRun,
  signal: AbortSignal,
): Promise<{ chosen: Chosen; snapshot: Snapshot }> {
  const { serverUrl, env } = context;
  // `opencode-config` has no effect on a server of one's own.
  const head = await headOf(pull, '{}');
  try {
    const git = gitIn(await realpath(context.workspace), env);
    const position = await readPosition(git, signal);
    if (position === undefined) throw new GitError('it has no commit', undefined);
    const remote = remoteOf({ serverUrl, repository: trigger.repository, token });
    const chosen = await chooseCommit({ git, position, pull: head, remote }, signal);
    return { chosen, snapshot: await readSnapshot(git, chosen.sha, signal) };
  } catch (thrown) {
    signal.throwIfAborted();
    throw unreadable(thrown);
  }
}

/**
 * What a workspace is known by: the same for each mention on a thread, so that it is used again; but
 * never shared by a pull request whose author may not write and one whose author may. A run without a
 * thread has one of its own.
 */
export function workspaceKey(
  { context, trigger, invocationId }: Desk,
  isUntrusted: boolean,
): string {
  const { repository, thread } = trigger;
  const name =
    thread === undefined
      ? `run-${context.runId}-${invocationId.slice(0, 8)}`
      : `${thread.kind}-${thread.number}`;
  const trust = isUntrusted ? 'guarded' : 'open';
  const whole = [context.serverUrl, repository.owner, repository.name, name, trust];
  const digest = createHash('sha256').update(whole.join('\n').toLowerCase()).digest('hex');
  return `${name}-${digest.slice(0, 16)}`;
}

function noDirectory(url: string): ActionError {
  const expected = "expected the repository's absolute path on the server";
  return new ActionError(
    'invalid-input',
    `The input \`server-directory\` is empty; ${expected}, or a server that lays out workspaces, which the one at ${url} does not.`,
    { hint: 'Set it, or start `serve` with `--workspaces`.' },
  );
}

function unreadable(thrown: unknown): ActionError {
  return new ActionError(
    'invalid-input',
    `Without \`server-directory\` the checkout on the runner is sent to the server, and it cannot be read: ${messageOf(thrown)}.`,
    { hint: 'Run `actions/checkout` before this step, without `filter`.', cause: thrown },
  );
}
