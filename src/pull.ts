import { existsSync, readdirSync } from 'node:fs';
import { boundEnding } from './bounds.ts';
import { forkNote } from './changes/decide.ts';
import type { Desk } from './desk.ts';
import { ActionError, messageOf } from './errors.ts';
import type { Permission } from './gate/decide.ts';
import { readPermission } from './gate/permission.ts';
import { findFormerWork, type FormerWork } from './former.ts';
import type { Inputs } from './inputs.ts';
import { headLookHurriedMs, headLookMs, setAsideNamed } from './limits.ts';
import { logWarning } from './outputs.ts';
import type { Checkout, PullHead } from './thread/checkout.ts';
import { noteMove, pinPull, shorten, type Pinned } from './thread/pin.ts';

/** The pull request that a run is about; all is known soon, and undefined or false on anything else. */
export interface PullRun {
  pinned: Promise<Pinned | undefined>;
  /** Whether its author has no write permission. */
  isUntrusted: Promise<boolean>;
  /** Whether it comes from a fork besides. */
  isStrangers: Promise<boolean>;
  /** On an issue: what a former run changed for it, which this one goes on from. */
  former: Promise<FormerWork | undefined>;
}

/** Asks for what a run on a pull request holds on to, and for what one on an issue goes on from. */
export function openPull(desk: Desk, inputs: Inputs, signal: AbortSignal): PullRun {
  const pinned = pinPull(desk.github, desk.trigger, signal);
  const isUntrusted = pinned.then(
    async (pin) => pin !== undefined && !(await mayWrite(desk, pin.author, signal)),
  );
  const isStrangers = isUntrusted.then(async (is) => is && (await pinned)?.isFork === true);
  const former = findFormerWork(desk, inputs.changes, signal);
  for (const each of [pinned, isUntrusted, isStrangers, former]) each.catch(() => undefined);
  return { pinned, isUntrusted, isStrangers, former };
}

const writing: ReadonlySet<Permission | 'none'> = new Set(['write', 'maintain', 'admin']);

/** Whether a permission lets somebody write to the repository. */
export function isWriting(permission: Permission | 'none'): boolean {
  return writing.has(permission);
}

/** An unclear answer is none. */
async function mayWrite(
  { github, trigger }: Desk,
  author: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return isWriting(await readPermission(github, trigger.repository, author, signal));
  } catch (thrown) {
    signal.throwIfAborted();
    logWarning(`${messageOf(thrown)} The pull request is taken for one of a stranger.`);
    return false;
  }
}

/** What the workspace is to show; `config` is the input `opencode-config`. */
export async function headOf(
  { pinned, isUntrusted, former }: PullRun,
  config: string,
): Promise<PullHead | undefined> {
  const pin = await pinned;
  if (pin === undefined) {
    const work = await former;
    return (
      work && { number: work.number, headSha: work.headSha, name: `branch \`${work.branch}\`` }
    );
  }
  const { headSha, baseSha, ref } = pin;
  const guard = (await isUntrusted) ? { guard: { baseSha, config } } : {};
  return { number: ref.number, headSha, ...guard };
}

/** A stranger's fork is answered from the workspace, and nothing outside of it may be touched. */
export async function answersTo(
  { isStrangers }: PullRun,
  wanted: Inputs['permissionRequests'],
): Promise<Inputs['permissionRequests']> {
  return (await isStrangers) ? 'reject' : wanted;
}

/** What everybody must know of a pull request from a fork; empty elsewhere. */
export async function noteFork({ pinned }: PullRun): Promise<string> {
  return (await pinned)?.isFork === true ? forkNote : '';
}

/**
 * An agent that reads what a stranger has written for it is not started: OpenCode has no switch that
 * turns all of it off (tried out on 1.18.33). An empty folder configures nobody. Throws `invalid-input`.
 */
export function refuseUnguarded({ directory, note }: Checkout): void {
  if (!existsSync(directory) || readdirSync(directory).length === 0) return;
  const message = `The author of the pull request has no write permission. ${note}`;
  const hint =
    'Check the repository out with `actions/checkout`, and change nothing that configures an agent.';
  throw new ActionError('invalid-input', message, { hint });
}

/** What the agent must know of the commit that it finds on an issue. */
export async function formerNote(
  { former }: PullRun,
  checkout: Checkout | undefined,
): Promise<string> {
  const work = await former;
  if (work === undefined || checkout?.headSha !== work.headSha) return '';
  return `The workspace shows the branch \`${work.branch}\`: what a former run on this issue changed is in it, and this one goes on from there.`;
}

/** What the agent must know of files that are not the pull request's. */
export async function guardNote(
  { pinned }: PullRun,
  checkout: Checkout | undefined,
): Promise<string> {
  const { setAside = [], headSha, isSent = false } = checkout ?? {};
  const pin = await pinned;
  if (setAside.length === 0 || pin === undefined) return '';
  const where =
    headSha === undefined || isSent
      ? ''
      : ` The pull request's own are in its head: \`git show ${pin.headSha}:PATH\`.`;
  return `${nameSetAside(setAside)} They are no change of the pull request: do not report them. \`HEAD\` is a commit of this action's own that holds them.${where}`;
}

/** Names the files that were set aside, for the log. */
export function nameSetAside(paths: readonly string[]): string {
  // A name is the author's own words: only the letters of usual names are shown.
  const named = paths.slice(0, setAsideNamed).map((path) => path.replaceAll(/[^\w./@+-]/g, '?'));
  const rest = paths.length - named.length;
  const list = `${named.map((name) => `\`${name}\``).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return `The author of the pull request has no write permission, so what configures an agent is the base branch's, or absent: ${list}.`;
}

/**
 * Looks at the pull request once more when the turn ends: as soon as it is stopped, or when the
 * answer is called for. Resolves to what the reply must say, in bounded time; never rejects.
 */
export function watchHead(
  desk: Desk,
  { pinned }: PullRun,
  signal: AbortSignal,
): () => Promise<string> {
  let look: Promise<string> | undefined;
  const once = (): Promise<string> => (look ??= lookAgain(desk, pinned));
  signal.addEventListener('abort', once, { once: true });
  return async () => {
    signal.removeEventListener('abort', once);
    return await once();
  };
}

async function lookAgain(desk: Desk, pinned: Promise<Pinned | undefined>): Promise<string> {
  const late = new Error('GitHub did not answer in time');
  const bounds = { patienceMs: headLookMs, hurriedMs: headLookHurriedMs };
  try {
    const pin = await pinned;
    if (pin === undefined) return '';
    const { github, trigger } = desk;
    return await noteMove(github, trigger.repository, pin, boundEnding(desk, bounds, late));
  } catch (thrown) {
    const pin = await pinned.catch(() => undefined);
    const about = pin === undefined ? '' : ` The reply is about ${shorten(pin.headSha)}.`;
    logWarning(
      `Whether the pull request has moved since is not known: ${messageOf(thrown)}.${about}`,
    );
    return '';
  }
}

/** The notes that there are, as one text. */
export function joined(notes: readonly string[]): string {
  return notes.filter((note) => note !== '').join('\n');
}
