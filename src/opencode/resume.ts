import { choose, fetchOffer } from './choose.ts';
import { type Address, exchange, request } from './client.ts';
import { fetchDescendants, fetchNewest, fetchStatus, isOfProject } from './record.ts';
import { retry } from './retry.ts';
import { overrules, type PermissionRule, sessionRules } from './rules.ts';
import type { Server, Session } from './server.ts';
import { notesKey, type Past, sessionOf, type SessionOptions } from './session.ts';
import { type FoundSession, read, sessionShape } from './shapes.ts';

/** A session of a former run's that may be gone on with. */
export interface Resume {
  id: string;
  /**
   * Whether its directory is one of the server's own. What is laid out anew for each run may be
   * another project to OpenCode each time, which a session outlives (tried out on 1.18.33).
   */
  isPlaced: boolean;
  /** Why what the session says of itself (`Session.note`) is not right; undefined where it is. */
  refuse: (notes: unknown) => string | undefined;
}

/** A session that is gone on with. */
export interface Resumed {
  session: Session;
  /** What it says of itself; `Resume.refuse` has seen it. */
  notes: unknown;
}

/**
 * Goes on with a session, if it is there, in the server's directory and project, what we expect it to
 * be, and at rest; else says why not, as the end of a sentence. This run's permissions are laid over
 * its own. Throws what `openSession` throws of names and of the server.
 */
export async function resumeSession(
  server: Server,
  options: SessionOptions,
  resume: Resume,
): Promise<Resumed | { why: string }> {
  const { signal } = options;
  const found = await find(server, resume, signal);
  if ('why' in found) return found;
  const choice = choose(await fetchOffer(server, signal), options);
  const rules = sessionRules(choice.agentRules, options.permissionRequests);
  if (!overrules(rules, found.permission))
    return { why: 'it was allowed more than this run allows' };
  const past = await takeUp(server, resume.id, found, rules, signal);
  // OpenCode may drop a prompt that it has taken: what its run believes to have told it was never there.
  if (past.newestId === '') return { why: 'nothing was ever said in it' };
  return {
    session: sessionOf(server, resume.id, choice, past),
    notes: found.metadata[notesKey],
  };
}

async function find(
  server: Server,
  { id, isPlaced, refuse }: Resume,
  signal: AbortSignal,
): Promise<FoundSession | { why: string }> {
  const call = { method: 'GET', path: `/session/${id}` } as const;
  const { status, body } = await retry(() => exchange(server, call, signal), signal);
  if (status === 404) return { why: 'it is gone' };
  const found = status === 200 ? read(sessionShape, parse(body)) : undefined;
  if (found === undefined) return { why: `OpenCode does not show it (status ${status})` };
  if (found.directory !== server.directory) return { why: 'it belongs to another directory' };
  if (found.parentID !== undefined) return { why: 'it is a part of another one' };
  const refused = refuse(found.metadata[notesKey]);
  if (refused !== undefined) return { why: refused };
  const { updated } = found.time;
  if (isPlaced && !(await retry(() => isOfProject(server, id, updated, signal), signal)))
    return { why: 'it belongs to another project' };
  const state = await retry(() => fetchStatus(server, id, signal), signal);
  return state === 'busy' || state === 'retry' ? { why: 'it is at work' } : found;
}

/** Lays this run's rules over it, and looks at what is in it before anything of this run's is. */
async function takeUp(
  server: Address,
  id: string,
  { permission, metadata }: FoundSession,
  rules: readonly PermissionRule[],
  signal: AbortSignal,
): Promise<Past> {
  const call = { method: 'PATCH', path: `/session/${id}`, body: { permission: rules } } as const;
  const isLaid = JSON.stringify(permission.slice(-rules.length)) === JSON.stringify(rules);
  const [newest, children] = await Promise.all([
    retry(() => fetchNewest(server, id, signal), signal),
    retry(() => fetchDescendants(server, id, signal), signal),
    isLaid ? undefined : retry(() => request(server, call, signal), signal),
  ]);
  const answer = newest.findLast(({ message }) => message.role === 'assistant');
  return {
    newestId: newest.at(-1)?.message.id ?? '',
    answeredId: answer?.message.id ?? '',
    children: new Set(children),
    metadata,
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
