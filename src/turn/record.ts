import type { Part, RecordedMessage } from '../opencode/events.ts';
import { describePart, forgetMessage, holdPart, holdTool, partsOf } from './transcript.ts';
import type { Transcript } from './transcript.ts';

/** Takes recorded parts over; an empty text leaves what was heard of it, unless the message is whole. */
export function adoptParts(
  transcript: Transcript,
  messageId: string,
  recorded: readonly Part[],
  isWhole: boolean,
): void {
  const parts = partsOf(transcript, messageId);
  const lastText = recorded.findLast((part) => part.kind === 'text')?.id;
  for (const part of recorded) {
    holdTool(transcript, part);
    const held = holdPart(parts, part.id);
    describePart(held, part);
    if (part.kind !== 'text') continue;
    if (part.text !== '' || isWhole) held.text.replace(part.text);
    if (part.text !== '') held.isOpen = false;
    held.isCut ||= part.text === '' && part.id !== lastText;
  }
}

/** Parts of a done message that the record has no more. */
export function dropUnrecorded(
  transcript: Transcript,
  messageId: string,
  recorded: readonly Part[],
): void {
  const ids = new Set(recorded.map((part) => part.id));
  for (const id of partsOf(transcript, messageId).keys()) {
    if (ids.has(id)) continue;
    partsOf(transcript, messageId).delete(id);
    transcript.tools.delete(id);
  }
}

/** Messages that were taken back while nobody listened; those newer than the record stay. */
export function forgetUnrecorded(transcript: Transcript, record: readonly RecordedMessage[]): void {
  const ids = new Set(record.map(({ message }) => message.id));
  const newest = record.at(-1)?.message.createdAt ?? 0;
  for (const message of transcript.messages.values()) {
    const isAside = message.sessionId !== transcript.rootSessionId || message.role === 'user';
    if (isAside || ids.has(message.id) || message.createdAt >= newest) continue;
    forgetMessage(transcript, message.id);
  }
}
