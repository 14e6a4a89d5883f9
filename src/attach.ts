import * as v from 'valibot';
import type { Attachment, GitHubServer, Written } from './attachments/attachment.ts';
import { fetchAttachments } from './attachments/fetch.ts';
import { findAttachments, placeLabels } from './attachments/find.ts';
import { openSigned } from './attachments/signed.ts';
import type { Desk } from './desk.ts';
import { messageOf } from './errors.ts';
import type { Trigger } from './event/trigger.ts';
import { attachmentsGiveMs } from './limits/attachments.ts';
import type { Session } from './opencode/server.ts';
import { logWarning } from './outputs.ts';
import { encloseAttachment, labelAttachment } from './prompt/attachments.ts';
import { createBlocks } from './prompt/block.ts';
import { showHidden } from './prompt/hidden.ts';
import type { News } from './session/news.ts';
import type { Entry, Thread } from './thread/thread.ts';

/** What was said, and the files that it has. */
export interface Said {
  thread: Thread | undefined;
  files: readonly Attachment[];
}

/** A conversation as the prompt tells it, with labels in the places of its files. */
export interface Attached {
  trigger: Trigger;
  thread: Thread | undefined;
  news: News | undefined;
  attachments: Attachment[];
  /** What the reply must say of files that the agent did not get; empty: nothing. */
  note: string;
}

/**
 * Fetches the files of a conversation, as far as people see them in it. One that does not come is
 * left out: it never fails a run. Throws only the signal's reason.
 */
export async function fetchFiles(
  desk: Desk,
  thread: Thread | undefined,
  signal: AbortSignal,
): Promise<Attachment[]> {
  const { trigger, github, context, token } = desk;
  if (thread === undefined) return [];
  try {
    const server = serverOf(desk);
    const found = findAttachments(writtenOn(thread, trigger), server);
    if (found.length === 0) return [];
    const { kind, number } = thread.ref;
    const spot = { github, server, further: [], kind, number };
    // In a public repository all of it is public: no token, so that nobody has ours fetch for them
    // what they may not see.
    const fetching = { server, token: isPublic(context.payload) ? undefined : token, further: [] };
    return await fetchAttachments(found, fetching, openSigned(spot), signal);
  } catch (thrown) {
    signal.throwIfAborted();
    logWarning(`The thread's attachments are left out: ${messageOf(thrown)}`);
    return [];
  }
}

/**
 * Gives the agent the files that were fetched, one by one: what OpenCode does not take is left out as
 * well, and the conversation says so in its place. A session that goes on has had those of before.
 * Throws only the signal's reason.
 */
export async function attach(
  desk: Desk,
  session: Session,
  { thread, files, news }: Said & { news?: News | undefined },
  boundary: string,
  signal: AbortSignal,
): Promise<Attached> {
  const late = AbortSignal.any([signal, AbortSignal.timeout(attachmentsGiveMs)]);
  const blocks = createBlocks(boundary);
  const attachments: Attachment[] = [];
  for (const each of files.filter(({ from }) => news === undefined || isNew(from, news))) {
    const enclosure = encloseAttachment(each, blocks);
    const taking =
      enclosure === undefined
        ? 'taken'
        : await session.enclose(enclosure, late).catch((): 'unknown' => {
            signal.throwIfAborted();
            return 'unknown';
          });
    attachments.push(taking === 'taken' ? each : { ...each, leftOut: refusals[taking] });
  }
  const labels = new Map(attachments.map((each) => [each.held.key, labelAttachment(each)]));
  const server = serverOf(desk);
  const place = (text: string): string => placeLabels(text, server, (key) => labels.get(key));
  return {
    ...placeIn({ trigger: desk.trigger, thread, news }, labels.size === 0 ? same : place),
    attachments,
    note: noteOf(attachments),
  };
}

const same = (text: string): string => text;

