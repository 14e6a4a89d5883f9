import { randomUUID } from 'node:crypto';
import { boundEnding } from './bounds.ts';
import { type Desk, enter } from './desk.ts';
import type { Inputs, LocalServer } from './inputs.ts';
import { openIsolation } from './isolate.ts';
import type { Isolation } from './isolation/isolation.ts';
import { gitMs, restoreMs } from './limits.ts';
import { localConfig } from './opencode/config.ts';
import { agentEnvironment } from './opencode/environment.ts';
import { findBinary } from './opencode/install.ts';
import { startLocal } from './opencode/local.ts';
import { attachRemote } from './opencode/remote.ts';
import type { Server, Session } from './opencode/server.ts';
import { openSession } from './opencode/session.ts';
import { logInfo, logWarning } from './outputs.ts';
import { renderPrompt } from './prompt/render.ts';
import { type Checkout, openHead } from './thread/checkout.ts';
import { readThread } from './thread/read.ts';
import { together } from './together.ts';
import { followTurn } from './turn/follow.ts';
import type { EndedTurn } from './turn/turn.ts';

/** What the agent did, and what the reply must say of the setting. */
export interface Work {
  turn: EndedTurn;
  notes: string[];
}

/**
 * Has the agent do its task: everything that it needs is fetched side by side, then its turn is
 * followed to the end. What must be given back is left to `resources`, the server's part first.
 * Throws an `ActionError` where the agent could not begin.
 */
export async function work(
  desk: Desk,
  inputs: Inputs,
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Work> {
  const workspace = resources.use(new AsyncDisposableStack());
  const servers = resources.use(new AsyncDisposableStack());
  const [thread, { checkout, session }] = await together(
    [
      (either: AbortSignal) => readThread(desk.github, desk.trigger, either),
      (either: AbortSignal) => openAgent(desk, inputs, { workspace, servers }, either),
    ],
    signal,
  );
  const { standing } = desk.trigger;
  const note = checkout?.note ?? remoteNote(desk);
  const boundary = randomUUID();
  const prompt = renderPrompt({
    trigger: desk.trigger,
    thread,
    standing,
    workspaceNote: note,
    boundary,
  });
  enter(desk, `${session.model} is at work in session ${session.id}.`);
  const { permissionRequests, stallMs } = inputs;
  const turn = await followTurn({
    session,
    prompt,
    signal,
    deadlineAt: desk.startedAt + inputs.timeoutMs,
    stallMs,
    permissionRequests,
    onChange: (current) => {
      desk.turn = current;
      desk.journal.noteTexts(() => current().texts);
    },
    warn: logWarning,
    ...(desk.server?.gone === undefined ? {} : { serverGone: desk.server.gone }),
  });
  return { turn, notes: [note, shareNote(session)].filter((line) => line !== '') };
}

/** The workspace and the server side by side; the session once both are there. */
async function openAgent(
  desk: Desk,
  inputs: Inputs,
  resources: { workspace: AsyncDisposableStack; servers: AsyncDisposableStack },
  signal: AbortSignal,
): Promise<{ checkout: Checkout | undefined; session: Session }> {
  const { trigger } = desk;
  const isolating = openIsolated(desk, inputs.server, resources.servers, signal);
  const [checkout, server] = await together(
    [
      async (either: AbortSignal) => {
        if (inputs.server.kind !== 'local') return undefined;
        const checkout = await openWorkspace(desk, resources.workspace, either);
        await (await isolating)?.handOver();
        return checkout;
      },
      async (either: AbortSignal) =>
        resources.servers.use(await openServer(desk, inputs.server, isolating, either)),
    ],
    signal,
  );
  desk.server = server;
  const place = `${trigger.repository.owner}/${trigger.repository.name}`;
  const { model, agent, variant, permissionRequests } = inputs;
  const session = await openSession(server, {
    title: trigger.thread === undefined ? place : `${place}#${trigger.thread.number}`,
    model,
    agent,
    variant,
    permissionRequests,
    share: inputs.server.kind === 'local' && inputs.server.share,
    isLocal: inputs.server.kind === 'local',
    signal,
  });
  desk.session = session;
  desk.journal.note({
    type: 'session',
    id: session.id,
    model: session.model,
    version: server.version,
  });
  return { checkout, session };
}

async function openWorkspace(
  desk: Desk,
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Checkout> {
  const { context, trigger, token, journal } = desk;
  const checkout = await openHead({
    workspace: context.workspace,
    trigger,
    repository: trigger.repository,
    serverUrl: context.serverUrl,
    token,
    env: context.env,
    onSwitch: (restore) => journal.note({ type: 'checkout', restore }),
    closing: () => {
      const late = new Error('there was no time left');
      return boundEnding(desk, { patienceMs: gitMs, hurriedMs: restoreMs }, late);
    },
    warn: logWarning,
    signal,
  });
  resources.use(checkout);
  signal.throwIfAborted();
  if (checkout.note !== '') logWarning(checkout.note);
  return checkout;
}

async function openIsolated(
  desk: Desk,
  wanted: Inputs['server'],
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Isolation | undefined> {
  if (wanted.kind !== 'local') return undefined;
  return await openIsolation(desk, wanted, resources, signal);
}

async function openServer(
  desk: Desk,
  wanted: Inputs['server'],
  isolating: Promise<Isolation | undefined>,
  signal: AbortSignal,
): Promise<Server> {
  if (wanted.kind === 'local') return await openLocal(desk, wanted, isolating, signal);
  const { url, headers, directory } = wanted;
  enter(desk, `Attaching to the OpenCode server at ${url}.`);
  desk.journal.note({ type: 'server', kind: 'remote', url, directory });
  return await attachRemote({ url, headers, directory, signal });
}

async function openLocal(
  desk: Desk,
  wanted: LocalServer,
  isolating: Promise<Isolation | undefined>,
  signal: AbortSignal,
): Promise<Server> {
  const { context, token, journal, invocationId: mark } = desk;
  const { env, temp, toolCache, workspace } = context;
  const { version, path } = wanted;
  const progress = (message: string): void => enter(desk, message);
  const finding = { version, path, toolCache, temp, env, warn: logWarning, progress };
  const [found, isolation] = await together(
    [(either) => findBinary({ ...finding, signal: either }), () => isolating],
    signal,
  );
  const binary = (await isolation?.bringWithinReach(found)) ?? found;
  enter(desk, 'Starting OpenCode.');
  const agentEnv = agentEnvironment(env, { allow: wanted.agentEnv, secrets: [token] });
  return await startLocal({
    binary,
    workspace,
    env: isolation?.atHome(agentEnv) ?? agentEnv,
    isolation,
    agentEnv: wanted.agentEnv,
    config: localConfig({ share: wanted.share }, wanted.config),
    temp,
    signal,
    mark,
    onSpawn: (pid) => journal.note({ type: 'server', kind: 'local', pid, marker: mark }),
  });
}

/** Whatever is checked out on somebody else's server is left alone. */
function remoteNote({ trigger }: Desk): string {
  if (trigger.thread?.kind !== 'pull') return '';
  return "The agent works in the server's directory as it stands, which may not be the pull request's head.";
}

function shareNote({ shareUrl }: Session): string {
  if (shareUrl === undefined) return '';
  logInfo(`The session is shared at ${shareUrl}`);
  return `The session is shared at ${shareUrl}`;
}
