import { type Address, request } from './client.ts';
import { decodeStatus } from './decode.ts';
import type { ServerEvent } from './events.ts';
import { fetchDescendants, fetchRecord } from './record.ts';
import { isRecord, readTodos } from './shapes.ts';

/**
 * What a run that listened to no events has missed beside its root session's record: children and
 * what they did, the to-do list, and who waits for the provider, each as the event it would have
 * been. Children of former turns are left out. Throws what `request` throws.
 */
export async function fetchMissed(
  address: Address,
  sessionId: string,
  signal: AbortSignal,
  former: ReadonlySet<string> = new Set(),
): Promise<ServerEvent[]> {
  const [all, statuses, todos] = await Promise.all([
    fetchDescendants(address, sessionId, signal),
    request(address, { method: 'GET', path: '/session/status' }, signal),
    request(address, { method: 'GET', path: `/session/${sessionId}/todo` }, signal),
  ]);
  const children = all.filter((child) => !former.has(child));
  const records = await Promise.all(
    children.map((child) => fetchRecord(address, child, undefined, signal)),
  );
  const list = readTodos(todos) ?? [];
  return [
    ...children.map((child) => createdBy(sessionId, child)),
    ...records
      .flat()
      .flatMap(({ message, parts }): ServerEvent[] => [
        { type: 'message', message },
        ...parts.map((part) => ({ type: 'part' as const, part })),
      ]),
    ...(list.length > 0 ? [{ type: 'todos' as const, sessionId, todos: list }] : []),
    ...[sessionId, ...children].flatMap((session) => retryOf(statuses, session)),
  ];
}

/** A child's child is as good as the root's own. */
function createdBy(parentId: string, sessionId: string): ServerEvent {
  return { type: 'session-created', sessionId, parentId };
}

function retryOf(statuses: unknown, sessionID: string): ServerEvent[] {
  if (!isRecord(statuses)) return [];
  const event = decodeStatus({ sessionID, status: statuses[sessionID] });
  return event?.type === 'retry' ? [event] : [];
}
