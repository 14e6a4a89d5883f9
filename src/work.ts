import { type Agent, type AgentResources, openAgent } from './agent.ts';
import { fetchFiles, type Said } from './attach.ts';
import type { Bounds } from './bounds.ts';
import { openContinuing } from './continuing.ts';
import { type Desk, enter } from './desk.ts';
import { askIn, converse } from './follow-on.ts';
import type { Inputs } from './inputs.ts';
import type { Session } from './opencode/server.ts';
import { takeLock } from './locking.ts';
import { type Judged, judge, judgeAgain } from './judge.ts';
import { logInfo } from './outputs.ts';
import { answersTo, noteFork, openPull, type PullRun, watchHead } from './pull.ts';
import { peopleOf } from './reply/audience.ts';
import type { ChangesFacts } from './reply/changes.ts';
import type { FormerReview } from './review/former.ts';
import { followReview } from './review-turn.ts';
import { openReview, readOnly, renewFormer, type ReviewRun } from './reviewing.ts';
import { openTelling } from './telling.ts';
import { readThread } from './thread/read.ts';
import { together } from './together.ts';
import { createTranscript, toTurn } from './turn/assemble.ts';
import type { EndedTurn } from './turn/turn.ts';

/** What the agent did, and what the reply must say of the setting. */
export interface Work {
  /** What it found, where it was to review. */
  judged?: Judged | undefined;
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
  given: Inputs,
  resources: AsyncDisposableStack,
  bounds: Bounds,
): Promise<Work | Busy> {
  const { signal } = bounds;
  const pull = openPull(desk, given, signal);
  const opened = await openReview(desk, given, pull, signal);
  if (opened?.standing !== undefined) return await standBy(desk, opened, opened.standing);
  const inputs = opened === undefined ? given : readOnly(given);
  const [written, agent] = await prepare(desk, inputs, resources, pull, bounds);
  if ('busy' in agent) return agent;
  const { checkout, session, continued } = agent;
  const review = opened && desk.lock ? await renewFormer(opened, signal) : opened;
  desk.people = peopleOf(desk.trigger, written.thread);
  const notes = [checkout?.note ?? remoteNote(desk), await noteFork(pull), desk.lossNote];
  const moved = watchHead(desk, pull, signal);
  const tell = await openTelling(desk, { pull, checkout, review, written, notes }, signal);
  const told = await tell(session, continued);
  enter(desk, `${session.model} is at work in session ${session.id}.`);
  const permissionRequests = await answersTo(pull, inputs.permissionRequests);
  const asking = { inputs, permissionRequests, signal };
  const ended =
    review === undefined
      ? await converse(desk, asking, agent, told, tell)
      : await followReview(askIn(desk, asking, session), told);
  desk.endAgent().catch(() => undefined);
  const judged = 'review' in ended && review ? await judge(desk, review, ended.review) : undefined;
  const more = 'notes' in ended ? ended.notes : [told.note];
  const said = [...notes, ...more, await moved(), shareNote(desk.session)];
  return { turn: ended.turn, judged, notes: said.filter((line) => line !== '') };
}

/** The same change as before: what was found stands, and nobody is asked. */
async function standBy(desk: Desk, review: ReviewRun, { memory }: FormerReview): Promise<Work> {
  enter(desk, 'The effective diff is the one that was reviewed before.');
  const turn = { ...toTurn(createTranscript('')), error: undefined };
  return { turn, judged: await judgeAgain(desk, review, memory), notes: [] };
}

/** The thread is read while the lock is waited for, which comes before all that the agent needs. */
async function prepare(
  desk: Desk,
  inputs: Inputs,
  resources: AsyncDisposableStack,
  pull: PullRun,
  bounds: Bounds,
): Promise<[Said, Agent | Busy]> {
  const locks = resources.use(new AsyncDisposableStack());
  const stacks = openStacks(desk, resources);
  return await together(
    [
      async (either: AbortSignal) => {
        const thread = await readThread(desk.github, desk.trigger, either, pull.pinned);
        return { thread, files: await fetchFiles(desk, thread, either) };
      },
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
