import { type Continuing, type Former, nameServer, nameThread } from './continuing.ts';
import { type Desk, enter } from './desk.ts';
import { messageOf } from './errors.ts';
import type { Inputs } from './inputs.ts';
import { resumeSession } from './opencode/resume.ts';
import type { Server, Session } from './opencode/server.ts';
import { openSession, type SessionOptions } from './opencode/session.ts';
import { logInfo, logWarning } from './outputs.ts';
import { type Memory, renderMemory } from './session/memory.ts';
import { digestOpening } from './session/news.ts';
import { type Notes, readNotes, refuseNotes, renderNotes, type Told } from './session/notes.ts';
import type { Pinned } from './thread/pin.ts';

/** A session, and what is known of it where it goes on. */
export interface OurSession {
  session: Session;
  continued: Continued | undefined;
}

/** A session of a former run's that goes on. */
export interface Continued {
  told: Told;
  /** The last answer given in it. */
  answer: Former['answer'];
  /** Opens a new one in its place, for a reason that ends a sentence. Throws what `openSession` throws. */
  startAfresh: (why: string) => Promise<Session>;
}

/** What opening takes beside the desk. */
export interface Opening {
  inputs: Inputs;
  server: Server;
  continuing: Continuing;
  pinned: Promise<Pinned | undefined>;
  options: SessionOptions;
}

/** The same, and whose the session is. */
interface Place extends Opening {
  about: Pick<Notes, 'thread' | 'level'>;
}

/**
 * Goes on with the former session, if it is there and is what it should be; else opens a new one. The
 * run summary says which, and why. Throws what `openSession` throws.
 */
export async function openOurSession(desk: Desk, opening: Opening): Promise<OurSession> {
  const { conversation } = desk;
  const { continuing } = opening;
  const [former, level] = await Promise.all([continuing.former, continuing.level]);
  const place: Place = { ...opening, about: { thread: nameThread(desk), level } };
  if ('why' in former) {
    conversation.said = former.why === '' ? 'new' : `new: ${former.why}`;
    return { session: await openNew(desk, place), continued: undefined };
  }
  const found = await goOn(place, former);
  const link = linkTo(desk, former.memory);
  if ('why' in found) {
    conversation.said = `new: the session of ${link} could not be continued, for ${found.why}`;
    logInfo(`The session of run ${former.memory.run.id} is not continued: ${found.why}.`);
    return { session: await openNew(desk, place), continued: undefined };
  }
  conversation.said = `continued from ${link}`;
  conversation.isReused = true;
  enter(desk, `The session of run ${former.memory.run.id} goes on.`);
  const { session, told } = found;
  const startAfresh = async (why: string): Promise<Session> => {
    const afresh = await openNew(desk, place);
    conversation.said = `new: the session of ${link} ${why}`;
    conversation.isReused = false;
    return afresh;
  };
  return {
    session: keep(desk, place, session),
    continued: { told, answer: former.answer, startAfresh },
  };
}

async function goOn(
  { server, continuing, inputs, about, options }: Place,
  { memory }: Former,
): Promise<{ session: Session; told: Told } | { why: string }> {
  if (continuing.restoreNote !== '') return { why: continuing.restoreNote };
  const isPlaced = inputs.server.kind === 'remote' && inputs.server.directory !== undefined;
  const refuse = (notes: unknown): string | undefined => refuseNotes(notes, about);
  try {
    const resume = { id: memory.sessionId, isPlaced, refuse };
    const found = await resumeSession(server, options, resume);
    if ('why' in found) return found;
    const told = readNotes(found.notes)?.told;
    return told === undefined ? { why: 'it is unreadable' } : { session: found.session, told };
  } catch (thrown) {
    options.signal.throwIfAborted();
    return { why: `the server did not give it: ${messageOf(thrown)}` };
  }
}

async function openNew(desk: Desk, place: Place): Promise<Session> {
  const { server, continuing, about, options } = place;
  if (!continuing.isKept) return await openSession(server, options);
  const session = await openSession(server, { ...options, notes: renderNotes(about) });
  return keep(desk, place, session);
}

/** Once the session has taken its prompt, it says how far it was told, and the answer says where it is. */
function keep(desk: Desk, place: Place, session: Session): Session {
  return {
    ...session,
    prompt: async (prompt, signal) => {
      await session.prompt(prompt, signal);
      const memory = remember(desk, place, session);
      desk.conversation.memory = memory;
      desk.journal.note({ type: 'memory', line: renderMemory(memory) });
      void noteTold(desk, place, session, signal).catch((thrown: unknown) => {
        if (signal.aborted) return;
        logWarning(`The next run will be told the thread again: ${messageOf(thrown)}.`);
      });
    },
  };
}

async function noteTold(
  { trigger }: Desk,
  { about, pinned }: Place,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const { happenedAt: until, comment, opening } = trigger;
  if (until === undefined || opening === undefined) return;
  const asked = comment && { kind: comment.kind, id: comment.id };
  const headSha = (await pinned)?.headSha;
  const told: Told = {
    until,
    opening: digestOpening(opening),
    ...(asked && { asked }),
    ...(headSha !== undefined && { headSha }),
  };
  await session.note(renderNotes({ ...about, told }), signal);
}

function remember(
  { context, startedAt, keeping }: Desk,
  { about, inputs, server }: Place,
  session: Session,
): Memory {
  return {
    sessionId: session.id,
    server: nameServer(inputs.server),
    version: server.version,
    level: about.level,
    run: { id: context.runId, url: context.runUrl },
    ...(keeping && { seal: keeping.seal }),
    at: new Date(startedAt).toISOString(),
  };
}

/** Only we write memories; all the same, a link leads to our own GitHub, or nowhere. */
function linkTo({ context }: Desk, { run }: Memory): string {
  const address = URL.parse(run.url)?.href ?? '';
  const isOurs = address.startsWith(`${context.serverUrl}/`) && /^[\w:/.-]+$/.test(address);
  return isOurs ? `[run ${run.id}](${address})` : `run ${run.id}`;
}

/** Before it is prompted: `post`, and whoever takes the lock over from us, must know what to stop. */
export async function noteSession(
  desk: Desk,
  wanted: Inputs['server'],
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const { server } = desk;
  desk.session = session;
  desk.journal.note({
    type: 'session',
    id: session.id,
    model: session.model,
    version: server?.version ?? '',
    ...(session.after === undefined ? {} : { after: session.after }),
  });
  desk.keeping?.note(session.id, server?.version ?? '');
  const at =
    wanted.kind === 'remote' && server !== undefined
      ? { url: wanted.url, directory: server.directory }
      : undefined;
  await desk.lock?.update({ session: session.id, ...(at && { server: at }) }, signal);
}
