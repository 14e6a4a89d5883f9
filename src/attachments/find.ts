import { attachmentsMax } from '../limits/attachments.ts';
import { readAddresses } from '../markdown/addresses.ts';
import { readHeld } from './address.ts';
import type { Attachment, GitHubServer, Written } from './attachment.ts';

/**
 * The files that a conversation has, each once, numbered in its order; `written` is oldest first, the
 * task last. Of more than `attachmentsMax`, those of the task and then the newest are kept.
 */
export function findAttachments(written: readonly Written[], server: GitHubServer): Attachment[] {
  const found = new Map<string, Attachment>();
  for (const from of written) {
    for (const { url } of readAddresses(from.shown)) {
      const held = readHeld(url, server);
      if (held === undefined) continue;
      const earlier = found.get(held.key);
      // Given again in the task, it belongs to the task.
      if (earlier === undefined) found.set(held.key, { held, number: found.size + 1, from });
      else if (from.isTask) earlier.from = from;
    }
  }
  const all = [...found.values()];
  const kept = new Set(all.toSorted(byWeight).slice(0, attachmentsMax));
  const leftOut = `there are more than ${attachmentsMax}`;
  return all.map((each) => (kept.has(each) ? each : { ...each, leftOut }));
}

/** Which of two counts more: those of the task, then the newest. */
export function byWeight(a: Attachment, b: Attachment): number {
  return Number(b.from.isTask) - Number(a.from.isTask) || b.number - a.number;
}

/** A text with a label in the place of each file: `labelOf` is asked by the file's key. */
export function placeLabels(
  text: string,
  server: GitHubServer,
  labelOf: (key: string) => string | undefined,
): string {
  const parts: string[] = [];
  let at = 0;
  for (const { url, from, to } of readAddresses(text)) {
    const label = labelOf(readHeld(url, server)?.key ?? '');
    if (label === undefined || from < at) continue;
    parts.push(text.slice(at, from), label);
    at = to;
  }
  return parts.join('') + text.slice(at);
}
