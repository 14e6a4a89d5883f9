import type { Desk } from './desk.ts';
import { readCommand } from './event/command.ts';
import { findMention } from './event/mention.ts';
import { isAfter, readSaid, type Said } from './event/said.ts';
import type { ThreadRef } from './event/trigger.ts';
import { viewerLogin } from './github.ts';
import { readTriggerInputs } from './inputs.ts';
import { eyesLooked } from './limits/commands.ts';
import { askRun } from './lock/run-status.ts';
import { findMarker, type Marker, stripMarker } from './marker.ts';
import { isRunAnswer } from './reply/commands.ts';
import { type EyesSign, pairSigns, type ProgressSign, type RunAtWork } from './thread/at-work.ts';
import { findEyes } from './thread/eyes.ts';
import { kindsOn, listNewest } from './thread/listed.ts';

/** How a run that is over ended. */
export interface LastRun {
  /** Its answer. */
  url: string;
  endedAt: string;
  /** It did not come to its end. */
  isEarly: boolean;
}

/** What a thread shows of the runs on it, the one that looks excepted. */
export interface Activity {
  runs: RunAtWork[];
  last: LastRun | undefined;
  /** A run has answered since that one was asked for. */
  isNews: boolean;
}

/** A comment of ours. */
interface Own {
  said: Said;
  marker: Marker;
}

/**
 * Looks who is at work on the thread: progress comments of runs that GitHub does not call completed,
 * and our eyes on what asked. What writes nothing on GitHub (`reply: none`) is not seen.
 * Throws `github-error`.
 */
export async function findActivity(desk: Desk, signal: AbortSignal): Promise<Activity> {
  const { github, trigger, invocationId } = desk;
  const { thread, repository } = trigger;
  if (thread === undefined) return { runs: [], last: undefined, isNews: false };
  const lists = kindsOn(thread).map(async (kind) =>
    readSaid(kind, await listNewest({ github, repository, thread, kind }, signal)),
  );
  const [viewer, ...kinds] = await Promise.all([viewerLogin(github, signal), ...lists]);
  const login = viewer.toLowerCase();
  const all = kinds.flat();
  const ours = all
    .filter(({ author }) => author.login.toLowerCase() === login)
    .flatMap((said): Own[] => {
      const marker = findMarker(said.body);
      return marker === undefined || marker.invocationId === invocationId ? [] : [{ said, marker }];
    });
  const [progress, eyes] = await Promise.all([
    readProgress(desk, ours, signal),
    readEyes(
      desk,
      thread,
      all.filter((said) => mayHaveRun(desk, thread, said)),
      login,
      signal,
    ),
  ]);
  const answers = ours.filter(({ said }) => isRunAnswer(said.body));
  return {
    runs: pairSigns(progress, eyes),
    last: lastOf(ours, answers),
    isNews: answers.some(({ said }) => isAfter(said, trigger)),
  };
}

async function readProgress(
  { github, context: { repository } }: Desk,
  ours: readonly Own[],
  signal: AbortSignal,
): Promise<ProgressSign[]> {
  const asked = ours
    .filter(({ marker }) => marker.purpose === 'progress')
    .map(async ({ said, marker }) => {
      const state = await askRun({ github, repository }, { repository, owner: marker }, signal);
      if (state === 'completed') return [];
      const { url, createdAt, body } = said;
      return [{ identity: marker, url, createdAt, body: stripMarker(body) }];
    });
  return (await Promise.all(asked)).flat();
}

async function readEyes(
  { github, trigger: { repository, comment: own, opening } }: Desk,
  thread: ThreadRef,
  candidates: readonly Said[],
  login: string,
  signal: AbortSignal,
): Promise<EyesSign[]> {
  const others = candidates
    .filter(({ kind, id }) => kind !== own?.kind || id !== own.id)
    .toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt))
    .slice(-eyesLooked);
  const targets = [
    { comment: undefined, url: opening?.url ?? '' },
    ...others.map((comment) => ({ comment, url: comment.url })),
  ];
  const found = targets.map(async ({ comment, url }) => {
    const since = await findEyes(github, { repository, thread, comment }, login, signal);
    return since === undefined ? [] : [{ url, since }];
  });
  return (await Promise.all(found)).flat();
}

/** Whether it may have asked for a run that works: commands that need no agent do not count. */
function mayHaveRun({ context }: Desk, { kind }: ThreadRef, { body, eyes }: Said): boolean {
  const { mentions } = readTriggerInputs(context.env);
  if (eyes === 0 || findMention(body, mentions) === undefined) return false;
  return !isQuick(readCommand(body, mentions, kind)?.name);
}

/** Whether a command needs no agent. */
export function isQuick(name: string | undefined): name is 'stop' | 'status' | 'help' {
  return name === 'stop' || name === 'status' || name === 'help';
}

/** A long answer's last comment tells that it is one, and its first is where to read it. */
function lastOf(ours: readonly Own[], answers: readonly Own[]): LastRun | undefined {
  const newest = answers.toSorted(byTime).at(-1);
  if (newest === undefined) return undefined;
  const { invocationId } = newest.marker;
  const parts = ours.filter(({ marker }) => marker.invocationId === invocationId);
  const first = parts.find(({ marker }) => marker.purpose === 'answer') ?? newest;
  const isEarly = first.said.body.startsWith('> [!WARNING]');
  return { url: first.said.url, endedAt: newest.said.createdAt, isEarly };
}

function byTime(one: Own, other: Own): number {
  return Date.parse(one.said.createdAt) - Date.parse(other.said.createdAt);
}
