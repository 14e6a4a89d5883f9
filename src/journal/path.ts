import { basename, join } from 'node:path';

/** Where the journal of an invocation is: its id can be read from the path again. */
export function journalPath(temp: string, invocationId: string): string {
  return join(temp, `mention-loop-${invocationId}.jsonl`);
}

/** The invocation whose journal this is; undefined where the path is none of ours. */
export function readInvocationId(path: string): string | undefined {
  return /^mention-loop-([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.jsonl$/.exec(
    basename(path),
  )?.[1];
}
