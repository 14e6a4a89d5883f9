import { ActionError, messageOf } from '../errors.ts';
import {
  findOverlap,
  isPlanned,
  type ModeChange,
  planAccess,
  type Places,
  readPlaces,
  restoreAccess,
  setAccess,
  type Surroundings,
} from './access.ts';
import {
  type Account,
  chooseAccount,
  createAccount,
  isOurs,
  leftOverNames,
  removeAccount,
} from './account.ts';
import { type HomeFiles, homeFilesOf } from './home-files.ts';
import { type Folder, giveBack, handOver, identify } from './files.ts';
import { atHome, bringWithinReach, furnish, hasStoredKeys } from './home.ts';
import { type Launch, launchAs } from './launch.ts';
import { findPrivileges, type Missing, type Privileges } from './privilege.ts';
import { endProcesses, isAtWork, processesOf } from './processes.ts';
import { findView } from './view.ts';

/** Plain data, from which another process can end what the agent is and undo what was changed for it. */
export interface IsolationFacts {
  account: Account;
  workspace: Folder;
  modes: ModeChange[];
}

/** What is asked of `isolate`. */
export interface IsolationOptions extends Surroundings {
  /** `auto` goes on without an isolation where there can be none. */
  wanted: 'auto' | 'user';
  /** Whether the agent gets the keys that `opencode auth` has stored. */
  withStoredKeys: boolean;
  /** Called just before anything is changed, with what `undoIsolation` needs after a kill. */
  note: (facts: IsolationFacts) => void;
  warn: (message: string) => void;
  log: (message: string) => void;
  signal: AbortSignal;
}

