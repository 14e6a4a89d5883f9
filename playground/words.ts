import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { readJournal } from '../src/journal/read.ts';

const lookEveryMs = 100;
/** A paragraph is told in pieces of about this length while it is written. */
const lineChars = 100;

/**
 * Tells the agent's words line by line while a run writes them, from the journal in the runner's
 * temporary folder `temp`. Disposal tells what is left of them.
 */
export function followWords(temp: string, tell: (line: string) => void): AsyncDisposable {
  const over = new AbortController();
  const told: number[] = [];
  const look = async (isOver: boolean): Promise<void> => {
    const { texts, isDone } = await readWords(temp);
    for (const [at, text] of texts.entries()) {
      const rest = text.slice(told[at] ?? 0);
      const end = isOver || isDone || at < texts.length - 1 ? rest.length : endOfLines(rest);
      const lines = rest.slice(0, end).split('\n');
      told[at] = (told[at] ?? 0) + end;
      lines.filter((line) => line.trim() !== '').forEach(tell);
    }
  };
  const looking = (async () => {
    while (!over.signal.aborted) {
      await look(false);
      await sleep(lookEveryMs, undefined, { signal: over.signal }).catch(() => {});
    }
    await look(true);
  })();
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await looking;
    },
  };
}

/** Where what can be told of an unfinished text ends: after a line, or a word of a long one. */
function endOfLines(text: string): number {
  const lineEnd = text.lastIndexOf('\n') + 1;
  return text.length - lineEnd < lineChars ? lineEnd : text.lastIndexOf(' ') + 1;
}

async function readWords(temp: string): Promise<{ texts: string[]; isDone: boolean }> {
  const names = await readdir(temp);
  const name = names.find((each) => /^mention-loop-.*\.jsonl$/.test(each));
  const facts = name === undefined ? undefined : await readJournal(join(temp, name));
  if (facts === undefined) return { texts: [], isDone: false };
  const { texts, answered, finished } = facts;
  return { texts, isDone: answered.length > 0 || finished !== undefined };
}
