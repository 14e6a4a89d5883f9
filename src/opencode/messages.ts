import { type Address, type Call, exchange, type Exchanged, readAnswer } from './client.ts';
import { readConfigError } from './config-error.ts';
import type { RecordedMessage } from './events.ts';
import { readRecord } from './shapes.ts';

/** How many messages the first page has where not all can be had at once. */
const pageSize = 64;

/**
 * A session's messages, oldest first; undefined where the answer is not one that we know. OpenCode
 * 1.18 answers 400 to every list that holds a prompt with a schema (its own `format` fails the check
 * of what it sends), so there the newest are read in pages, back to that prompt, which is left out.
 * Throws what `request` throws.
 */
export async function fetchMessages(
  address: Address,
  path: string,
  signal: AbortSignal,
): Promise<RecordedMessage[] | undefined> {
  const call: Call = { method: 'GET', path };
  const answer = await exchange(address, call, signal);
  if (!isUnreadable(answer)) return readRecord(readAnswer(address, call, answer));
  return await fetchNewest(address, path, signal);
}

/** A page that cannot be had is asked for in halves: what is left out is one message in the end. */
async function fetchNewest(
  address: Address,
  path: string,
  signal: AbortSignal,
): Promise<RecordedMessage[] | undefined> {
  let messages: RecordedMessage[] = [];
  let before: string | undefined;
  for (let size = pageSize; size >= 1;) {
    const query = { limit: String(size), ...(before !== undefined && { before }) };
    const call: Call = { method: 'GET', path, query };
    const answer = await exchange(address, call, signal);
    if (isUnreadable(answer)) {
      size = Math.floor(size / 2);
      continue;
    }
    const page = readRecord(readAnswer(address, call, answer));
    if (page === undefined) return undefined;
    messages = [...page, ...messages];
    before = answer.nextCursor ?? undefined;
    if (before === undefined) break;
  }
  return messages;
}

function isUnreadable({ status, body }: Exchanged): boolean {
  return status === 400 && readConfigError(body) === undefined;
}
