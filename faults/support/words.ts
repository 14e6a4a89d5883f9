import { setTimeout as sleep } from 'node:timers/promises';

import type { Hold } from '../../playground/script.ts';

/** A text of numbered words that remembers when which of them was sent. */
export interface Words {
  /** For `say`. */
  text: (string | Hold)[];
  count: number;
  /** How many words the model had sent by then (`Date.now()`). */
  sentBy(time: number): number;
  /** Called whenever a piece has gone out, with the number of words sent. */
  onSent: (count: number) => void;
}

/** Words from `w00000` on, sent in so many pieces with a pause after each. */
export function makeWords(count: number, pieces: number, pauseMs: number): Words {
  const sent: { count: number; at: number }[] = [];
  const size = Math.ceil(count / pieces);
  const words: Words = {
    text: [],
    count,
    sentBy: (time) => sent.findLast(({ at }) => at <= time)?.count ?? 0,
    onSent: () => undefined,
  };
  for (let start = 0; start < count; start += size) {
    const end = Math.min(start + size, count);
    const piece = Array.from({ length: end - start }, (_, index) => wordOf(start + index));
    words.text.push(`${piece.join('')}`, {
      reached: Promise.resolve(),
      release: () => undefined,
      arrive: async () => {
        sent.push({ count: end, at: Date.now() });
        words.onSent(end);
        await sleep(pauseMs);
      },
    });
  }
  return words;
}

/** Every tenth word ends a paragraph, so that a long answer can be cut. */
function wordOf(index: number): string {
  return `w${String(index).padStart(5, '0')}${index % 10 === 9 ? '\n\n' : ' '}`;
}

/**
 * How many words stand in these bodies, from the first on; undefined where one is missing, or
 * stands there twice, or in another order.
 */
export function countWords(bodies: readonly string[]): number | undefined {
  const found = [...bodies.join('\n').matchAll(/\bw(\d{5})\b/g)].map(([, digits]) =>
    Number(digits),
  );
  return found.every((word, index) => word === index) ? found.length : undefined;
}
