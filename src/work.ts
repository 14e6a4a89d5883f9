import { randomUUID } from 'node:crypto';
import { type Agent, type AgentResources, openAgent } from './agent.ts';
import type { Bounds } from './bounds.ts';
import { openContinuing } from './continuing.ts';
import { type Desk, enter } from './desk.ts';
import { afreshNote, followAfresh, followOn } from './follow-on.ts';
import type { Inputs } from './inputs.ts';
import type { Session } from './opencode/server.ts';
import { takeLock } from './locking.ts';
import { readNews } from './news.ts';
import { logInfo } from './outputs.ts';
import type { Prompt } from './prompt/prompt.ts';
import { renderPrompt } from './prompt/render.ts';
import {
  answersTo,
  formerNote,
  noteFork,
  guardNote,
  joined,
  openPull,
  type PullRun,
  watchHead,
} from './pull.ts';
import { peopleOf } from './reply/audience.ts';
import type { ChangesFacts } from './reply/changes.ts';
import type { News } from './session/news.ts';
import { readThread } from './thread/read.ts';
import type { Thread } from './thread/thread.ts';
import { together } from './together.ts';
import type { EndedTurn } from './turn/turn.ts';
import { destinationOf } from './watch-changes.ts';

/** What the agent did, and what the reply must say of the setting. */
export interface Work {
  turn: EndedTurn;
  notes: string[];
  /** What it changed, once that is delivered; undefined for nothing. */
  changes?: ChangesFacts | undefined;
}

/** The agent was not to begin, for another run was at work in the same place. */
export interface Busy {
  /** Which one, as a sentence. */
  busy: string;
}

/**
 * Has the agent do its task: everything that it needs is fetched side by side, then its turn is
 * followed to the end. What must be given back is left to `resources`, the server's part first, the
 * lock's last. Throws an `ActionError` where the agent could not begin.
 */
export async function work(
  desk: Desk,
  inputs: Inputs,
  resources: AsyncDisposableStack,
  bounds: Bounds,
): Promise<Work | Busy> {
  const { signal } = bounds;
  const pull = openPull(desk, inputs, signal);
  const [thread, agent] = await prepare(desk, inputs, resources, pull, bounds);
  if ('busy' in agent) return agent;
  const { checkout, session, continued } = agent;
  desk.people = peopleOf(desk.trigger, thread);
  const notes = [checkout?.note ?? remoteNote(desk), await noteFork(pull), desk.lossNote];
  const moved = watchHead(desk, pull, signal);
  const workspaceNote = joined([
    ...notes,
    await guardNote(pull, checkout),
    await formerNote(pull, checkout),
  ]);
  const render = (news?: News): Prompt =>
    renderPrompt({
      trigger: desk.trigger,
      thread,
      news,
      standing: desk.trigger.standing,
      workspaceNote,
      destination: destinationOf(desk.watched),
      boundary: randomUUID(),
    });
  const news = await readNews(desk, thread, continued, signal);
  enter(desk, `${session.model} is at work in session ${session.id}.`);
  const permissionRequests = await answersTo(pull, inputs.permissionRequests);
  const asking = { inputs, permissionRequests, signal };
  const first = await followOn(desk, asking, session, render(news));
  const again = await followAfresh(desk, asking, first, continued, render);
  desk.endAgent().catch(() => undefined);
  if (again !== undefined) notes.push(afreshNote);
  const said = [...notes, await moved(), shareNote(desk.session)];
  return { turn: again ?? first, notes: said.filter((line) => line !== '') };
}

/** The thread is read while the lock is waited for, which comes before all that the agent needs. */
async function prepare(
  desk: Desk,
  inputs: Inputs,
  resources: AsyncDisposableStack,
  pull: PullRun,
  bounds: Bounds,
): Promise<[Thread | undefined, Agent | Busy]> {
  const locks = resources.use(new AsyncDisposableStack());
  const stacks = openStacks(desk, resources);
  return await together(
    [
      (either: AbortSignal) => readThread(desk.github, desk.trigger, either, pull.pinned),
      async (either: AbortSignal) =>
        (await takeLock(desk, inputs, locks, bounds, either)) ??
        // Only now, for the run that had the lock may have said something.
        (await openAgent(
          desk,
          inputs,
          stacks,
          pull,
          openContinuing(desk, inputs, pull, either),
          either,
        )),
    ],
    bounds.signal,
  );
}

/** The server's part, which is given back before the rest, may come to its end earlier. */
function openStacks(desk: Desk, resources: AsyncDisposableStack): AgentResources {
  const workspace = resources.use(new AsyncDisposableStack());
  const servers = new AsyncDisposableStack();
  let ended: Promise<void> | undefined;
  desk.endAgent = () => (ended ??= servers.disposeAsync());
  resources.defer(desk.endAgent);
  return { workspace, servers };
}

/** Whatever is checked out on somebody else's server is left alone. */
function remoteNote({ trigger }: Desk): string {
  if (trigger.thread?.kind !== 'pull') return '';
  return "The agent works in the server's directory as it stands, which may not be the pull request's head.";
}

function shareNote({ shareUrl }: Pick<Session, 'shareUrl'> = {}): string {
  if (shareUrl === undefined) return '';
  logInfo(`The session is shared at ${shareUrl}`);
  return `The session is shared at ${shareUrl}`;
}
