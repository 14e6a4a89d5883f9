// A turn of the real OpenCode 1.18.33 with a scripted model: a tool, a sub-agent, a provider that
// broke off in mid-sentence, and reasoning. Paths and snapshots were taken out, nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { decodeEvent } from '../../src/opencode/decode.ts';
import type { RecordedMessage, ServerEvent } from '../../src/opencode/events.ts';
import { readRecord } from '../../src/opencode/shapes.ts';

const lines = readFileSync(join(import.meta.dirname, 'fixtures/turn.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as unknown);
const last = lines.pop() as { sessionId: string; record: unknown };

/** The session that was prompted. */
export const sessionId = last.sessionId;

/** Everything that the stream said, `connected` first. */
export const events: ServerEvent[] = lines.map(decodeEvent);

/** What the server held at the end, the assistant's messages only. */
export const record: RecordedMessage[] = (readRecord(last.record) ?? []).filter(
  ({ message }) => message.role === 'assistant',
);

/** The texts that a person should read. */
export const texts: string[] = record
  .flatMap(({ parts }) => parts)
  .flatMap((part) => (part.kind === 'text' && part.text !== '' ? [part.text] : []));

/**
 * The server as it was after so many events: it stores messages and whole parts, no deltas, and is
 * busy from its first `busy` to its `idle`.
 */
export function serverAfter(count: number): {
  record: RecordedMessage[];
  status: 'busy' | 'idle' | 'unknown';
} {
  const messages = new Map<string, RecordedMessage>();
  let status: 'busy' | 'idle' | 'unknown' = 'unknown';
  for (const event of events.slice(0, count)) {
    if (event.type === 'message' && isOurs(event.message)) {
      const parts = messages.get(event.message.id)?.parts ?? [];
      messages.set(event.message.id, { message: event.message, parts });
    }
    if (event.type === 'part') store(messages.get(event.part.messageId)?.parts, event.part);
    if (event.type === 'busy' && event.sessionId === sessionId) status = 'busy';
    if (event.type === 'idle' && event.sessionId === sessionId) status = 'idle';
  }
  return { record: [...messages.values()], status };
}

function isOurs(message: RecordedMessage['message']): boolean {
  return message.role === 'assistant' && message.sessionId === sessionId;
}

function store(
  parts: RecordedMessage['parts'] | undefined,
  part: RecordedMessage['parts'][number],
): void {
  const index = parts?.findIndex(({ id }) => id === part.id) ?? -1;
  if (index === -1) parts?.push(part);
  else parts?.splice(index, 1, part);
}