const refusals = {
  unreadable: 'OpenCode cannot read it',
  'too-large': 'the OpenCode server takes no request so large',
  unknown: 'the OpenCode server did not take it',
};

function serverOf({ context, trigger }: Desk): GitHubServer {
  const { owner, name } = trigger.repository;
  return { origin: new URL(context.serverUrl).origin, repository: `${owner}/${name}` };
}

const repositorySchema = v.object({ repository: v.object({ private: v.boolean() }) });

/** Internal ones are private too. https://docs.github.com/rest/repos/repos */
function isPublic(payload: unknown): boolean {
  const { success, output } = v.safeParse(repositorySchema, payload);
  return !(success && output.repository.private);
}

/** All that was written, oldest first, the task last; what the workflow itself asks for has no files. */
function writtenOn(thread: Thread, trigger: Trigger): Written[] {
  const { task, request: comment = trigger.comment } = trigger;
  const { ref, author, role, body, pull } = thread;
  const opening: Written = {
    kind: 'opening',
    id: ref.number,
    isTask: false,
    heading: `${ref.kind === 'pull' ? 'pull request' : 'issue'} #${ref.number} by @${author} (role: ${role})`,
    shown: shownOf(body),
  };
  const entries = [...thread.entries, ...(pull?.reviews ?? []), ...(pull?.reviewComments ?? [])];
  const inOrder = entries.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  const around = [...inOrder, ...(pull?.reviewThread ?? [])].map(writtenIn);
  if (comment === undefined) return [opening, ...around];
  const asked: Written = {
    kind: comment.kind === 'review' ? 'review-comment' : 'comment',
    id: comment.id,
    isTask: true,
    heading: `task by @${comment.author.login}`,
    shown: shownOf(task),
  };
  return [opening, ...around, asked];
}

/** Reading a text takes its time: one that has no address of the kind is not read. */
function shownOf(text: string): string {
  return /\/(?:assets|files)\/|user-images\./i.test(text) ? showHidden(text) : '';
}

function writtenIn({ kind, id, author, role, createdAt, body }: Entry): Written {
  const heading = `${kind.replace('-', ' ')} by @${author} (role: ${role}) at ${createdAt}`;
  return { kind, id, isTask: false, heading, shown: shownOf(body) };
}

function isNew({ kind, id, isTask }: Written, { isOpeningNew, entries }: News): boolean {
  if (isTask) return true;
  if (kind === 'opening') return isOpeningNew;
  return entries.some((entry) => entry.kind === kind && entry.id === id);
}

function placeIn(
  { trigger, thread, news }: Pick<Attached, 'trigger' | 'thread' | 'news'>,
  place: (text: string) => string,
): Pick<Attached, 'trigger' | 'thread' | 'news'> {
  const inEntries = (entries: Entry[]): Entry[] =>
    entries.map((entry) => ({ ...entry, body: place(entry.body) }));
  const pull = thread?.pull && {
    ...thread.pull,
    reviews: inEntries(thread.pull.reviews),
    reviewComments: inEntries(thread.pull.reviewComments),
    reviewThread: inEntries(thread.pull.reviewThread),
  };
  return {
    trigger: trigger.comment === undefined ? trigger : { ...trigger, task: place(trigger.task) },
    thread: thread && {
      ...thread,
      body: place(thread.body),
      entries: inEntries(thread.entries),
      pull,
    },
    news: news && { ...news, entries: inEntries(news.entries) },
  };
}

/** Why, in the reasons' own words: no name and no address, which others chose. */
function noteOf(attachments: readonly Attachment[]): string {
  const reasons = attachments.flatMap(({ leftOut }) => leftOut ?? []);
  if (reasons.length === 0) return '';
  const why = [...new Set(reasons)].join('; ');
  const what = reasons.length === 1 ? '1 attachment' : `${reasons.length} attachments`;
  return `The agent did not get ${what} of this thread: ${why}.`;
}
