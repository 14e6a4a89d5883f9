import { randomUUID } from 'node:crypto';
import { boundEnding } from './bounds.ts';
import { hideFromAgent } from './credentials.ts';
import { type Desk, enter } from './desk.ts';
import type { Inputs, LocalServer } from './inputs.ts';
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
import {
  answersTo,
  forkNote,
  guardNote,
  headOf,
  joined,
  nameSetAside,
  openPull,
  type PullRun,
  refuseUnguarded,
  watchHead,
} from './pull.ts';
import { type Checkout, openHead } from './thread/checkout.ts';
import { readThread } from './thread/read.ts';
import { together } from './together.ts';
import { followTurn } from './turn/follow.ts';
import { unlessStopped } from './turn/pause.ts';
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
  const pull = openPull(desk, signal);
  const [thread, { checkout, session }] = await together(
    [
      (either: AbortSignal) => readThread(desk.github, desk.trigger, either, pull.pinned),
      (either: AbortSignal) => openAgent(desk, inputs, { workspace, servers, pull }, either),
    ],
    signal,
  );
  const { standing } = desk.trigger;
  const notes = [checkout?.note ?? remoteNote(desk), await forkNote(pull)];
  const moved = watchHead(desk, pull, signal);
  const boundary = randomUUID();
  const prompt = renderPrompt({
    trigger: desk.trigger,
    thread,
    standing,
    workspaceNote: joined([...notes, await guardNote(pull, checkout)]),
    boundary,
  });
  enter(desk, `${session.model} is at work in session ${session.id}.`);
  const { stallMs } = inputs;
  const permissionRequests = await answersTo(pull, inputs.permissionRequests);
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
  const said = [...notes, await moved(), shareNote(session)];
  return { turn, notes: said.filter((line) => line !== '') };
}

/** The workspace and the server side by side; the session once both are there. */
async function openAgent(
  desk: Desk,
  inputs: Inputs,
  resources: { workspace: AsyncDisposableStack; servers: AsyncDisposableStack; pull: PullRun },
  signal: AbortSignal,
): Promise<{ checkout: Checkout | undefined; session: Session }> {
  const { trigger } = desk;
  const { workspace, servers, pull } = resources;
  const prepared = Promise.withResolvers<Checkout | undefined>();
  const [checkout, server] = await together(
    [
      async (either: AbortSignal) => {
        if (inputs.server.kind === 'remote') return undefined;
        const opened = await openWorkspace(desk, { workspace, pull }, inputs.server, either);
        prepared.resolve(opened);
        return opened;
      },
      async (either: AbortSignal) =>
        servers.use(await openServer(desk, inputs.server, prepared.promise, either)),
    ],
    signal,
  );
  desk.server = server;
  const place = `${trigger.repository.owner}/${trigger.repository.name}`;
  const { model, agent, variant } = inputs;
  const session = await openSession(server, {
    title: trigger.thread === undefined ? place : `${place}#${trigger.thread.number}`,
    model,
    agent,
    variant,
    permissionRequests: await answersTo(pull, inputs.permissionRequests),
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
  { workspace, pull }: { workspace: AsyncDisposableStack; pull: PullRun },
  { config }: LocalServer,
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
    closing: () => {
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

async function openServer(
  desk: Desk,
  wanted: Inputs['server'],
  prepared: Promise<Checkout | undefined>,
  signal: AbortSignal,
): Promise<Server> {
  if (wanted.kind === 'local') return await openLocal(desk, wanted, prepared, signal);
  const { url, headers, directory } = wanted;
  enter(desk, `Attaching to the OpenCode server at ${url}.`);
  desk.journal.note({ type: 'server', kind: 'remote', url, directory });
  return await attachRemote({ url, headers, directory, signal });
}

/** Installed while the workspace is prepared; started in it only then, for it reads what lies there. */
async function openLocal(
  desk: Desk,
  wanted: LocalServer,
  prepared: Promise<Checkout | undefined>,
  signal: AbortSignal,
): Promise<Server> {
  const { context, token, journal, invocationId: mark } = desk;
  const { env, temp, toolCache, workspace } = context;
  const { version, path } = wanted;
  const progress = (message: string): void => enter(desk, message);
  const binary = await findBinary({
    version,
    path,
    toolCache,
    temp,
    env,
    warn: logWarning,
    progress,
    signal,
  });
  await unlessStopped(prepared, signal);
  enter(desk, 'Starting OpenCode.');
  return await startLocal({
    binary,
    workspace,
    env: {
      ...agentEnvironment(env, { allow: wanted.agentEnv, secrets: [token] }),
      ...gitAsksNobody,
    },
    agentEnv: wanted.agentEnv,
    config: localConfig({ share: wanted.share }, wanted.config),
    temp,
    signal,
    mark,
    onSpawn: (pid) => journal.note({ type: 'server', kind: 'local', pid, marker: mark }),
  });
}

/** Git's own network has no credential: it is to fail at once rather than to wait for an answer. */
const gitAsksNobody = { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '' };

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