/** A user of its own for OpenCode and all that it starts. */
export interface Isolation extends AsyncDisposable {
  account: Account;
  /** The workspace's real path: the links on another way to it may lie where the agent cannot come. */
  workspace: string;
  /** A path to a program that the agent can run, a copy if need be. */
  bringWithinReach(program: string): Promise<string>;
  files: HomeFiles;
  /** The environment of OpenCode, at home there. */
  atHome(env: Readonly<Record<string, string>>): Record<string, string>;
  /** How it is started with that environment. */
  launch(program: readonly string[], env: Readonly<Record<string, string>>): Launch;
  /** Makes the workspace the agent's. Throws `server-start-failed`. */
  handOver(): Promise<void>;
  /** Ends all that runs as that user. Throws an `Error` where some of it is left. */
  end(): Promise<void>;
  /** Ends it and undoes the rest; rejects where that could not be done. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Gives the agent a user of its own, a home, and a way to its workspace, and closes to it what is
 * the runner's. Undefined where there can be none and `auto` was asked for, with one warning.
 * Throws `invalid-input` where `user` was, `server-start-failed` where something went wrong, and the
 * signal's reason; nothing is left changed then.
 */
export async function isolate(options: IsolationOptions): Promise<Isolation | undefined> {
  const found = await findPrivileges();
  if ('missing' in found) return unavailable(options, found.missing);
  const planned = plan(options);
  if ('missing' in planned) return unavailable(options, planned.missing);
  const { places, facts } = planned;
  options.signal.throwIfAborted();
  const left = leftOverNames();
  if (left.length > 0) options.log(`Users left over by runs that died: ${left.join(', ')}.`);
  options.note(facts);
  try {
    await prepare(found, facts, places, options);
    options.signal.throwIfAborted();
  } catch (thrown) {
    await undo(found, facts, places).catch((error: unknown) =>
      options.warn(`Could not undo the isolation of the agent: ${messageOf(error)}.`),
    );
    options.signal.throwIfAborted();
    throw failed(thrown);
  }
  const view = await findView(found, places, facts.account);
  if (view === undefined) options.log(wideView);
  return isolation(found, facts, places, view);
}

const wideView =
  'The agent can write to what everybody can write to on this machine, such as a shared tool cache: its view of the file system cannot be made read-only here.';

/** What is to be changed; changes nothing. What cannot be looked at cannot be closed either. */
function plan(surroundings: Surroundings): { places: Places; facts: IsolationFacts } | Missing {
  try {
    const places = readPlaces(surroundings);
    const overlap = findOverlap(places);
    if (overlap !== undefined) return { missing: overlap };
    const workspace = identify(places.workspace);
    return { places, facts: { account: chooseAccount(), workspace, modes: planAccess(places) } };
  } catch (thrown) {
    return { missing: messageOf(thrown) };
  }
}

async function prepare(
  privileges: Privileges,
  { account, modes }: IsolationFacts,
  { owner }: Places,
  { env, withStoredKeys, warn }: IsolationOptions,
): Promise<void> {
  const open = async (): Promise<void> => {
    await createAccount(privileges, account, owner);
    await furnish(account, env, withStoredKeys);
    const { uid, home } = account;
    await privileges.run(['chown', '-h', '-R', `${uid}:${uid}`, '--', home]);
  };
  // What fails is undone at once: nothing of the other may still be going on then.
  const results = await Promise.allSettled([open(), setAccess(privileges, modes)]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  if (!withStoredKeys && (await hasStoredKeys(env))) warn(keysStay);
}

const keysStay =
  'The keys that `opencode auth` has stored are not handed to the agent, which runs as a user of its own: give them as environment variables, or set `key-relay: off`.';

function isolation(
  privileges: Privileges,
  facts: IsolationFacts,
  places: Places,
  view: readonly string[] | undefined,
): Isolation {
  const { account, workspace } = facts;
  return {
    account,
    workspace: workspace.path,
    bringWithinReach: (program) => bringWithinReach(privileges, account, program).catch(fail),
    files: homeFilesOf(privileges, account),
    atHome: (env) => atHome(account, env),
    launch: (program, env) => launchAs(privileges, account, program, env, view),
    handOver: () => handOver(privileges, workspace, places.owner, account.uid).catch(fail),
    end: () => endProcesses(privileges, account.uid),
    [Symbol.asyncDispose]: () => undo(privileges, facts, places),
  };
}

/**
 * Undoes what a killed run had changed. The facts were written down by that run, perhaps: where they
 * name anything that is not ours, an `Error` is thrown and nothing is touched. Repeating it changes
 * nothing.
 */
export async function undoIsolation(
  facts: IsolationFacts,
  surroundings: Surroundings,
): Promise<void> {
  const places = checked(facts, surroundings);
  await undo(await privileged(), facts, places);
}

/** Whether anything runs as the agent's user; a user that is none of ours is nobody's agent. */
export function isAccountAtWork({ account }: IsolationFacts): boolean {
  return isOurs(account) && isAtWork(account.uid);
}

/** The environments of all that runs as the agent's user, each ended by a NUL; secret. */
export async function readEnvironments(
  facts: IsolationFacts,
  surroundings: Surroundings,
): Promise<string> {
  checked(facts, surroundings);
  const files = processesOf(facts.account.uid).map((pid) => `/proc/${pid}/environ`);
  return files.length === 0 ? '' : await (await privileged()).run(['cat', '--', ...files]);
}

function checked({ account, workspace, modes }: IsolationFacts, around: Surroundings): Places {
  const places = readPlaces(around);
  if (!isOurs(account)) throw new Error('the journal names a user that is none of ours');
  if (workspace.path !== places.workspace)
    throw new Error('the journal names another workspace than the runner does');
  if (!modes.every(({ path }) => isPlanned(places, path)))
    throw new Error('the journal names files that were never closed or opened');
  return places;
}

async function privileged(): Promise<Privileges> {
  const found = await findPrivileges();
  if ('missing' in found) throw new Error(found.missing);
  return found;
}

/** While anything of the agent is alive, nothing is opened to it, nor trusted to stay as it is. */
async function undo(
  privileges: Privileges,
  { account, workspace, modes }: IsolationFacts,
  { owner }: Places,
): Promise<void> {
  await endProcesses(privileges, account.uid);
  const to = { uid: owner, gid: process.getgid?.() ?? 0 };
  const results = await Promise.allSettled([
    giveBack(privileges, workspace, to, account.uid),
    restoreAccess(privileges, modes),
    removeAccount(privileges, account),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function unavailable({ wanted, warn }: IsolationOptions, why: string): undefined {
  if (wanted === 'user') {
    throw new ActionError(
      'invalid-input',
      `The input \`isolation\` is "user", and OpenCode cannot have a user of its own here: ${why}.`,
      { hint: 'Use a runner where it can, or set `isolation: auto` or `none`.' },
    );
  }
  warn(
    `OpenCode runs as the job's own user, and can read what the job can: ${why}. \`isolation: none\` says that this is meant.`,
  );
  return undefined;
}

function fail(thrown: unknown): never {
  throw failed(thrown);
}

function failed(thrown: unknown): ActionError {
  return new ActionError(
    'server-start-failed',
    `Giving OpenCode a user of its own failed: ${messageOf(thrown)}.`,
    {
      hint: 'See to it on the runner, or set `isolation: none`, which lets the agent read what the job can.',
      cause: thrown,
    },
  );
}
