import { boundEnding } from './bounds.ts';
import type { Continuing } from './continuing.ts';
import { hideFromAgent } from './credentials.ts';
import { type Desk, enter } from './desk.ts';
import type { Inputs, LocalServer, RemoteServer } from './inputs.ts';
import { openIsolation } from './isolate.ts';
import type { Isolation } from './isolation/isolation.ts';
import { equip } from './keys.ts';
import { type Keeping, openKeeping } from './keep-session.ts';
import { gitMs, restoreMs } from './limits.ts';
import { findBinary } from './opencode/install.ts';
import { startLocal } from './opencode/local.ts';
import { attachRemote } from './opencode/remote.ts';
import type { Server, Session } from './opencode/server.ts';
import { type Continued, noteSession, openOurSession } from './our-session.ts';
import { logInfo, logWarning } from './outputs.ts';
import { answersTo, headOf, nameSetAside, type PullRun, refuseUnguarded } from './pull.ts';
import { type SentWorkspace, sendWorkspace } from './remote-workspace.ts';
import { type Checkout, openHead } from './thread/checkout.ts';
import { together } from './together.ts';
import { unlessStopped } from './turn/pause.ts';
import { watchChanges } from './watch-changes.ts';
import { followDirectory, followSent } from './watch-remote.ts';

/** What an agent works in and with. */
export interface Agent {
  /** Undefined where it works in a directory of somebody else's server. */
  checkout: Checkout | undefined;
  /** Where it works in what was sent to a server. */
  sent: SentWorkspace | undefined;
  session: Session;
  /** Where the session is a former run's. */
  continued: Continued | undefined;
}

/** Where what an agent needs is left to be given back: the server's part first. */
export interface AgentResources {
  workspace: AsyncDisposableStack;
  servers: AsyncDisposableStack;
}

/** The same, and what is wanted. */
interface Openings extends AgentResources {
  inputs: Inputs;
  continuing: Continuing;
}

/** What is opened before the session. */
interface Place extends Omit<Agent, 'session' | 'continued'> {
  server: Server;
}

/**
 * Opens the workspace and the server side by side, and the session once both are there.
 * Throws an `ActionError` where the agent could not begin.
 */
export async function openAgent(
  desk: Desk,
  inputs: Inputs,
  resources: AgentResources,
  pull: PullRun,
  continuing: Continuing,
  signal: AbortSignal,
): Promise<Agent> {
  const wanted = inputs.server;
  const openings = { ...resources, inputs, continuing };
  const { checkout, sent, server } =
    wanted.kind === 'remote'
      ? await attach(desk, wanted, openings, pull, signal)
      : await openHere(desk, wanted, openings, pull, signal);
  desk.server = server;
  const { repository, thread } = desk.trigger;
  const place = `${repository.owner}/${repository.name}`;
  const { model, agent, variant } = inputs;
  const options = {
    title: thread === undefined ? place : `${place}#${thread.number}`,
    model,
    agent,
    variant,
    permissionRequests: await answersTo(pull, inputs.permissionRequests),
    share: wanted.kind === 'local' && wanted.share,
    isLocal: wanted.kind === 'local',
    isReadOnly: desk.isReview,
    signal,
  };
  const opening = { inputs, server, continuing, pinned: pull.pinned, options };
  const { session, continued } = await openOurSession(desk, opening);
  await noteSession(desk, wanted, session, signal);
  return { checkout, sent, session, continued };
}

async function attach(
  desk: Desk,
  wanted: RemoteServer,
  { workspace, inputs: { changes } }: Openings,
  pull: PullRun,
  signal: AbortSignal,
): Promise<Place> {
  const { url, headers } = wanted;
  enter(desk, `Attaching to the OpenCode server at ${url}.`);
  const sent =
    wanted.directory === undefined ? await sendWorkspace(desk, wanted, pull, signal) : undefined;
  const directory = wanted.directory ?? sent?.directory ?? '';
  desk.journal.note({ type: 'server', kind: 'remote', url, directory });
  const server = await attachRemote({ url, headers, directory, signal });
  const checkout = sent?.checkout;
  const follow = sent === undefined ? followDirectory(server) : followSent(sent);
  await watchChanges(desk, changes, { pull, checkout, follow }, workspace, signal);
  return { checkout, sent, server };
}

/**
 * The workspace, the agent's user and its server. OpenCode is fetched while the workspace is
 * prepared, and started in it only then, for it reads what lies there; it is looked at, and becomes
 * its user's, while OpenCode starts.
 */
