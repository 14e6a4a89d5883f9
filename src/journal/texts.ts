import type { TextEntry } from './entries.ts';

/**
 * How `before` became `after`; undefined where nothing changed. Of a text that only grew, what is
 * new; of any other that changed, all of it.
 */
export function diffTexts(
  before: readonly string[],
  after: readonly string[],
): TextEntry | undefined {
  const parts: TextEntry['parts'] = [];
  for (const [at, text] of after.entries()) {
    const known = before[at] ?? '';
    if (text === known && at < before.length) continue;
    const from = text.startsWith(known) ? known.length : 0;
    parts.push({ at, from, text: text.slice(from) });
  }
  if (parts.length === 0 && after.length === before.length) return undefined;
  return { type: 'text', count: after.length, parts };
}

/** Carries a change out in place; what does not fit the texts is passed over. */
export function applyTexts(texts: string[], { count, parts }: TextEntry): void {
  for (const { at, from, text } of parts) {
    const known = texts[at] ?? '';
    if (at > texts.length || from > known.length) continue;
    texts[at] = (from === known.length ? known : known.slice(0, from)) + text;
  }
  if (count < texts.length) texts.length = count;
}
