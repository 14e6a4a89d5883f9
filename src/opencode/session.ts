import type { PermissionReplyData, SessionCreateData } from '@opencode-ai/sdk/v2/types';

import { type Choice, type Wish, choose, fetchOffer } from './choose.ts';
import { type Address, type Call, refusal, request, send } from './client.ts';
import { createMessageId } from './ids.ts';
import { fetchMissed } from './missed.ts';
import { fetchDescendants, fetchPending, fetchRecord, fetchStatus, unreadable } from './record.ts';
import { retry } from './retry.ts';
import { sessionRules } from './rules.ts';
import type { Server, Session } from './server.ts';
import { isRecord } from './shapes.ts';
import { openStream } from './stream.ts';
import { submitPrompt } from './submit.ts';

/** How a session is opened. */
export interface SessionOptions extends Wish {
  title: string;
  permissionRequests: 'reject' | 'allow';
  /** Asks the server for a share link; one that it cannot give is done without. */
  share: boolean;
  /** What the session says of itself, to whom it is gone on with: see `Session.note`. */
  notes?: Readonly<Record<string, unknown>>;
  signal: AbortSignal;
}

/** Where a session's notes stand in what OpenCode keeps beside it. */
export const notesKey = 'mention-loop';

/** What a session held before this run went on with it. */
export interface Past {
  /** Its newest message; empty: none. */
  newestId: string;
  /** Its newest answer, by the server's clock; empty: none. */
  answeredId: string;
  /** Its children, and theirs. */
  children: ReadonlySet<string>;
  /** What others have written beside our notes. */
  metadata: Readonly<Record<string, unknown>>;
}

/** What the agent reads where a request of its was rejected. */
const rejection =
  'Nobody is there to be asked: this run is unattended, and its workflow rejects requests for permission. Go on without this, and say in your answer what could not be done.';

/**
 * Opens a session on a server, after its agent, model and variant were checked by name.
 * Throws what `choose` throws, and what `request` throws of the server.
 */
export async function openSession(server: Server, options: SessionOptions): Promise<Session> {
  const { signal } = options;
  const choice = choose(await fetchOffer(server, signal), options);
  const body: SessionCreateData['body'] = {
    title: options.title,
    permission: sessionRules(choice.agentRules, options.permissionRequests),
    ...(options.notes && { metadata: { [notesKey]: options.notes } }),
  };
  const call: Call = { method: 'POST', path: '/session', body };
  // Where an answer was lost, repeating leaves an empty session behind: better than no run.
  const created = await retry(() => request(server, call, signal), signal);
  if (!isRecord(created) || typeof created['id'] !== 'string') throw unreadable('/session');
  const session = sessionOf(server, created['id'], choice);
  if (!options.share) return session;
  const shareUrl = await share(server, session.id, signal);
  return shareUrl === undefined ? session : { ...session, shareUrl };
}

/** A session on a server, new unless there is a past. */
export function sessionOf(server: Address, id: string, choice: Choice, past?: Past): Session {
  const promptId = createMessageId(Date.now(), past?.newestId);
  let hasWorked = false;
  return {
    id,
    model: `${choice.model.provider}/${choice.model.model}`,
    ...(past && { after: past.answeredId }),
    prompt: (prompt, signal) =>
      submitPrompt(server, { sessionId: id, promptId, prompt, choice }, signal),
    events: (signal) => openStream(server, signal),
    record: async (signal) => {
      const record = await fetchRecord(server, id, promptId, signal);
      hasWorked ||= record.length > 0;
      return record;
    },
    pending: (signal) => fetchPending(server, id, signal),
    missed: (signal) => fetchMissed(server, id, signal, past?.children),
    status: async (signal) => {
      const status = await fetchStatus(server, id, signal);
      hasWorked ||= status !== undefined;
      return status ?? (hasWorked ? 'idle' : 'unknown');
    },
    answerPermission: (request, answer, signal) =>
      settle(
        server,
        { method: 'POST', path: `/permission/${request}/reply`, body: permissionAnswers[answer] },
        signal,
      ),
    rejectQuestion: (question, signal) =>
      settle(server, { method: 'POST', path: `/question/${question}/reject` }, signal),
    note: async (notes, signal) => {
      const body = { metadata: { ...past?.metadata, [notesKey]: notes } };
      const call: Call = { method: 'PATCH', path: `/session/${id}`, body };
      await retry(() => request(server, call, signal), signal);
    },
    abort: (signal) => abortSession(server, id, signal),
  };
}

/**
 * `once` rather than `always`: on a server of somebody else's, `always` would hold for the other
 * sessions of the project too. A rejection without a message would end the turn in silence.
 */
const permissionAnswers: Record<'allow' | 'reject', PermissionReplyData['body']> = {
  allow: { reply: 'once' },
  reject: { reply: 'reject', message: rejection },
};

/** Answers a request; one that is gone (404) has been settled by other means. */
async function settle(server: Address, call: Call, signal: AbortSignal): Promise<void> {
  const status = await send(server, call, signal);
  if (status > 299 && status !== 404) throw refusal(server, call, status);
}

/**
 * Stops a session's turn: the root first, so that it starts no more children; then those that do not
 * stop with it. Throws what `request` throws of the server.
 */
export async function abortSession(
  server: Address,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const abort = (session: string): Promise<unknown> =>
    request(server, { method: 'POST', path: `/session/${session}/abort` }, signal);
  await abort(id);
  const children = await fetchDescendants(server, id, signal);
  await Promise.all(children.map(abort));
}

/** The session's share link; undefined where the server gives none, which is no reason to stop. */
async function share(
  server: Address,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const call: Call = { method: 'POST', path: `/session/${id}/share` };
  try {
    const session = await request(server, call, signal);
    const link =
      isRecord(session) && isRecord(session['share']) ? session['share']['url'] : undefined;
    return typeof link === 'string' ? link : undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}