async function openHere(
  desk: Desk,
  wanted: LocalServer,
  { workspace, servers, inputs, continuing }: Openings,
  pull: PullRun,
  signal: AbortSignal,
): Promise<Place> {
  const keeping = openKeeping(desk, inputs, continuing, signal);
  const prepared = Promise.withResolvers<Checkout>();
  const isolated = Promise.withResolvers<Isolation | undefined>();
  const [checkout, , server] = await together(
    [
      async (either: AbortSignal) => {
        const opened = await openWorkspace(desk, wanted, workspace, pull, either);
        prepared.resolve(opened);
        await watchChanges(desk, inputs.changes, { pull, checkout: opened }, workspace, either);
        await (await unlessStopped(isolated.promise, either))?.handOver();
        return opened;
      },
      async (either: AbortSignal) =>
        isolated.resolve(await openIsolation(desk, wanted, servers, either)),
      async (either: AbortSignal) =>
        await openServer(desk, wanted, servers, { prepared, isolated, keeping }, either),
    ],
    signal,
  );
  return { checkout, sent: undefined, server };
}

async function openWorkspace(
  desk: Desk,
  { config }: LocalServer,
  workspace: AsyncDisposableStack,
  pull: PullRun,
  signal: AbortSignal,
): Promise<Checkout> {
  const { context, trigger, token, journal } = desk;
  const checkout = await openHead({
    workspace: context.workspace,
    pull: await headOf(pull, JSON.stringify(config)),
    repository: trigger.repository,
    serverUrl: context.serverUrl,
    token,
    env: context.env,
    onSwitch: (restore) => journal.note({ type: 'checkout', restore }),
    isSaved: () => desk.watched?.state === 'saved' && !desk.watched.hasLeftOut,
    closing: () => {
      if (desk.watched?.state === 'left') return AbortSignal.abort(new Error(unsaved));
      const late = new Error('there was no time left');
      return boundEnding(desk, { patienceMs: gitMs, hurriedMs: restoreMs }, late);
    },
    warn: logWarning,
    signal,
  });
  workspace.use(checkout);
  signal.throwIfAborted();
  if (!checkout.isGuarded) refuseUnguarded(checkout);
  workspace.use(await hideFromAgent(desk, signal));
  if (checkout.note !== '') logWarning(checkout.note);
  if (checkout.setAside.length > 0) logInfo(nameSetAside(checkout.setAside));
  return checkout;
}

const unsaved = 'what the agent changed is not saved yet';

interface Awaited {
  prepared: PromiseWithResolvers<Checkout>;
  isolated: PromiseWithResolvers<Isolation | undefined>;
  keeping: Promise<Keeping | undefined>;
}

async function openServer(
  desk: Desk,
  wanted: LocalServer,
  servers: AsyncDisposableStack,
  { prepared, isolated, keeping }: Awaited,
  signal: AbortSignal,
): Promise<Server> {
  const { context, token, journal, invocationId: mark } = desk;
  const { env, temp, toolCache, workspace } = context;
  const { version, path, agentEnv } = wanted;
  // The relay comes before the server, so that it is given back after it.
  const equipment = await equip(wanted, env, [token], servers);
  const progress = (message: string): void => enter(desk, message);
  const finding = { version, path, toolCache, temp, env, warn: logWarning, progress };
  const found = await findBinary({ ...finding, signal });
  const isolation = await unlessStopped(isolated.promise, signal);
  const binary = (await isolation?.bringWithinReach(found)) ?? found;
  await unlessStopped(prepared.promise, signal);
  enter(desk, 'Starting OpenCode.');
  const start = async (more: Record<string, string>): Promise<Server> => {
    const ownEnv = { ...equipment.env, ...gitAsksNobody, ...more };
    return await startLocal({
      binary,
      workspace: isolation?.workspace ?? workspace,
      env: isolation?.atHome(ownEnv) ?? ownEnv,
      isolation,
      agentEnv,
      config: equipment.config,
      temp,
      signal,
      mark,
      onSpawn: (pid) => journal.note({ type: 'server', kind: 'local', pid, marker: mark }),
    });
  };
  desk.keeping = await keeping;
  return servers.use(await (desk.keeping?.start({ isolation, servers }, start) ?? start({})));
}

/** Git's own network has no credential: it is to fail at once rather than to wait for an answer. */
const gitAsksNobody = { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '' };
